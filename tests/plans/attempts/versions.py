"""What is tried on versions: on frozen text, on where plans and versions stand, and on what is proposed."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from tests.plans import by_sql
from tests.plans.attempts.attempt import (
    GRANT,
    NO_STEP,
    NO_STEP_OF_A_VERSION,
    NOT_WRITTEN,
    STANDS,
    STAYS,
    TOGETHER,
    Attempt,
    Values,
    agency,
    member,
    says,
    sends,
)
from tests.plans.by_sql import CONTENT, ROWS, acts
from tests.plans.stage import REQUIRED, Stage

VERSION_MOVES = """
update plan_version set state = cast(:state as text),
       signing_opened_at = case cast(:state as text) when 'SIGNING' then now() else signing_opened_at end,
       agreed_at = case cast(:state as text) when 'AGREED' then now() else agreed_at end
 where id = :version
"""


def on_frozen_text() -> Iterator[tuple[str, Attempt]]:
    for table, insert in ROWS.items():
        column = "required" if table == "plan_version_party" else "position"
        if table == "plan_contribution":
            column = "amount"
        own = {"key": uuid4(), "clause": uuid4()} if table in {"plan_scheme", "plan_clause"} else {}
        values = agency("SEVERN-PCT") if table == "plan_version_party" else says(**own)
        yield f"a row of {table} comes late", sends(insert, on="proposed", by="frankie", refusal=STANDS, values=values)
        change = f"update {table} set {column} = {column} where plan_version_id = :version"
        yield f"a row of {table} changes", sends(change, on="proposed", by="frankie", refusal=STANDS)
        remove = f"delete from {table} where plan_version_id = :version"
        yield f"a row of {table} goes", sends(remove, on="proposed", by="frankie", refusal=STANDS)
    words = "update plan_clause set text = 'We do not.' where plan_version_id = :version"
    for on in ("half", "agreed", "public"):
        yield f"the words of what is {on} change", sends(words, on=on, by="frankie", refusal=STANDS)
    yield "a problem is found in what is signed", sends(by_sql.PROBLEM, on="half", by="frankie", refusal=STANDS)
    for column, value in {
        "title": "'x'",
        "starts_on": "'2031-01-01'",
        "ends_on": "'2040-01-01'",
        "template_code": "'x'",
        "proposed_by_membership_id": ":other",
        "accepted_by_membership_id": ":other",
        "proposed_at": "now()",
        "content_hash": "'x'",
        "merkle_root": "'x'",
        "content": "'x', content_hash = encode(sha256('x'), 'hex')",
    }.items():
        change = f"update plan_version set {column} = {value} where id = :version"
        for on in ("proposed", "half", "agreed"):
            attempt = sends(change, on=on, by="frankie", refusal=STAYS, values=member("brook", "other"))
            yield f"the {column} of what is {on} changes", attempt
    for column in ("signing_opened_at", "agreed_at"):
        change = f"update plan_version set {column} = now() where id = :version"
        yield f"the {column} of what is agreed changes", sends(change, on="agreed", by="frankie", refusal=STAYS)
    for column in ("id", "plan_id", "number", "based_on_id", "drafted_by_membership_id"):
        change = f"update plan_version set {column} = {column} where id = :version"
        yield f"the {column} of a version changes", sends(change, on="draft", by="frankie", refusal=GRANT)


def on_states() -> Iterator[tuple[str, Attempt]]:
    for on, states in {
        "draft": ("SIGNING", "AGREED", "SUPERSEDED"),
        "proposed": ("DRAFT", "AGREED"),
        "half": ("DRAFT", "PROPOSED"),
        "left": ("AGREED",),
    }.items():
        for state in states:
            attempt = sends(VERSION_MOVES, on=on, by="frankie", refusal=NO_STEP_OF_A_VERSION, values=says(state=state))
            yield f"a version that is {on} becomes {state}", attempt
    for state in ("DRAFT", "PROPOSED", "SUPERSEDED"):
        change = "update plan_version set state = :state where id = :version"
        attempt = sends(change, on="agreed", by="frankie", refusal=NO_STEP_OF_A_VERSION, values=says(state=state))
        yield f"what was agreed becomes {state}", attempt
    for on, states in {
        "draft": ("NEGOTIATION", "SIGNING", "AGREED", "IN_FORCE"),
        "proposed": ("DRAFT", "AGREED", "IN_FORCE"),
        "half": ("DRAFT", "PROPOSED", "IN_FORCE"),
        "left": ("DRAFT", "PROPOSED", "AGREED", "IN_FORCE"),
        "agreed": ("DRAFT", "PROPOSED", "NEGOTIATION", "SIGNING"),
    }.items():
        for state in states:
            attempt = sends(by_sql.MOVE, on=on, by="frankie", refusal=NO_STEP, values=says(state=state))
            yield f"a plan that is {on} becomes {state}", attempt
    for on, state in (("draft", "PROPOSED"), ("proposed", "SIGNING"), ("half", "AGREED"), ("half", "NEGOTIATION")):
        attempt = sends(by_sql.MOVE, on=on, by="frankie", refusal=TOGETHER, values=says(state=state))
        yield f"a plan that is {on} becomes {state} without its version", attempt
    yield "a version moves without its plan", sends(by_sql.OPEN, on="proposed", by="frankie", refusal=TOGETHER)
    yield "nothing follows what is superseded", sends(by_sql.SUPERSEDE, on="half", by="frankie", refusal=TOGETHER)
    begin = "update plan set state = 'IN_FORCE' where id = :plan"
    yield "somebody brings a plan into force", sends(begin, on="begun", by="frankie", refusal="on its first day")
    for number in (0, 2):
        refusal = TOGETHER if number else "What a plan is does not change"
        change = f"update plan set current_number = {number} where id = :plan"
        yield f"a plan points at version {number}", sends(change, on="half", by="frankie", refusal=refusal)
    following = {"version": uuid4(), "number": 2, "starts": "2030-04-01", "based_on": None}
    yield (
        "a version begins beside another",
        sends(by_sql.VERSION, on="half", by="frankie", refusal="uq_plan_version_current", values=says(**following)),
    )
    yield (
        "a version follows what was agreed",
        sends(by_sql.VERSION, on="agreed", by="frankie", refusal=TOGETHER, values=says(**following)),
    )
    yield (
        "a number is left out",
        sends(
            by_sql.VERSION,
            on="agreed",
            by="frankie",
            refusal="with the next number",
            values=says(**following | {"number": 3}),
        ),
    )
    for born in ("'PROPOSED'", "'AGREED'"):
        yield (
            f"a plan is born {born}",
            sends(
                by_sql.PLAN.replace("'DRAFT'", born),
                on="draft",
                by="frankie",
                refusal="A plan begins as a draft",
                values=_new,
            ),
        )
    yield (
        "a plan is born without a version",
        sends(by_sql.PLAN, on="draft", by="frankie", refusal=TOGETHER, values=_new),
    )
    for name in ("rowan", "gail", "noor"):
        sent = sends(by_sql.SUPERSEDE, on="half", by=name, refusal=NOT_WRITTEN)
        yield f"{name}, who writes no plan, voids the signatures", sent
        sent = sends(
            "update plan_version set title = 'x' where id = :version", on="draft", by=name, refusal=NOT_WRITTEN
        )
        yield f"{name}, who writes no plan, names it", sent
        sent = sends(by_sql.MOVE, on="proposed", by=name, refusal=NOT_WRITTEN, values=says(state="NEGOTIATION"))
        yield f"{name}, who writes no plan, moves it", sent
    yield "who left voids the signatures", sends(by_sql.SUPERSEDE, on="left_signing", by="lou", refusal=NOT_WRITTEN)


def _new(stage: Stage) -> Mapping[str, Any]:
    return {"plan": uuid4(), "reference": "P-0", "partnership": stage.cast.settled.partnership_id}


def _proposes(*, proposer: str, accepter: str | None = None) -> Values:
    def values(stage: Stage) -> Mapping[str, Any]:
        took = None if accepter is None else stage.viewer(accepter).membership_id
        return {"content": CONTENT, "proposer": stage.viewer(proposer).membership_id, "accepter": took}

    return values


def on_proposing() -> Iterator[tuple[str, Attempt]]:
    freeze, another = by_sql.FREEZE, "Nobody proposes in the name of another"
    for sentence, by, values in (
        ("somebody proposes for a colleague", "frankie", _proposes(proposer="brook")),
        ("somebody accepts what nobody put", "frankie", _proposes(proposer="brook", accepter="frankie")),
        ("somebody accepts their own words", "frankie", _proposes(proposer="frankie", accepter="frankie")),
        ("somebody accepts for a colleague", "frankie", _proposes(proposer="lou", accepter="brook")),
        ("a signatory proposes", "quinn", _proposes(proposer="quinn")),
    ):
        yield sentence, sends(freeze, on="drafted", by=by, refusal=another, values=values)
    values = _proposes(proposer="frankie")
    yield (
        "a draft with a problem is proposed",
        sends(freeze, on="draft", by="frankie", refusal="This version has problems", values=values),
    )
    forged = freeze.replace("encode(sha256(:content), 'hex')", "encode(sha256('other'), 'hex')")
    yield (
        "bytes are frozen under another hash",
        sends(forged, on="drafted", by="frankie", refusal="hash_is_of_the_content", values=values),
    )
    yield (
        "somebody takes what their own agency put",
        _follows("talked", "brook", another, proposer="brook", took="brook"),
    )
    yield "somebody takes it for a colleague", _follows("talked", "lou", another, proposer="brook", took="frankie")
    yield "somebody takes what another put", _follows("talked", "frankie", another, proposer="lou", took="frankie")
    yield "somebody takes what was rejected", _follows("decided", "frankie", another, proposer="brook", took="frankie")
    yield (
        "an agency that left is named again",
        _follows("left", "frankie", "This version has problems", proposer="frankie", named=(*REQUIRED, "SEVERN-MHS")),
    )
    yield (
        "an agency that did not leave is named no more",
        _follows("proposed", "frankie", "Whoever takes part is named until it leaves", proposer="frankie"),
    )
    for on in ("alone", "talked", "priced"):
        attempt = sends(by_sql.OPEN, on=on, by="frankie", refusal="This version is not ready to be signed")
        yield f"a version that is {on} is opened for signing", attempt
    yield "a signatory opens a version for signing", sends(by_sql.OPEN, on="proposed", by="quinn", refusal="not ready")


def _follows(
    on: str, by: str, refusal: str, *, proposer: str, took: str | None = None, named: tuple[str, ...] = REQUIRED
) -> Attempt:
    """The next version, begun and frozen in one go."""

    def do(session: Session, stage: Stage) -> int:
        viewer, values = stage.viewer(by), _proposes(proposer=proposer, accepter=took)(stage)
        following = by_sql.again(
            session, viewer, stage.plans[on], [stage.cast.settled.agencies[code] for code in named]
        )
        return acts(session, viewer, by_sql.FREEZE, following, **values)

    return Attempt(on, by, refusal, by_sql.FREEZE, do)
