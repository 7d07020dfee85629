"""Partnerships: the administrators of the lead change its clocks, days and numbers, and the concerns people choose."""

from dataclasses import fields
from datetime import date, time
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.flag_inputs import KEY, VERSION, needed, optional
from graphql_schema.need_to_know import MEMBERS, changing
from graphql_schema.partnerships import Partnership
from graphql_schema.selection.declare import by_key, constant, one, planned
from graphql_schema.writing import as_read, change, named
from portal.access.viewer import Viewer
from portal.partnerships import desks, models, timing, warding, worries

FROM = "The day from which it holds; now when left out."
WHOSE = "The partnership."


@strawberry.input(description="A promise to answer.")
class ClockInput:
    kind: models.ClockKind = needed("What is promised.")
    minutes: int = needed("Within so many minutes.")
    urgency: models.Urgency | None = optional("For flags of this urgency; for triage alone.")
    working_hours_only: bool = optional("Whether only working hours count.", False)


@strawberry.input(description="A span of working hours on one weekday.")
class WorkingHoursInput:
    weekday: int = needed("The weekday by ISO 8601; 1 is Monday.")
    opens: str = needed("From, such as 09:00.")
    closes: str = needed("To, such as 17:00.")


@strawberry.input(description="A number of the children's duty team.")
class DutyDeskInput:
    kind: models.DutyDeskKind = needed("When it answers.")
    name: str = needed("Its name.")
    telephone: str = needed("Its number.")
    hours: str = needed("Its hours.")


@strawberry.input(description="What setPartnershipClocks needs.")
class SetPartnershipClocksInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    clocks: list[ClockInput] = needed("The clocks that change; the others stay.")
    idempotency_key: UUID = needed(KEY)
    from_day: date | None = strawberry.field(name="from", default=None, description=FROM)


@strawberry.input(description="What setWorkingWeek needs.")
class SetWorkingWeekInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    hours: list[WorkingHoursInput] = needed("The whole week; a weekday that is not there is free.")
    idempotency_key: UUID = needed(KEY)
    from_day: date | None = strawberry.field(name="from", default=None, description=FROM)


@strawberry.input(description="What setPartnershipDay needs.")
class SetPartnershipDayInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    day: date = needed("A day to come.")
    working: bool = needed("Whether it is worked.")
    name: str = needed("What it is called.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What removePartnershipDay needs.")
class RemovePartnershipDayInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    day: date = needed("A day to come that was named.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What setDutyDesks needs.")
class SetDutyDesksInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    desks: list[DutyDeskInput] = needed("Every number, in the order people read them.")
    idempotency_key: UUID = needed(KEY)
    from_day: date | None = strawberry.field(name="from", default=None, description=FROM)


@strawberry.input(description="What setConcern needs.")
class SetConcernInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    display: str = needed("The words people choose.")
    idempotency_key: UUID = needed(KEY)
    code: str | None = optional("The concern to reword or offer again; a new one when left out.")
    hint: str | None = optional("A second line that helps to choose.")
    from_day: date | None = strawberry.field(name="from", default=None, description=FROM)


@strawberry.input(description="What endConcern needs.")
class EndConcernInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    code: str = needed("The concern.")
    idempotency_key: UUID = needed(KEY)
    from_day: date | None = strawberry.field(
        name="from", default=None, description="The first day on which it is not offered; now when left out."
    )


@strawberry.input(description="What orderConcerns needs.")
class OrderConcernsInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    codes: list[str] = needed("Every concern that is offered, in its new order.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What setWard needs.")
class SetWardInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    kind: str = needed("WARD or BEAT, by code.")
    name: str = needed("What it is called.")
    idempotency_key: UUID = needed(KEY)
    ward_id: strawberry.ID | None = optional("One of its own, to call otherwise; a new one when left out.")
    from_day: date | None = strawberry.field(name="from", default=None, description=FROM)


@strawberry.input(description="What endWard needs.")
class EndWardInput:
    id: strawberry.ID = needed(WHOSE)
    expected_version: int = needed(VERSION)
    ward_id: strawberry.ID = needed("One of the partnership's own.")
    idempotency_key: UUID = needed(KEY)
    from_day: date | None = strawberry.field(
        name="from", default=None, description="The first day on which it is not offered; today when left out."
    )


@planned(models.Partnership, readers=MEMBERS)
@strawberry.type(description="The change was made and recorded. [RECORD]")
class PartnershipSaved:
    partnership: Partnership | None = one(
        "Partnership", by_key(models.Partnership.id), "The partnership as it now stands."
    )
    replayed: bool = constant("replayed", REPLAYED)


PartnershipResult = Annotated[
    PartnershipSaved | Invalid | NotFound | NotPermitted | Conflict,
    strawberry.union("PartnershipResult", description=UNION),
]


def _time(typed: str) -> time | None:
    try:
        return time.fromisoformat(typed).replace(tzinfo=None)
    except ValueError:
        return None


def _which(info: Any, given: Any) -> dict[str, Any]:
    return as_read(info, given, "Partnership", "partnership_id")


def _plain(given: Any) -> dict[str, Any]:
    return {each.name: getattr(given, each.name) for each in fields(given)}


@strawberry.type
class Partnerships:
    @changing(
        "Promise other times from a day on; what is due already stays due.", done_by="Administrators of the lead."
    )
    def set_partnership_clocks(
        self,
        info: Info,
        input: SetPartnershipClocksInput,  # noqa: A002  the schema's own word
    ) -> PartnershipResult:
        def act(session: Session, viewer: Viewer) -> UUID:
            clocks = [timing.ClockWanted(**_plain(each)) for each in input.clocks]
            return timing.set_clocks(session, viewer, **_which(info, input), clocks=clocks, day=input.from_day)

        return change(info, input, act, answer="PartnershipSaved")

    @changing("Work other hours from a day on.", done_by="Administrators of the lead.")
    def set_working_week(self, info: Info, input: SetWorkingWeekInput) -> PartnershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            hours = [
                timing.HoursWanted(weekday=each.weekday, opens=_time(each.opens), closes=_time(each.closes))
                for each in input.hours
            ]
            return timing.set_working_week(session, viewer, **_which(info, input), hours=hours, day=input.from_day)

        return change(info, input, act, answer="PartnershipSaved")

    @changing("Name a day to come that is a holiday, or worked all the same.", done_by="Administrators of the lead.")
    def set_partnership_day(self, info: Info, input: SetPartnershipDayInput) -> PartnershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return timing.set_day(
                session, viewer, **_which(info, input), day=input.day, working=input.working, name=input.name
            )

        return change(info, input, act, answer="PartnershipSaved")

    @changing("Take back what was said of a day to come.", done_by="Administrators of the lead.")
    def remove_partnership_day(self, info: Info, input: RemovePartnershipDayInput) -> PartnershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return timing.remove_day(session, viewer, **_which(info, input), day=input.day)

        return change(info, input, act, answer="PartnershipSaved")

    @changing("Give other numbers of the duty team from a day on.", done_by="Administrators of the lead.")
    def set_duty_desks(self, info: Info, input: SetDutyDesksInput) -> PartnershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            wanted = [desks.DeskWanted(**_plain(each)) for each in input.desks]
            return desks.set_desks(session, viewer, **_which(info, input), desks=wanted, day=input.from_day)

        return change(info, input, act, answer="PartnershipSaved")

    @changing("Offer a concern in these words from a day on, new or known.", done_by="Administrators of the lead.")
    def set_concern(self, info: Info, input: SetConcernInput) -> PartnershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return worries.set_concern(
                session,
                viewer,
                **_which(info, input),
                code=input.code,
                display=input.display,
                hint=input.hint,
                day=input.from_day,
            )

        return change(info, input, act, answer="PartnershipSaved")

    @changing("Offer a concern no more from a day on; flags keep it.", done_by="Administrators of the lead.")
    def end_concern(self, info: Info, input: EndConcernInput) -> PartnershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return worries.end_concern(session, viewer, **_which(info, input), code=input.code, day=input.from_day)

        return change(info, input, act, answer="PartnershipSaved")

    @changing("Offer the concerns in another order.", done_by="Administrators of the lead.")
    def order_concerns(self, info: Info, input: OrderConcernsInput) -> PartnershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return worries.order_concerns(session, viewer, **_which(info, input), codes=input.codes)

        return change(info, input, act, answer="PartnershipSaved")

    @changing("Name a ward or beat from a day on, new or one of its own.", done_by="Administrators of the lead.")
    def set_ward(self, info: Info, input: SetWardInput) -> PartnershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return warding.set_ward(
                session,
                viewer,
                **_which(info, input),
                ward_id=None if input.ward_id is None else named(info, "Area", input.ward_id),
                kind=input.kind,
                name=input.name,
                day=input.from_day,
            )

        return change(info, input, act, answer="PartnershipSaved")

    @changing("Offer a ward or beat of its own no more; flags keep it.", done_by="Administrators of the lead.")
    def end_ward(self, info: Info, input: EndWardInput) -> PartnershipResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            ward_id = named(info, "Area", input.ward_id)
            return warding.end_ward(session, viewer, **_which(info, input), ward_id=ward_id, day=input.from_day)

        return change(info, input, act, answer="PartnershipSaved")
