"""What is tried on what is said of a version, and on publishing."""

from collections.abc import Iterator

from tests.plans import by_sql
from tests.plans.attempts.attempt import GRANT, STANDS, Attempt, member, says, sends


def on_talk() -> Iterator[tuple[str, Attempt]]:
    for on in ("draft", "agreed"):
        words = sends(by_sql.PROPOSAL, on=on, by="brook", refusal=STANDS)
        yield f"other words are put to what is {on}", words
        yield f"a check is passed on what is {on}", sends(by_sql.PASS, on=on, by="lou", refusal=STANDS)
        yield f"somebody declines what is {on}", sends(by_sql.REFUSAL, on=on, by="remy", refusal=STANDS)
    other = "The version is one of another plan"
    for name, statement in {
        "comment": by_sql.COMMENT,
        "event": by_sql.EVENT,
        "counter-proposal": by_sql.PROPOSAL,
    }.items():
        yield (
            f"a {name} hangs under two plans",
            sends(
                statement,
                on="proposed",
                by="brook",
                refusal=other,
                values=lambda stage: {"version": stage.plans["talked"].version},
            ),
        )
    yield (
        "a check is passed under two plans",
        sends(
            by_sql.PASS,
            on="proposed",
            by="brook",
            refusal=other,
            values=lambda stage: {"version": stage.plans["talked"].version},
        ),
    )
    decide = """
        update plan_proposal set state = :state, decided_at = now(), decided_because = 'x',
               decided_by_membership_id = :by
         where plan_id = :plan"""
    once = "A counter-proposal is decided once"
    for sentence, by, state in (
        ("its own agency accepts a counter-proposal", "brook", "ACCEPTED"),
        ("its own agency rejects a counter-proposal", "brook", "REJECTED"),
        ("another agency takes a counter-proposal back", "frankie", "WITHDRAWN"),
        ("a signatory accepts a counter-proposal", "quinn", "ACCEPTED"),
    ):
        yield sentence, sends(decide, on="talked", by=by, refusal=once, values=says(state=state))
    forged = sends(
        decide,
        on="talked",
        by="frankie",
        refusal=once,
        values=lambda stage: {**member("lou")(stage), "state": "ACCEPTED"},
    )
    yield "somebody accepts in the name of another", forged
    yield (
        "a counter-proposal is decided twice",
        sends(decide, on="decided", by="frankie", refusal=once, values=says(state="REJECTED")),
    )
    born = by_sql.PROPOSAL.replace("state, version", "state, decided_by_membership_id, decided_at, version")
    for sentence, state in (("accepted", "'ACCEPTED'"), ("taken back", "'WITHDRAWN'")):
        put = sends(
            born.replace("'OPEN', 1", f"{state}, :other, now(), 1"),
            on="proposed",
            by="brook",
            refusal="A counter-proposal is open when it is put",
            values=member("frankie", "other"),
        )
        yield f"a counter-proposal is put as {sentence} by another", put
    words = "update plan_proposal set words = 'x' where plan_id = :plan"
    yield "what was put changes", sends(words, on="talked", by="brook", refusal=GRANT)
    resolve = "update plan_comment set resolved_at = now(), resolved_by_membership_id = :by where plan_id = :plan"
    twice = "A comment is resolved once"
    yield (
        "a comment is resolved in the name of another",
        sends(resolve, on="talked", by="brook", refusal=twice, values=member("frankie")),
    )
    yield "a comment is resolved twice", sends(resolve, on="decided", by="frankie", refusal=twice)
    said = by_sql.COMMENT.replace("agency_id,\n", "agency_id, resolved_at, resolved_by_membership_id,\n")
    yield (
        "a comment is made as resolved by another",
        sends(
            said.replace(":agency, 1", ":agency, now(), :other, 1"),
            on="proposed",
            by="rowan",
            refusal="A comment is open when it is made",
            values=member("frankie", "other"),
        ),
    )
    yield "a comment changes", sends("update plan_comment set text = 'x'", on="talked", by="rowan", refusal=GRANT)


def on_events() -> Iterator[tuple[str, Attempt]]:
    for kind, on, by in (
        ("SIGNED", "half", "ellis"),
        ("AGREED", "half", "brook"),
        ("IN_FORCE", "agreed", "brook"),
        ("PUBLISHED", "wanted", "brook"),
    ):
        event = by_sql.EVENT.replace("EDITED", kind)
        yield f"{kind} is noted of what is {on}", sends(event, on=on, by=by, refusal="What did not happen is not noted")


def on_publishing() -> Iterator[tuple[str, Attempt]]:
    public, wants = "update plan set published_at = now() where id = :plan", "A plan is public once"
    for on in ("draft", "half", "agreed", "wanted"):
        yield f"a plan that is {on} is made public", sends(public, on=on, by="frankie", refusal=wants)
    for value in ("null", "now()"):
        change = f"update plan set published_at = {value} where id = :plan"
        yield (
            f"a public plan becomes public {value}",
            sends(change, on="public", by="frankie", refusal="What a plan is"),
        )
    yield "a party wants public what is not agreed", sends(by_sql.PUBLICATION, on="half", by="frankie", refusal=STANDS)
    for name in ("plan_publication", "plan_version"):
        yield f"a row of {name} goes", sends(f"delete from {name}", on="public", by="frankie", refusal=GRANT)
