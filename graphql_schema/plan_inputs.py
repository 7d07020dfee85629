"""What the world can send to write a plan, and how it becomes what the domain takes."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from graphql_schema.flag_inputs import KEY, VERSION, needed, optional
from graphql_schema.plan_money import CURRENCY
from graphql_schema.writing import named
from portal.errors import Invalid, unknown
from portal.plans.contributing import ContributionWanted
from portal.plans.drafting import PartyWanted
from portal.plans.models import ClauseKind, FundingRoute
from portal.plans.schemes import MeasureWanted, MilestoneWanted, SchemeWanted

# Who writes, negotiates, opens for signing and publishes a plan, as each of these changes says it.
COMMISSIONERS = "Commissioners of a party."
DRAFT = "The draft."
PLAN_VERSION = "The version of the plan this change was decided on; a newer one gives Conflict."


@strawberry.input(description="From a day, to a day.")
class PeriodInput:
    start: date = strawberry.field(name="from", description="First day.")
    end: date = strawberry.field(name="to", description="Last day.")


@strawberry.input(description="An amount of money.")
class MoneyInput:
    amount: Decimal = needed("How much, in pounds and pence.")
    currency: str = optional("Its currency, by ISO 4217; only GBP is taken.", CURRENCY)


@strawberry.input(description="An agency that takes part in a plan.")
class PlanPartyInput:
    agency_id: strawberry.ID = needed("Which.")
    required: bool = optional("Whether its signature is needed.", True)

    def wanted(self, info: Any) -> PartyWanted:
        """The party as it shall be."""
        return PartyWanted(agency_id=named(info, "Agency", self.agency_id), required=self.required)


@strawberry.input(description="What one agency pays in one year.")
class ContributionInput:
    agency_id: strawberry.ID = needed("Who pays.")
    year: int = needed("Financial year, by its first calendar year.")
    amount: MoneyInput = needed("How much.")
    route: FundingRoute = needed("Through which power.")
    condition: str | None = optional("On what condition.")

    def wanted(self, info: Any, *path: str) -> ContributionWanted:
        """The contribution as it shall be; raises Invalid for money that is not in pounds."""
        if self.amount.currency != CURRENCY:
            raise Invalid(unknown(*path, "amount", "currency", message="Enter the amount in pounds, GBP."))
        return ContributionWanted(
            agency_id=named(info, "Agency", self.agency_id),
            year=self.year,
            amount=self.amount.amount,
            route=self.route,
            condition=self.condition,
        )


@strawberry.input(description="Something due on a day.")
class MilestoneInput:
    title: str = needed("What.")
    target_on: date = needed("When.")
    key: UUID | None = optional("Which milestone of the scheme it is, so that its reports stay with it.")


@strawberry.input(description="How a scheme is judged.")
class MeasureInput:
    name_code: str = needed("Which measure.")
    target: Decimal = needed("What is aimed at.")


@strawberry.input(description="A scheme, whole.")
class SchemeInput:
    title: str = needed("Its name.")
    need_codes: list[str] = needed("Needs it meets.")
    area_id: strawberry.ID = needed("Where.")
    capacity_target: int = needed("Places to create.")
    contributions: list[ContributionInput] = needed("Who pays, all of it.")
    milestones: list[MilestoneInput] | None = optional("What is due when, in order.")
    measures: list[MeasureInput] | None = optional("How it is judged, in order.")

    def wanted(self, info: Any) -> SchemeWanted:
        """The scheme as it shall be."""
        return SchemeWanted(
            title=self.title,
            need_codes=self.need_codes,
            area_id=named(info, "Area", self.area_id),
            capacity_target=self.capacity_target,
            contributions=[
                each.wanted(info, "scheme", "contributions", str(position))
                for position, each in enumerate(self.contributions)
            ],
            milestones=[
                MilestoneWanted(title=each.title, target_on=each.target_on, key=each.key)
                for each in self.milestones or []
            ],
            measures=[MeasureWanted(name_code=each.name_code, target=each.target) for each in self.measures or []],
        )


@strawberry.input(description="What draftPlan needs.")
class DraftPlanInput:
    partnership_id: strawberry.ID = needed("Whose it is.")
    title: str = needed("Its name.")
    period: PeriodInput = needed("Years it covers.")
    parties: list[PlanPartyInput] = needed("Who takes part, the viewer's own agency among them.")
    idempotency_key: UUID = needed(KEY)
    template_code: str | None = optional("The checklist of standards it answers.")


@strawberry.input(description="What setPlanParticulars needs.")
class SetPlanParticularsInput:
    id: strawberry.ID = needed("The plan.")
    expected_version: int = needed(PLAN_VERSION)
    title: str = needed("Its name.")
    period: PeriodInput = needed("Years it covers.")
    idempotency_key: UUID = needed(KEY)
    template_code: str | None = optional(
        "Another checklist of standards, with every answer to be given; the one it has when left out."
    )


@strawberry.input(description="What setPlanParties needs.")
class SetPlanPartiesInput:
    id: strawberry.ID = needed("The plan.")
    expected_version: int = needed(PLAN_VERSION)
    parties: list[PlanPartyInput] = needed("Everybody who takes part, the viewer's own agency among them.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What draftNextPlanVersion needs.")
class DraftNextPlanVersionInput:
    id: strawberry.ID = needed("The plan.")
    expected_version: int = needed(PLAN_VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What proposePlanVersion needs.")
class ProposePlanVersionInput:
    id: strawberry.ID = needed(DRAFT)
    expected_version: int = needed("The version this was decided on, which counts every edit; a newer one is Conflict.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What saveScheme needs.")
class SaveSchemeInput:
    plan_version_id: strawberry.ID = needed(DRAFT)
    scheme: SchemeInput = needed("The scheme as it shall be.")
    idempotency_key: UUID = needed(KEY)
    scheme_id: strawberry.ID | None = optional("Which scheme; a new one when left out.")
    expected_version: int | None = optional("Its version, when it exists; a newer one gives Conflict.")


@strawberry.input(description="What removeScheme needs.")
class RemoveSchemeInput:
    id: strawberry.ID = needed("The scheme.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What addClause needs.")
class AddClauseInput:
    plan_version_id: strawberry.ID = needed(DRAFT)
    kind: ClauseKind = needed("What it settles.")
    heading: str = needed("Its heading.")
    text: str = needed("Its words.")
    idempotency_key: UUID = needed(KEY)
    scheme_id: strawberry.ID | None = optional("Of which scheme; of the plan as a whole when left out.")
    position: int | None = optional("Its place there, from 1; the last when left out.")


@strawberry.input(description="What editClause needs.")
class EditClauseInput:
    id: strawberry.ID = needed("The clause.")
    expected_version: int = needed("The version that was read; a newer one is a Conflict that shows what stands now.")
    text: str = needed("Its words.")
    idempotency_key: UUID = needed(KEY)
    heading: str | None = optional("Its heading; as it is when left out.")
    kind: ClauseKind | None = optional("What it settles; as it is when left out.")


@strawberry.input(description="What moveClause needs.")
class MoveClauseInput:
    id: strawberry.ID = needed("The clause.")
    expected_version: int = needed(VERSION)
    position: int = needed("Its new place among the clauses of its scheme, or of the plan, from 1.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What removeClause needs.")
class RemoveClauseInput:
    id: strawberry.ID = needed("The clause.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="A sentence with its source.")
class TypedEvidenceInput:
    sentence: str = needed("What it says.")
    source: str = needed("Where it comes from.")
    read_on: date | None = optional("The day it read so; today when left out.")


@strawberry.input(one_of=True, description="Evidence: exactly one kind.")
class EvidenceInput:
    typed: TypedEvidenceInput | None = optional("A sentence with its source.", strawberry.UNSET)


@strawberry.input(description="What addEvidence needs.")
class AddEvidenceInput:
    plan_version_id: strawberry.ID = needed(DRAFT)
    evidence: EvidenceInput = needed("Exactly one kind.")
    idempotency_key: UUID = needed(KEY)
    scheme_id: strawberry.ID | None = optional("For which scheme; for the plan as a whole when left out.")


@strawberry.input(description="What removeEvidence needs.")
class RemoveEvidenceInput:
    id: strawberry.ID = needed("The line of evidence.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What answerStandard needs.")
class AnswerStandardInput:
    id: strawberry.ID = needed("The line of the checklist.")
    expected_version: int = needed(VERSION)
    met: bool = needed("Whether it is met.")
    idempotency_key: UUID = needed(KEY)
    note: str | None = optional("How, or why not.")


@strawberry.input(description="What counterPropose needs: a clause with other words, or a scheme with other money.")
class CounterProposeInput:
    base_hash: str = needed("The clauseHash or moneyHash it answers; once that moved on it is a Conflict.")
    idempotency_key: UUID = needed(KEY)
    clause_id: strawberry.ID | None = optional("Which clause.")
    text: str | None = optional("The words wanted.")
    scheme_id: strawberry.ID | None = optional("The scheme whose money it is about.")
    contributions: list[ContributionInput] | None = optional("The money wanted, all of the scheme's.")
    reason: str | None = optional("Why.")


@strawberry.input(description="What acceptProposal needs.")
class AcceptProposalInput:
    id: strawberry.ID = needed("The counter-proposal.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What rejectProposal needs.")
class RejectProposalInput:
    id: strawberry.ID = needed("The counter-proposal.")
    expected_version: int = needed(VERSION)
    reason: str = needed("Why.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What withdrawProposal needs.")
class WithdrawProposalInput:
    id: strawberry.ID = needed("The counter-proposal.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What commentOnClause needs: a clause, or a version for a comment on all of it.")
class CommentOnClauseInput:
    text: str = needed("The comment.")
    idempotency_key: UUID = needed(KEY)
    clause_id: strawberry.ID | None = optional("Which clause.")
    plan_version_id: strawberry.ID | None = optional("Which version, for a comment on the plan as a whole.")


@strawberry.input(description="What resolveComment needs.")
class ResolveCommentInput:
    id: strawberry.ID = needed("The comment.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)
