"""Plans of one cast that stand everywhere a plan can stand, made by raw SQL, for whoever tries what must not work."""

from dataclasses import dataclass
from uuid import uuid4

from portal.access.context import Wall
from portal.access.viewer import Role, Viewer
from portal.identity.accounts import create_membership
from portal.identity.viewers import viewer_for_membership
from portal.operations.cast import SINCE
from tests.factories.cast import Cast
from tests.plans import by_sql
from tests.plans.by_sql import PARTIES, PEOPLE, Draft, acts

REQUIRED = ("SEVERN-LA", "SEVERN-POLICE")


@dataclass(frozen=True)
class Stage:
    """Whose plans they are, and each plan by the word for where it stands."""

    wall: Wall
    cast: Cast
    plans: dict[str, Draft]

    # Frankie once more, as a signatory of the council.
    both: Viewer
    # Quinn of the council once more, as a signatory of the mental health service.
    twice: Viewer

    def viewer(self, name: str) -> Viewer:
        return {"both": self.both, "twice": self.twice}.get(name) or self.cast.viewers[name]


def staged(wall: Wall, cast: Cast) -> Stage:
    """Frankie of the council writes all of them, with the police, and the mental health service as a guest."""
    stage = Stage(wall, cast, {}, _signatory(cast, "frankie", "SEVERN-LA"), _signatory(cast, "quinn", "SEVERN-MHS"))
    plans, frankie = stage.plans, cast.frankie
    with wall.acting_as(frankie) as session:
        plans["draft"] = by_sql.drafted(session, frankie, cast, PARTIES)
        acts(session, frankie, by_sql.PROBLEM, plans["draft"])
        acts(session, frankie, by_sql.ROWS["plan_scheme"].replace("Diversion", "Lonely"), plans["draft"], key=uuid4())
        acts(session, frankie, by_sql.REPORT, plans["draft"])
        plans["drafted"] = by_sql.drafted(session, frankie, cast, PARTIES)
        plans["proposed"] = by_sql.drafted(session, frankie, cast, PARTIES)
        by_sql.proposed(session, frankie, plans["proposed"])
        plans["unchecked"] = by_sql.drafted(session, frankie, cast, PARTIES)
        by_sql.proposed(session, frankie, plans["unchecked"])
        by_sql.opened(session, frankie, plans["unchecked"])
        plans["alone"] = by_sql.drafted(session, frankie, cast, {"SEVERN-LA": True, "SEVERN-MHS": False})
        by_sql.proposed(session, frankie, plans["alone"])
        plans["drafted_left"] = by_sql.drafted(session, frankie, cast, PARTIES)
        plans["priced"] = by_sql.drafted(session, frankie, cast, PARTIES)
        by_sql.proposed(session, frankie, plans["priced"])
    with wall.acting_as(cast.brook) as session:
        acts(session, cast.brook, by_sql.PRICE, plans["priced"])
    plans["talked"] = _talked(stage)
    plans["decided"] = _talked(stage)
    _decided(stage, plans["decided"])
    with wall.acting_as(frankie) as session:
        plans["checked"] = by_sql.drafted(session, frankie, cast, PARTIES)
        by_sql.proposed(session, frankie, plans["checked"])
    for code in PARTIES:
        by_sql.passes(wall, stage.viewer(PEOPLE[code][0]), plans["checked"])
    plans["signing"] = by_sql.in_signing(wall, cast)
    plans["half"] = by_sql.in_signing(wall, cast)
    by_sql.signs(wall, cast.quinn, plans["half"])
    with wall.acting_as(cast.remy) as session:
        acts(session, cast.remy, by_sql.REFUSAL, plans["half"])
    _gone_meanwhile(stage)
    plans["agreed"] = by_sql.agreed(wall, cast)
    plans["begun"] = by_sql.agreed(wall, cast, starts="2020-04-01")
    plans["public"] = by_sql.agreed(wall, cast)
    by_sql.published(wall, cast, plans["public"])
    plans["wanted"] = by_sql.agreed(wall, cast)
    with wall.acting_as(frankie) as session:
        acts(session, frankie, by_sql.PUBLICATION, plans["wanted"])
    for name in ("left", "left_signing", "left_agreed"):
        plans[name] = _left(stage)
    _signed_on(stage, plans["left_signing"])
    _signed_on(stage, plans["left_agreed"])
    for signatory in (cast.quinn, cast.ellis):
        by_sql.signs(wall, signatory, plans["left_agreed"])
    with wall.acting_as(cast.ellis) as session:
        acts(session, cast.ellis, by_sql.AGREE, plans["left_agreed"])
        acts(session, cast.ellis, by_sql.MOVE, plans["left_agreed"], state="AGREED")
    return stage


def _gone_meanwhile(stage: Stage) -> None:
    """Somebody left what is drafted, and what is signed, and no version follows yet."""
    wall, cast, plans = stage.wall, stage.cast, stage.plans
    plans["guest_left"] = by_sql.in_signing(wall, cast)
    plans["signed_left"] = by_sql.in_signing(wall, cast)
    for signatory in (cast.quinn, cast.ellis):
        by_sql.signs(wall, signatory, plans["signed_left"])
    for name, leaver in (("drafted_left", cast.remy), ("guest_left", cast.remy), ("signed_left", cast.ellis)):
        with wall.acting_as(leaver) as session:
            acts(session, leaver, by_sql.LEAVE, plans[name])


def _signatory(cast: Cast, name: str, code: str) -> Viewer:
    """Somebody in a second role: as a signatory of an agency."""
    agency, person = cast.settled.agencies[code], cast.viewers[name].user_id
    with cast.owner.transaction() as session:
        hat = create_membership(session, user_id=person, agency_id=agency, role=Role.SIGNATORY, active_from=SINCE)
        session.flush()
        found = viewer_for_membership(session, hat.id)
    assert found is not None
    return found


def _talked(stage: Stage) -> Draft:
    """A proposed version with a counter-proposal of the police and a comment."""
    wall, cast = stage.wall, stage.cast
    with wall.acting_as(cast.frankie) as session:
        draft = by_sql.drafted(session, cast.frankie, cast, PARTIES)
        by_sql.proposed(session, cast.frankie, draft)
    with wall.acting_as(cast.brook) as session:
        acts(session, cast.brook, by_sql.PROPOSAL, draft)
    with wall.acting_as(cast.rowan) as session:
        acts(session, cast.rowan, by_sql.COMMENT, draft)
    return draft


def _decided(stage: Stage, draft: Draft) -> None:
    with stage.wall.acting_as(stage.cast.frankie) as session:
        acts(
            session,
            stage.cast.frankie,
            "update plan_proposal set state = 'REJECTED', decided_at = now(), decided_because = 'x',"
            " decided_by_membership_id = :by where plan_id = :plan",
            draft,
        )
        acts(
            session,
            stage.cast.frankie,
            "update plan_comment set resolved_at = now(), resolved_by_membership_id = :by where plan_id = :plan",
            draft,
        )


def _left(stage: Stage) -> Draft:
    """The version after the one that the mental health service left, proposed."""
    wall, cast = stage.wall, stage.cast
    first = by_sql.in_signing(wall, cast)
    parties = [cast.settled.agencies[code] for code in REQUIRED]
    with wall.acting_as(cast.remy) as session:
        draft = by_sql.again(session, cast.remy, first, parties)
        acts(session, cast.remy, by_sql.LEAVE, draft)
    with wall.acting_as(cast.frankie) as session:
        by_sql.proposed(session, cast.frankie, draft, to="NEGOTIATION")
    return draft


def _signed_on(stage: Stage, draft: Draft) -> None:
    """Pass the checks of whoever is left, and open the version for signing."""
    for code in REQUIRED:
        by_sql.passes(stage.wall, stage.viewer(PEOPLE[code][0]), draft)
    with stage.wall.acting_as(stage.cast.frankie) as session:
        by_sql.opened(session, stage.cast.frankie, draft)
