"""What the documents are asked about: two partnerships in a database of their own, in which everything has happened."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import text

from graphql_schema import Door
from portal.access.context import Wall, derive_key
from portal.access.field_groups import FieldGroup
from portal.access.viewer import Role, Viewer
from portal.db import Database, now
from portal.identity.viewers import viewer_for_membership
from portal.operations.embedded import EmbeddedServer
from portal.partnerships.calendar import differing_days
from tests.factories.accounts import make_further_membership, make_member
from tests.factories.administration import done
from tests.factories.cast import Cast, key, settle_cast
from tests.factories.drafts import drafted
from tests.factories.flags import answered, ended, group_report, imported, raised, shared, taken
from tests.factories.life import (
    ANSWER_QUESTION,
    REOPEN,
    answering,
    asked,
    closed,
    escalated,
    merged,
    past_its_date,
    reopening,
    saved,
    stands,
    unanswered_in_time,
    uncovered,
    withdrawn,
)
from tests.factories.notices import waiting
from tests.factories.plans import (
    accepted,
    countered,
    first_clause,
    first_scheme,
    in_signing,
    proposed,
    published,
    read_plan,
    sign,
)
from tests.factories.plans import done as step
from tests.factories.plans import drafted as written

EXPORT = "mutation($input: ExportFlagInput!) { exportFlag(input: $input) { __typename } }"
VIEW = "mutation($input: SaveInboxViewInput!) { saveInboxView(input: $input) { __typename } }"
CHOOSE = """
mutation($input: SetNotificationPreferencesInput!) { setNotificationPreferences(input: $input) { __typename } }
"""
OPEN = """
insert into disclosure (root_kind, root_id, audience_id, levels, sort_at, because, agreement_version_id, column_code,
                        granted_by_membership_id, valid_from)
select root_kind, root_id, :audience, :levels, sort_at, because, agreement_version_id, column_code,
       granted_by_membership_id, valid_from
  from disclosure where root_id = :root order by id limit 1
"""
# Words for concerns, before and to come; a day of training, and a bank holiday that is worked; a team and an account
# that closed.
KEPT = """
insert into local_concept (id, partnership_id, vocabulary, code, display, hint, position, offered, valid_from)
 values (gen_random_uuid(), :partnership, 'concern', 'ALCOHOL', 'Drink', null, 3, true, now() - interval '1 day'),
        (gen_random_uuid(), :partnership, 'concern', 'ANTI_SOCIAL_BEHAVIOUR', 'Noise', 'Loud', 99, false,
         now() + interval '9 days');
insert into partnership_day (partnership_id, day, working, name)
 values (:partnership, current_date + 40, false, 'Training'), (:partnership, :holiday, true, 'All in');
update team set closed_at = now() where agency_id = :agency and name = 'Gloucester East';
update user_account set disabled_at = now() where id = :left;
update agency set desk_email = 'desk@police.example' where id = :agency
"""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A database, its door, and everybody who may ask."""

    owner: Database
    wall: Wall
    door: Door
    people: dict[str, Viewer | None]


@contextmanager
def settled(server: EmbeddedServer, template: str, secret: str) -> Iterator[Scene]:
    """Let everything happen once in a fresh database, and close it at the end."""
    urls = server.copy_database(f"differential_{secrets.token_hex(4)}", template=template)
    owner, web = Database.connect(urls.owner), Database.connect(urls.web)
    wall = Wall(web, derive_key(secret))
    door = Door(wall)
    cast, other = settle_cast(owner, door), settle_cast(owner, door)
    _flags(cast)
    _keeping(cast)
    _plans(cast)
    written(other)
    raised(other)
    shared(other)
    imported(other, place={"description": "On or near Wilson Drive"})
    people: dict[str, Viewer | None] = {"nobody": None, **cast.viewers}
    people |= {f"other {name}": other.viewers[name] for name in ("rowan", "morgan", "noor")}
    people["signatory"] = _joined(cast, Role.SIGNATORY)
    _open_bits(cast, [viewer for viewer in people.values() if viewer is not None])
    assert {viewer.role for viewer in people.values() if viewer} == set(Role), "Somebody of every role asks."
    yield Scene(owner=owner, wall=wall, door=door, people=people)
    owner.dispose()
    web.dispose()


def _joined(cast: Cast, role: Role) -> Viewer | None:
    member = make_member(cast.owner, agency_id=cast.settled.agencies["SEVERN-LA"], role=role)
    with cast.owner.transaction() as session:
        return viewer_for_membership(session, member.membership_id)


def _flags(cast: Cast) -> None:
    """A flag at each point of its life, about people and about groups, early and late."""
    raised(cast, subject=group_report()["subject"], place={"description": "Parade of shops", "wardCode": _beat(cast)})
    raised(
        cast,
        by=cast.ari,
        concernCode="ANTI_SOCIAL_BEHAVIOUR",
        subject={"person": {"ageBandCode": "16_17", "description": "Green coat"}},
    )
    late = raised(cast)
    flag = answered(cast)
    waiting(cast, flag, cast.rowan)
    shared(cast, fieldGroups=["HEALTH", "OUTCOME"])
    shared(cast, taken(cast, raised(cast, subject=group_report()["subject"])))
    past_its_date(cast, shared(cast))
    ended(cast)
    question = asked(cast)
    saved(cast, cast.rowan, ANSWER_QUESTION, answering(cast, stands(cast, question)))
    unanswered_in_time(cast, asked(cast))
    carrier = raised(cast)
    merged(cast, into=carrier)
    merged(cast, raised(cast, by=cast.dana) and taken(cast), into=stands(cast, carrier))
    escalated(cast)
    withdrawn(cast)
    saved(cast, cast.rowan, REOPEN, reopening(stands(cast, closed(cast))))
    for place in ("On or near Wilson Drive", "On or near Wilson Drive", "On or near Elm Street"):
        point = (
            {"latitude": "51.9", "longitude": "-2.08"}
            if "Elm" not in place
            else {"latitude": "51.87", "longitude": "-2.24"}
        )
        imported(cast, place={"description": place, "point": point})
    imported(cast, by=cast.ari, place={"description": "On or near Oak Road"})
    first = imported(cast)
    raised(cast, draftId=first["id"], draftVersion=first["version"])
    drafted(cast)
    _make_late(cast, uncovered(cast, late))
    export = {"flagId": flag["id"], "purposeCode": "MEETING", "idempotencyKey": key()}
    assert cast.ask(cast.rowan, EXPORT, input=export)["exportFlag"]["__typename"] == "FlagExported"


def _plans(cast: Cast) -> None:
    """A plan at each point of its life: begun, on the table, negotiated, open for signing, public."""
    written(cast, templateCode=None)
    begun = written(cast)
    version = begun["currentVersion"]
    of_evidence = {"typed": {"sentence": "One in three waits.", "source": "Council survey, 2026"}}
    step(cast, cast.frankie, "addEvidence", planVersionId=version["id"], evidence=of_evidence)
    plan = proposed(cast, read_plan(cast, begun["id"]))
    clause, scheme = first_clause(plan), first_scheme(plan)
    first, _ = countered(cast, plan), countered(cast, plan, by=cast.lou, text="Only in the morning.")
    police = {"agencyId": cast.agency_id("SEVERN-POLICE"), "year": 2027, "amount": {"amount": "9000.50"}}
    step(
        cast, cast.lou, "counterPropose", schemeId=scheme["id"], baseHash=scheme["moneyHash"],
        contributions=[police | {"route": "ALIGNED", "condition": "Once."}],
    )  # fmt: skip
    for by, clause_id in ((cast.rowan, clause["id"]), (cast.ellis, None)):
        about = {"clauseId": clause_id} if clause_id else {"planVersionId": plan["currentVersion"]["id"]}
        said = step(cast, by, "commentOnClause", text="Who drives them?", **about)
    step(cast, cast.brook, "resolveComment", id=said["id"], expectedVersion=said["version"])
    accepted(cast, first)
    waiting_to_sign = in_signing(cast)
    sign(cast, waiting_to_sign, "SEVERN-POLICE")
    given = {"planVersionId": waiting_to_sign["currentVersion"]["id"], "reason": "Our board meets in May."}
    step(cast, cast.quinn, "declineToSign", **given)
    public = published(cast)
    milestone = first_scheme(public)["milestones"][0]
    expected = (now() + timedelta(days=400)).date().isoformat()
    step(cast, cast.brook, "reportMilestone", id=milestone["id"], expectedVersion=1, expectedOn=expected)
    _reworded(cast)


def _reworded(cast: Cast) -> None:
    """Other words for codes that plans have frozen and drafts have not."""
    reworded = ("MENTAL_HEALTH", "REACH", "BRADLEY_AWARENESS")
    with cast.owner.transaction() as session:
        session.execute(
            text("update concept set display = display || ' (new)' where code = any(:codes)"), {"codes": list(reworded)}
        )


def _beat(cast: Cast) -> str:
    with cast.truth() as session:
        found = "select code from area where code like 'SEVERN-BEAT-1' || :suffix"
        return str(session.execute(text(found), {"suffix": cast.suffix}).scalar_one())


def _make_late(cast: Cast, flag_id: UUID) -> None:
    """Triage was due an hour ago, so the managers of the lead authority know of it."""
    with cast.owner.transaction() as session:
        session.execute(
            text("update flag set triage_due_at = now() - interval '1 hour' where id = :id"), {"id": flag_id}
        )
        session.execute(
            text(
                "insert into disclosure (root_kind, root_id, audience_id, levels, sort_at, because,"
                " agreement_version_id, column_code, granted_by_membership_id, valid_from, waits)"
                " select root_kind, root_id, a.id, 1 << 21, d.sort_at, 'OVERDUE', d.agreement_version_id, 'manager',"
                " d.granted_by_membership_id, d.valid_from, false"
                " from disclosure d join audience a on a.agency_id = :agency and a.role = 'SERVICE_MANAGER'"
                " where d.root_id = :id order by d.id limit 1"
            ),
            {"id": flag_id, "agency": cast.settled.agencies["SEVERN-LA"]},
        )


def _open_bits(cast: Cast, viewers: list[Viewer]) -> None:
    """Open a few records to everybody at any levels, so that every field is read by some and withheld from others."""
    rng = random.Random(0)  # noqa: S311  the same scene every run, nothing is secret
    with cast.owner.transaction() as session:
        roots = list(session.scalars(text("select id from root order by created_at, id")))
        for viewer in viewers:
            for root in rng.sample(roots, 9):
                levels = sum(((1 << rng.randrange(4)) - 1) << (3 * place) for place in range(len(FieldGroup)))
                given = {"root": root, "audience": viewer.audience_ids[0], "levels": levels | 1}
                session.execute(text(OPEN), given)


def _keeping(cast: Cast) -> None:
    """What people keep beside flags: views, choices, invitations, teams, roles, and the words and days of their own."""
    chosen = {"queue": "TO_TRIAGE", "urgencies": ["URGENT"], "concernCodes": ["ALCOHOL"]}
    chosen |= {"raisedByAgencyIds": [cast.agency_id("SEVERN-POLICE")]}
    for viewer, name in ((cast.morgan, "Mine"), (cast.morgan, None), (cast.rowan, "All")):
        given = {"filter": chosen, "order": {"field": "DUE_AT", "direction": "ASC"}, "name": name}
        answer = cast.ask(viewer, VIEW, input=given | {"idempotencyKey": key()})["saveInboxView"]
        assert answer["__typename"] == "InboxViewSaved", answer
    cast.ask(cast.rowan, CHOOSE, input={"preferences": [{"kind": "ANSWER", "email": "NEVER"}], "idempotencyKey": key()})
    done(cast, cast.noor, "inviteUser", displayName="Robin Lake", email=f"{uuid4()}@police.example", role="OFFICER")
    make_further_membership(cast.owner, cast.rowan.user_id, role=Role.SERGEANT, agency_id=cast.rowan.agency_id)
    today = now().date()
    police = cast.settled.agencies["SEVERN-POLICE"]
    left = make_member(cast.owner, agency_id=police, active_to=today - timedelta(days=1))
    own = {
        "partnership": cast.settled.partnership_id,
        "agency": police,
        "left": left.user_id,
        "holiday": next(iter(differing_days("ENG", (), first=today, last=today + timedelta(days=300)))).day,
    }
    with cast.owner.transaction() as session:
        for statement in KEPT.split(";"):
            session.execute(text(statement), {name: own[name] for name in own if f":{name}" in statement})
