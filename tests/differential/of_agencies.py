"""How agencies, accounts and what belongs to the viewer are told."""

from collections.abc import Iterator
from uuid import UUID

from tests.differential.asking import Asking, Thing
from tests.differential.declared import names_of
from tests.differential.rows import Row
from tests.differential.told import Arguments, coded, concept, first_of, named, part, tells, things

AT_ONCE = {"QUESTION", "OVERDUE", "SHARED_WITH_US"}

for place, told in {
    "Agency.kind": coded("agency-kind", "kind_code"),
    "Agency.code": part("OfficialCode"),
    "Agency.activePeriod": part("Period"),
    "Area.code": part("OfficialCode"),
    "Area.activePeriod": part("Period"),
    "Membership.period": part("Period"),
    "Invitation.period": part("Period"),
    "OfficialCode.list": lambda ask, thing, arguments: thing["code_list"],
    "OfficialCode.value": lambda ask, thing, arguments: thing["code"],
    "Period.from": lambda ask, thing, arguments: thing["active_from"],
    "Period.to": lambda ask, thing, arguments: thing["active_to"],
    "ContactDesk.email": lambda ask, thing, arguments: thing["desk_email"],
    "ContactDesk.telephone": lambda ask, thing, arguments: thing["desk_telephone"],
    "ContactDesk.hours": lambda ask, thing, arguments: thing["desk_hours"],
    "Actor.agency": named("Agency", "agency", "agency_id"),
    "Membership.agency": named("Agency", "agency", "agency_id"),
    "Membership.user": named("User", "user_account", "user_id"),
    "Account.homeAgency": named("Agency", "agency", "home_agency_id"),
    "Viewer.user": named("User", "user_account", "user_id"),
    "Viewer.agency": named("Agency", "agency", "agency_id"),
    "Viewer.membership": part("Membership"),
    "EmergencyAdvice.text": lambda ask, thing, arguments: thing["body"],
}.items():
    tells(place)(told)


def administered(ask: Asking) -> UUID | None:
    """The agency whose accounts the viewer keeps, if any."""
    keeps = ask.viewer is not None and ask.viewer.role == "AGENCY_ADMINISTRATOR"
    return ask.viewer.agency_id if ask.viewer is not None and keeps else None


def works_here(ask: Asking, user_id: UUID) -> bool:
    """Whether somebody has, had or will have a role in the agency that the viewer administers."""
    agency_id = administered(ask)
    return agency_id is not None and any(ask.rows.where("membership", user_id=user_id, agency_id=agency_id))


def not_over(ask: Asking, row: Row) -> bool:
    """Whether a role has not ended."""
    return row["active_to"] is None or row["active_to"] >= ask.today


def by_name(rows: Iterator[Row] | list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row["name"], row["id"]))


@tells("Agency.contactDesk")
def _desk(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return None if thing["desk_telephone"] is None else Thing("ContactDesk", thing.row)


@tells("Actor.displayName")
def _name(ask: Asking, thing: Thing, arguments: Arguments) -> str:
    [user] = ask.rows.where("user_account", id=thing["user_id"])
    return str(user["display_name"])


@tells("User.account")
def _account(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return Thing("Account", thing.row) if works_here(ask, thing["id"]) else None


@tells("Account.memberships")
def _memberships(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = ask.rows.where("membership", user_id=thing["id"], agency_id=administered(ask))
    return things(ask, "Membership", sorted(rows, key=lambda row: (-row["active_from"].toordinal(), row["id"])))


@tells("Account.viewerCanChange")
def _can_change(ask: Asking, thing: Thing, arguments: Arguments) -> bool | None:
    # Of an account that no agency keeps, SQL cannot say; the schema has false for that.
    return administered(ask) is not None and thing["home_agency_id"] == administered(ask)


@tells("Account.viewerCanGiveRole")
def _can_give(ask: Asking, thing: Thing, arguments: Arguments) -> bool:
    return works_here(ask, thing["id"]) and not _is_viewer(ask, thing, arguments)


@tells("Account.isViewer")
def _is_viewer(ask: Asking, thing: Thing, arguments: Arguments) -> bool:
    return ask.viewer is not None and thing["id"] == ask.viewer.user_id


@tells("Team.memberCount")
def _members(ask: Asking, thing: Thing, arguments: Arguments) -> int | None:
    if administered(ask) != thing["agency_id"]:
        return None
    members = [row["membership_id"] for row in ask.rows.where("team_member", team_id=thing["id"])]
    roles = [next(ask.rows.where("membership", id=each)) for each in members]
    return sum(not_over(ask, role) for role in roles)


@tells("Membership.teams")
def _teams(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    ids = [row["team_id"] for row in ask.rows.where("team_member", membership_id=thing["id"])]
    return things(ask, "Team", by_name([row for row in ask.rows.where("team") if row["id"] in ids]))


@tells("Invitation.teams")
def _offered(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    return things(ask, "Team", by_name([row for row in ask.rows.where("team") if row["id"] in thing["team_ids"]]))


@tells("Viewer.memberships")
def _hats(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    rows = [
        row
        for row in ask.rows.where("membership", user_id=thing["user_id"])
        if row["active_from"] <= ask.today and not_over(ask, row)
    ]
    return things(ask, "Membership", sorted(rows, key=lambda row: (row["created_at"], row["id"])))


def own_partnership(ask: Asking) -> Row | None:
    """The partnership of the viewer's agency, the oldest of several."""
    ids = ask.viewer.partnership_ids if ask.viewer else ()
    rows = [row for row in ask.rows.where("partnership") if row["id"] in ids]
    return first_of(rows, lambda row: (row["created_at"], row["id"]))


@tells("Viewer.partnership")
def _partnership(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return ask.see("Partnership", own_partnership(ask))


@tells("Viewer.notificationPreferences")
def _preferences(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    chosen = {row["kind"]: row["email"] for row in ask.rows.where("notification_preference", user_id=thing["user_id"])}
    kinds = names_of("NotificationKind")
    usual = {kind: "AT_ONCE" if kind in AT_ONCE else "DAILY" for kind in kinds}
    rows = [{"kind": kind, "email": chosen.get(kind, usual[kind]), "usual": usual[kind]} for kind in kinds]
    return [Thing("NotificationPreference", row) for row in rows]


@tells("NotificationPreference.isDefault")
def _is_default(ask: Asking, thing: Thing, arguments: Arguments) -> bool:
    return bool(thing["email"] == thing["usual"])


@tells("Viewer.emergencyAdvice")
def _advice(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    assert ask.viewer is not None
    return ask.see("EmergencyAdvice", ask.rows.one("emergency_advice", agency_kind_code=ask.viewer.agency_kind))


@tells("EmergencyAdvice.actions")
def _actions(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    found = [concept(ask, "emergency-action", code) for code in thing["action_codes"]]
    return sorted((each for each in found if each), key=lambda each: each["position"])


def _views(ask: Asking) -> list[Row]:
    return list(ask.rows.where("saved_view", membership_id=ask.viewer.membership_id)) if ask.viewer else []


@tells("Viewer.inboxView")
def _view(ask: Asking, thing: Thing, arguments: Arguments) -> Thing | None:
    return ask.see("InboxView", next((row for row in _views(ask) if row["name"] is None), None))


@tells("Viewer.inboxViews")
def _named_views(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    return things(ask, "InboxView", by_name([row for row in _views(ask) if row["name"] is not None]))


@tells("InboxView.raisedByAgencies")
def _agencies(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    ids = thing["raised_by_agency_ids"]
    return things(ask, "Agency", by_name([row for row in ask.rows.where("agency") if row["id"] in ids]))


@tells("InboxView.wards")
def _wards(ask: Asking, thing: Thing, arguments: Arguments) -> list[Thing]:
    return things(ask, "Area", by_name([row for row in ask.rows.where("area") if row["id"] in thing["ward_ids"]]))


@tells("Viewer.viewerCanAdminister")
def _can_administer(ask: Asking, thing: Thing, arguments: Arguments) -> bool:
    return administered(ask) is not None


@tells("Viewer.viewerCanLead")
def _can_lead(ask: Asking, thing: Thing, arguments: Arguments) -> bool:
    agency_id = administered(ask)
    return agency_id is not None and any(ask.rows.where("partnership", lead_agency_id=agency_id))
