"""Signing: agencies check, open for signing, sign, decline, leave, publish, and say how milestones stand."""

from datetime import date
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.flag_inputs import KEY, VERSION, needed, optional
from graphql_schema.need_to_know import changing
from graphql_schema.plan_answers import (
    MilestoneResult,
    PlanPartyResult,
    PlanResult,
    PlanVersionResult,
    SignPlanResult,
)
from graphql_schema.plan_inputs import COMMISSIONERS
from graphql_schema.writing import as_read, change, open_id
from portal.access.viewer import Role, Viewer
from portal.plans import checks, declining, milestones, publishing, signing, withdrawing

WHICH = "The plan."
WHICH_VERSION = "The version."


@strawberry.input(description="What passPreSignCheck needs.")
class PassPreSignCheckInput:
    plan_version_id: strawberry.ID = needed("The version it is passed on: the one that was read.")
    code: str = needed("Which check.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="A check an agency sets itself before it signs.")
class PreSignCheckInput:
    name: str = needed("What people call it.")
    role: Role = needed("Who passes it.")
    code: str | None = optional("Which check of the agency's it is; a new one when left out.")


@strawberry.input(description="What setPreSignChecks needs.")
class SetPreSignChecksInput:
    plan_id: strawberry.ID = needed(WHICH)
    checks: list[PreSignCheckInput] = needed("The whole list, in order; a check that is not there ends.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What openSigning needs.")
class OpenSigningInput:
    id: strawberry.ID = needed(WHICH_VERSION)
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What signPlanVersion needs.")
class SignPlanVersionInput:
    id: strawberry.ID = needed(WHICH_VERSION)
    expected_version: int = needed(VERSION)
    content_hash: str = needed("The hash that was read and is signed.")
    reauthentication: str = needed("The proof of a password typed just now, as the sign-in page keeps it.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What declineToSign needs.")
class DeclineToSignInput:
    plan_version_id: strawberry.ID = needed(WHICH_VERSION)
    reason: str = needed("Why; the other parties read it.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What withdrawFromPlan needs.")
class WithdrawFromPlanInput:
    id: strawberry.ID = needed(WHICH)
    expected_version: int = needed(VERSION)
    last_day: date = needed("The agency's last day in it: today or later.")
    reason: str = needed("Why; the other parties read it.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What publishPlan needs.")
class PublishPlanInput:
    id: strawberry.ID = needed(WHICH)
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What reportMilestone needs: one of the two days.")
class ReportMilestoneInput:
    id: strawberry.ID = needed("The milestone, in the version the plan stands at.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)
    expected_on: date | None = optional("When it is now expected.")
    reached_on: date | None = optional("When it was reached.")


@strawberry.type
class PlanSigning:
    @changing(
        "Pass one of one's own agency's checks on a version.", done_by="Whoever the agency gave that check, by role."
    )
    def pass_pre_sign_check(
        self,
        info: Info,
        input: PassPreSignCheckInput,  # noqa: A002  the schema's own word
    ) -> PlanPartyResult:
        def act(session: Session, viewer: Viewer) -> UUID:
            version_id = open_id(info, "PlanVersion", input.plan_version_id)
            return checks.pass_check(session, viewer, version_id=version_id, code=input.code)

        return change(info, input, act, answer="PlanPartySaved")

    @changing(
        "Say what one's own agency checks before it signs.",
        done_by="Commissioners and administrators of a party, until a version is open for signing.",
    )
    def set_pre_sign_checks(self, info: Info, input: SetPreSignChecksInput) -> PlanPartyResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            wanted = [checks.CheckWanted(code=each.code, name=each.name, role=each.role) for each in input.checks]
            return checks.set_checks(session, viewer, plan_id=open_id(info, "Plan", input.plan_id), wanted=wanted)

        return change(info, input, act, answer="PlanPartySaved")

    @changing("Open a proposed version for signing.", done_by=COMMISSIONERS)
    def open_signing(self, info: Info, input: OpenSigningInput) -> PlanVersionResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return signing.open_signing(session, viewer, **as_read(info, input, "PlanVersion", "version_id"))

        return change(info, input, act, answer="PlanVersionSaved")

    @changing(
        "Sign exactly these bytes for one's own agency, once.",
        done_by=(
            "Signatories of a party who neither put the version forward nor signed it for another agency, with their"
            " password typed just now."
        ),
    )
    def sign_plan_version(self, info: Info, input: SignPlanVersionInput) -> SignPlanResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return signing.sign(
                session,
                viewer,
                **as_read(info, input, "PlanVersion", "version_id"),
                content_hash=input.content_hash,
                reauthentication=input.reauthentication,
            )

        return change(info, input, act, answer="PlanSigned")

    @changing(
        "Say why one's own agency does not sign these bytes; the other parties read it.",
        done_by="Signatories of a party.",
    )
    def decline_to_sign(self, info: Info, input: DeclineToSignInput) -> PlanPartyResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            version_id = open_id(info, "PlanVersion", input.plan_version_id)
            return declining.decline(session, viewer, version_id=version_id, reason=input.reason)

        return change(info, input, act, answer="PlanPartySaved")

    @changing("Leave a plan; a new version is forced.", done_by="Signatories of the party that leaves.")
    def withdraw_from_plan(self, info: Info, input: WithdrawFromPlanInput) -> PlanResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return withdrawing.withdraw(
                session, viewer, **as_read(info, input, "Plan", "plan_id"), last_day=input.last_day, reason=input.reason
            )

        return change(info, input, act, answer="PlanSaved")

    @changing(
        "Say that an agreed plan may be public; it is once every agency that had to sign has said so.",
        done_by=COMMISSIONERS,
    )
    def publish_plan(self, info: Info, input: PublishPlanInput) -> PlanResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return publishing.publish(session, viewer, **as_read(info, input, "Plan", "plan_id"))

        return change(info, input, act, answer="PlanSaved")

    @changing("Say when a milestone is now expected, or was reached.", done_by=COMMISSIONERS)
    def report_milestone(self, info: Info, input: ReportMilestoneInput) -> MilestoneResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return milestones.report(
                session,
                viewer,
                **as_read(info, input, "Milestone", "milestone_id"),
                expected_on=input.expected_on,
                reached_on=input.reached_on,
            )

        return change(info, input, act, answer="MilestoneSaved")
