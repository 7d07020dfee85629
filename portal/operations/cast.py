"""Decides who the invented partnership is: agencies, desks, teams and people that exist nowhere, and are marked so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.access.viewer import Role, Viewer
from portal.agencies.models import Agency, AgencyArea, Area
from portal.agreements.adopting import adopt_template
from portal.db import Database
from portal.identity.accounts import create_membership, create_team, create_user
from portal.identity.models import Membership, User
from portal.identity.viewers import viewer_for_membership
from portal.partnerships.clocks import give_defaults
from portal.partnerships.models import DutyDesk, DutyDeskKind, Partnership, PartnershipMember

CODE_LIST = "CONCORD-DEMO"
PASSWORD = "severnshire demo"  # noqa: S105  printed at every start of a demonstration, and of nothing else
SINCE = date(2006, 10, 1)

# Code, kind, name, where its desk answers. The numbers are from the range Ofcom keeps for drama.
AGENCIES = (
    ("SEVERN-POLICE", "NEIGHBOURHOOD_POLICE", "Severnshire Constabulary", "01632 960101"),
    ("SEVERN-LA", "LOCAL_AUTHORITY", "Severnshire County Council", "01632 960102"),
    ("SEVERN-PCT", "PCT", "Severnshire PCT", "01632 960103"),
    ("SEVERN-MHS", "MENTAL_HEALTH_SERVICE", "Severnshire Health and Care", "01632 960104"),
    ("SEVERN-COURT", "COURT_LIAISON", "Severnshire Magistrates' Court", "01632 960105"),
)
# Invented beats of the invented force, which no official list has; their names say so where they are chosen.
BEATS = (
    ("SEVERN-BEAT-1", "Cheltenham North beat (invented)"),
    ("SEVERN-BEAT-2", "Cheltenham Town beat (invented)"),
    ("SEVERN-BEAT-3", "Gloucester East beat (invented)"),
)
TEAMS = (("SEVERN-POLICE", "Cheltenham North"), ("SEVERN-POLICE", "Gloucester East"))


@dataclass(frozen=True, kw_only=True)
class Part:
    """One person of the cast and the hats they wear: (agency code, role, team or None)."""

    name: str
    address: str
    hats: tuple[tuple[str, Role, str | None], ...]


def _part(name: str, address: str, code: str, role: Role, team: str | None = None) -> Part:
    return Part(name=name, address=address, hats=((code, role, team),))


CAST = (
    _part("PC Rowan Hale", "rowan.hale@police", "SEVERN-POLICE", Role.OFFICER, "Cheltenham North"),
    _part("PC Dana Osei", "dana.osei@police", "SEVERN-POLICE", Role.OFFICER, "Cheltenham North"),
    _part("Sgt Mel Quill", "mel.quill@police", "SEVERN-POLICE", Role.SERGEANT, "Cheltenham North"),
    _part("PCSO Ari Byrne", "ari.byrne@police", "SEVERN-POLICE", Role.OFFICER, "Gloucester East"),
    _part("Sgt Lee Ferris", "lee.ferris@police", "SEVERN-POLICE", Role.SERGEANT, "Gloucester East"),
    _part("Noor Askew", "noor.askew@police", "SEVERN-POLICE", Role.AGENCY_ADMINISTRATOR),
    _part("Supt Gail Orme", "gail.orme@police", "SEVERN-POLICE", Role.GUARDIAN),
    _part("Wren Castellan", "wren.castellan@police", "SEVERN-POLICE", Role.GUARDIAN),
    _part("Brook Tanner", "brook.tanner@police", "SEVERN-POLICE", Role.COMMISSIONER),
    _part("Ch Supt Ellis Marchetti", "ellis.marchetti@police", "SEVERN-POLICE", Role.SIGNATORY),
    _part("Morgan Teale", "morgan.teale@council", "SEVERN-LA", Role.TRIAGE_WORKER),
    _part("Jo Adeyemi", "jo.adeyemi@council", "SEVERN-LA", Role.TRIAGE_WORKER),
    _part("Priya Nandakumar", "priya.nandakumar@council", "SEVERN-LA", Role.PRACTITIONER),
    _part("Dee Rowntree", "dee.rowntree@council", "SEVERN-LA", Role.SERVICE_MANAGER),
    _part("Hollis Frame", "hollis.frame@council", "SEVERN-LA", Role.AGENCY_ADMINISTRATOR),
    _part("Harper Lindqvist", "harper.lindqvist@council", "SEVERN-LA", Role.GUARDIAN),
    _part("Toby Marsh", "toby.marsh@council", "SEVERN-LA", Role.DPO),
    _part("Frankie Dunmore", "frankie.dunmore@council", "SEVERN-LA", Role.COMMISSIONER),
    _part("Quinn Haverstock", "quinn.haverstock@council", "SEVERN-LA", Role.SIGNATORY),
    _part("Sam Okafor", "sam.okafor@health", "SEVERN-MHS", Role.SERVICE_ADMINISTRATOR),
    _part("Dr Ines Vaughan", "ines.vaughan@health", "SEVERN-MHS", Role.CLINICIAN),
    _part("Tam Hartley", "tam.hartley@health", "SEVERN-MHS", Role.AGENCY_ADMINISTRATOR),
    _part("Lou Bracken", "lou.bracken@health", "SEVERN-MHS", Role.COMMISSIONER),
    _part("Remy Aldous", "remy.aldous@health", "SEVERN-MHS", Role.SIGNATORY),
    _part("Ash Corvin", "ash.corvin@health", "SEVERN-MHS", Role.GUARDIAN),
    _part("Robin Carver", "robin.carver@pct", "SEVERN-PCT", Role.COMMISSIONER),
    _part("Val Penhaligon", "val.penhaligon@pct", "SEVERN-PCT", Role.SIGNATORY),
    _part("Indra Sethi", "indra.sethi@pct", "SEVERN-PCT", Role.GUARDIAN),
    _part("Wyn Probert", "wyn.probert@pct", "SEVERN-PCT", Role.AGENCY_ADMINISTRATOR),
    _part("Alex Whitlock", "alex.whitlock@court", "SEVERN-COURT", Role.PRACTITIONER),
    _part("Ness Calder", "ness.calder@court", "SEVERN-COURT", Role.AGENCY_ADMINISTRATOR),
    Part(
        name="Kit Marlow",
        address="kit.marlow@council",
        hats=(
            ("SEVERN-LA", Role.PRACTITIONER, None),
            ("SEVERN-MHS", Role.SERVICE_ADMINISTRATOR, None),
        ),
    ),
)


def email(part: Part, suffix: str = "") -> str:
    """The sign-in address of a part; `.example` belongs to nobody (RFC 2606)."""
    return f"{part.address}.severnshire{suffix}.example"


@dataclass(kw_only=True)
class Settled:
    """An invented partnership as it was written: keys by code, by team and by (name, agency code)."""

    partnership_id: UUID
    agencies: Mapping[str, UUID]
    teams: Mapping[str, UUID]
    users: dict[str, UUID] = field(default_factory=dict)
    memberships: dict[tuple[str, str], UUID] = field(default_factory=dict)


def settle(session: Session, *, suffix: str = "", password: str | None = PASSWORD) -> Settled:
    """Write the invented partnership as the owner of the database; `suffix` sets a second one apart from the first."""
    agencies = {code: _agency(session, f"{code}{suffix}", kind, name, number) for code, kind, name, number in AGENCIES}
    # An invented county needs a shape: it borrows the one of Gloucestershire, where its incidents are from.
    shape = session.scalar(select(Area.id).where(Area.code_list == "GSS", Area.code == "E10000013"))
    partnership = Partnership(name=f"Severnshire{suffix}", lead_agency_id=agencies["SEVERN-LA"], area_id=shape)
    session.add(partnership)
    session.flush()
    session.add_all(
        PartnershipMember(partnership_id=partnership.id, agency_id=agency_id, active_from=SINCE)
        for agency_id in agencies.values()
    )
    session.add_all(_desks(partnership.id))
    _beats(session, agencies["SEVERN-POLICE"], suffix)
    session.flush()
    give_defaults(session, partnership_id=partnership.id)
    adopt_template(session, partnership_id=partnership.id, name="Severnshire information sharing agreement")
    teams = {name: create_team(session, agency_id=agencies[code], name=name).id for code, name in TEAMS}
    settled = Settled(partnership_id=partnership.id, agencies=agencies, teams=teams)
    for part in CAST:
        user = create_user(session, display_name=part.name, email=email(part, suffix), password=password)
        settled.users[part.name] = user.id
        for code, role, team in part.hats:
            membership = create_membership(
                session,
                user_id=user.id,
                agency_id=agencies[code],
                role=role,
                team_ids=[teams[team]] if team else [],
                active_from=SINCE,
            )
            settled.memberships[part.name, code] = membership.id
    return settled


def settle_once(owner: Database) -> dict[str, Viewer]:
    """Write the invented partnership unless it is there, and give everybody by name, in their first hat."""
    with owner.transaction() as session:
        if session.scalar(select(func.count()).select_from(Agency).where(Agency.code_list == CODE_LIST)) == 0:
            settle(session)
        found = {}
        for part in CAST:
            code, role, _ = part.hats[0]
            membership_id = session.scalar(
                select(Membership.id)
                .join(User, User.id == Membership.user_id)
                .join(Agency, Agency.id == Membership.agency_id)
                .where(User.email == email(part), Agency.code == code, Membership.role == role)
            )
            viewer = viewer_for_membership(session, membership_id) if membership_id else None
            if viewer is not None:
                found[part.name] = viewer
    return found


def sign_ins() -> str:
    """Who can sign in to a demonstration, as a table for a terminal."""
    lines = [f"Everybody signs in with the password: {PASSWORD}", ""]
    names = {code: name for code, _, name, _ in AGENCIES}
    for part in CAST:
        hats = "; ".join(f"{role.replace('_', ' ').lower()}, {names[code]}" for code, role, _ in part.hats)
        lines.append(f"  {email(part):46} {part.name}, {hats}")
    return "\n".join(lines)


def _agency(session: Session, code: str, kind: str, name: str, number: str) -> UUID:
    agency = Agency(
        kind_code=kind,
        name=name,
        code_list=CODE_LIST,
        code=code,
        active_from=SINCE,
        desk_telephone=number,
        desk_hours="Monday to Friday, 09:00 to 17:00",
    )
    session.add(agency)
    session.flush()
    return agency.id


def _beats(session: Session, force_id: UUID, suffix: str) -> None:
    """Give the force its beats, which can then be named when a flag is raised."""
    for code, name in BEATS:
        beat = Area(kind_code="BEAT", name=name, code_list=CODE_LIST, code=f"{code}{suffix}", active_from=SINCE)
        session.add(beat)
        session.flush()
        session.add(AgencyArea(agency_id=force_id, area_id=beat.id))


def _desks(partnership_id: UUID) -> list[DutyDesk]:
    return [
        DutyDesk(
            partnership_id=partnership_id,
            kind=DutyDeskKind.DAY,
            name="Children's duty team",
            telephone="01632 960110",
            hours="Monday to Friday, 08:30 to 17:30",
            position=0,
        ),
        DutyDesk(
            partnership_id=partnership_id,
            kind=DutyDeskKind.OUT_OF_HOURS,
            name="Emergency duty team",
            telephone="01632 960111",
            hours="Nights, weekends and bank holidays",
            position=1,
        ),
    ]
