"""What is tried on signatures, on agreeing, and on who is a party."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import text

from tests.plans import by_sql
from tests.plans.attempts.attempt import (
    GRANT,
    NOT_AGREED,
    STANDS,
    UNSEEN,
    WALL,
    Attempt,
    account,
    agency,
    member,
    sends,
)
from tests.plans.by_sql import CONTENT
from tests.plans.stage import Stage

SIGN = by_sql.SIGNATURE


def on_signing() -> Iterator[tuple[str, Attempt]]:
    for on in ("draft", "checked", "agreed", "public"):
        refusal = "hash of what is signed" if on == "draft" else STANDS
        yield f"somebody signs what is {on}", sends(SIGN, on=on, by="remy", refusal=refusal, proof=CONTENT)
    other = "encode(sha256('other'), 'hex')"
    yield (
        "somebody signs other bytes",
        sends(SIGN.replace(":hash", other), on="signing", by="ellis", refusal="hash of what is signed", proof=b"other"),
    )
    yield "somebody signs without their password", sends(SIGN, on="signing", by="ellis", refusal=WALL)
    yield (
        "somebody signs with a password for other bytes",
        sends(SIGN, on="signing", by="ellis", refusal=WALL, proof=b"other"),
    )
    yield (
        "somebody who is no party signs",
        sends(SIGN, on="signing", by="val", refusal="A party that has", proof=CONTENT),
    )
    yield (
        "somebody who left signs",
        sends(SIGN, on="left_signing", by="remy", refusal="A party that has", proof=CONTENT),
    )
    yield (
        "somebody who left meanwhile signs",
        sends(SIGN, on="guest_left", by="remy", refusal="A party that has", proof=CONTENT),
    )
    yield (
        "somebody signs before the checks",
        sends(SIGN, on="unchecked", by="ellis", refusal="its own checks", proof=CONTENT),
    )
    yield (
        "somebody signs twice",
        sends(SIGN, on="half", by="quinn", refusal="uq_plan_signature_plan_version_id_agency_id", proof=CONTENT),
    )
    yield (
        "somebody who signed for one agency signs for another",
        sends(SIGN, on="half", by="twice", refusal="uq_plan_signature_plan_version_id_user_id", proof=CONTENT),
    )
    yield (
        "somebody signs with a passkey that nobody asked for",
        sends(
            SIGN.replace("'PASSWORD'", "'PASSKEY'"),
            on="signing",
            by="ellis",
            refusal="names what the proof is of",
            proof=CONTENT,
        ),
    )
    yield (
        "the proposer signs in another role",
        sends(SIGN, on="signing", by="both", refusal="Nobody signs what they put forward", proof=CONTENT),
    )
    yield "a commissioner signs", sends(SIGN, on="signing", by="brook", refusal="signs as themselves", proof=CONTENT)
    yield (
        "somebody signs in another role than their own",
        sends(
            SIGN.replace("'SIGNATORY'", "'COMMISSIONER'"),
            on="signing",
            by="ellis",
            refusal="signed_by_a_signatory",
            proof=CONTENT,
        ),
    )
    yield (
        "somebody signs as another user",
        sends(SIGN, on="signing", by="ellis", refusal="signs as themselves", proof=CONTENT, values=account("quinn")),
    )
    yield (
        "somebody signs with the membership of another",
        sends(
            SIGN,
            on="signing",
            by="ellis",
            refusal=WALL,
            proof=CONTENT,
            values=lambda stage: {**account("quinn")(stage), **member("quinn")(stage)},
        ),
    )
    yield (
        "somebody signs for another agency",
        sends(SIGN, on="signing", by="ellis", refusal=WALL, proof=CONTENT, values=agency("SEVERN-LA")),
    )
    for table in ("plan_signature", "plan_refusal", "plan_check_pass", "plan_publication", "plan_event"):
        for command in (f"delete from {table}", f"update {table} set agency_id = agency_id", f"truncate {table}"):
            yield f"{command}", sends(command, on="half", by="quinn", refusal=GRANT)
    for command in ("delete from plan_milestone_report", "update plan_milestone_report set expected_on = null"):
        yield f"{command}", sends(command, on="draft", by="frankie", refusal=GRANT)


def on_agreeing() -> Iterator[tuple[str, Attempt]]:
    for on, by in (
        ("signing", "frankie"),
        ("half", "quinn"),
        ("half", "ellis"),
        ("left_signing", "quinn"),
        ("signed_left", "quinn"),
    ):
        yield f"{by} says that what is {on} is agreed", sends(by_sql.AGREE, on=on, by=by, refusal=NOT_AGREED)
    guest = "update plan_version_party set required = false where plan_version_id = :version and agency_id <> :agency"
    yield "the others are made guests", sends(guest, on="half", by="quinn", refusal=STANDS)


def on_parties() -> Iterator[tuple[str, Attempt]]:
    yield (
        "an agency leaves what was agreed",
        sends(by_sql.LEAVE, on="agreed", by="remy", refusal="Nobody leaves what was agreed"),
    )
    once = "An agency leaves once"
    yield "an agency leaves twice", sends(by_sql.LEAVE, on="left", by="remy", refusal=once)
    back = "update plan_party set left_on = null, left_because = null where plan_id = :plan and agency_id = :agency"
    yield "an agency comes back", sends(back, on="left", by="remy", refusal=once)
    yield (
        "an agency leaves in the name of another",
        sends(by_sql.LEAVE, on="draft", by="remy", refusal=once, values=member("lou")),
    )
    yield (
        "an agency is sent away by another",
        sends(by_sql.LEAVE, on="draft", by="quinn", refusal=UNSEEN, values=agency("SEVERN-POLICE")),
    )
    yield "a commissioner takes their agency out", sends(by_sql.LEAVE, on="draft", by="lou", refusal=UNSEEN)
    away = "delete from plan_party where plan_id = :plan and agency_id = :agency"
    for on in ("proposed", "drafted_left", "agreed"):
        attempt = sends(away, on=on, by="frankie", refusal="leaves by its own", values=agency("SEVERN-MHS"))
        yield f"a party of what is {on} is forgotten", attempt

    def stranger(stage: Stage) -> Mapping[str, Any]:
        with stage.cast.truth() as session:
            outside = "select id from agency where id <> all(:members) limit 1"
            return {
                "agency": session.execute(
                    text(outside), {"members": [*stage.cast.settled.agencies.values()]}
                ).scalar_one()
            }

    yield (
        "an agency outside the partnership joins",
        sends(by_sql.PARTY, on="draft", by="frankie", refusal="belongs to the partnership", values=stranger),
    )
    joined = by_sql.PARTY.replace("joined_on)", "joined_on, left_on, left_because)").replace(
        "current_date)", "current_date, current_date, 'x')"
    )
    yield (
        "an agency joins as one that left",
        sends(joined, on="draft", by="frankie", refusal="belongs to the partnership", values=agency("SEVERN-PCT")),
    )
    for table, change in {
        "comes": by_sql.CHECK.replace(":code", "'NEW'"),
        "changes": "update plan_check set name = 'x' where plan_id = :plan and agency_id = :agency",
        "goes": "delete from plan_check where plan_id = :plan and agency_id = :agency",
    }.items():
        for on in ("signing", "agreed"):
            attempt = sends(change, on=on, by="frankie", refusal="Checks stay as they are")
            yield f"a check of what is {on} {table}", attempt
    for column, value in (("name", "'Nobody looks'"), ("role", "'GUARDIAN'")):
        change = f"update plan_check set {column} = {value} where plan_id = :plan and agency_id = :agency"
        attempt = sends(change, on="checked", by="frankie", refusal="A check that was passed stays as it is")
        yield f"the {column} of a check that was passed changes", attempt
    passed = "delete from plan_check where plan_id = :plan and agency_id = :agency"
    yield "a check that was passed goes", sends(passed, on="left", by="lou", refusal="fk_plan_check_pass")
