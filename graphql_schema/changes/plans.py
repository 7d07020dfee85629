"""Plans: begun, named, given parties, proposed, and written anew; and the evidence and standards they answer to."""

from typing import Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.need_to_know import changing
from graphql_schema.plan_answers import PlanResult, PlanVersionResult
from graphql_schema.plan_inputs import (
    COMMISSIONERS,
    AddEvidenceInput,
    AnswerStandardInput,
    DraftNextPlanVersionInput,
    DraftPlanInput,
    ProposePlanVersionInput,
    RemoveEvidenceInput,
    SetPlanParticularsInput,
    SetPlanPartiesInput,
)
from graphql_schema.plan_text_answers import EvidenceResult, StandardResult
from graphql_schema.writing import as_read, change, named, open_id
from portal.access.viewer import Viewer
from portal.plans import checklist, drafting, evidence, proposing


def _particulars(given: Any) -> drafting.Particulars:
    return drafting.Particulars(
        title=given.title,
        starts_on=given.period.start,
        ends_on=given.period.end,
        template_code=given.template_code,
    )


@strawberry.type
class Plans:
    @changing("Start a plan, with its first draft.", done_by="Commissioners of an agency of the partnership.")
    def draft_plan(
        self,
        info: Info,
        input: DraftPlanInput,  # noqa: A002  the schema's own word
    ) -> PlanResult:
        def act(session: Session, viewer: Viewer) -> UUID:
            return drafting.draft_plan(
                session,
                viewer,
                partnership_id=open_id(info, "Partnership", input.partnership_id),
                particulars=_particulars(input),
                parties=[each.wanted(info) for each in input.parties],
            )

        return change(info, input, act, answer="PlanSaved")

    @changing("Call a draft otherwise, or move its period.", done_by=COMMISSIONERS)
    def set_plan_particulars(self, info: Info, input: SetPlanParticularsInput) -> PlanResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return drafting.set_particulars(
                session, viewer, **as_read(info, input, "Plan", "plan_id"), particulars=_particulars(input)
            )

        return change(info, input, act, answer="PlanSaved")

    @changing("Say who takes part in a draft, and whose signature is needed.", done_by=COMMISSIONERS)
    def set_plan_parties(self, info: Info, input: SetPlanPartiesInput) -> PlanResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            parties = [each.wanted(info) for each in input.parties]
            return drafting.set_parties(session, viewer, **as_read(info, input, "Plan", "plan_id"), parties=parties)

        return change(info, input, act, answer="PlanSaved")

    @changing("Freeze the bytes of a draft and put them to the parties.", done_by=COMMISSIONERS)
    def propose_plan_version(self, info: Info, input: ProposePlanVersionInput) -> PlanVersionResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return proposing.propose(session, viewer, **as_read(info, input, "PlanVersion", "version_id"))

        return change(info, input, act, answer="PlanVersionSaved")

    @changing(
        "Begin the next version as a draft; the one on the table is superseded, and its signatures void.",
        done_by=COMMISSIONERS,
    )
    def draft_next_plan_version(self, info: Info, input: DraftNextPlanVersionInput) -> PlanVersionResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return drafting.revise_plan(session, viewer, **as_read(info, input, "Plan", "plan_id"))

        return change(info, input, act, answer="PlanVersionSaved")

    @changing("Rest a draft on a sentence with its source.", done_by=COMMISSIONERS)
    def add_evidence(self, info: Info, input: AddEvidenceInput) -> EvidenceResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            typed = input.evidence.typed
            assert typed
            return evidence.add_evidence(
                session,
                viewer,
                version_id=open_id(info, "PlanVersion", input.plan_version_id),
                scheme_id=None if input.scheme_id is None else named(info, "Scheme", input.scheme_id),
                sentence=typed.sentence,
                source=typed.source,
                read_on=typed.read_on,
            )

        return change(info, input, act, answer="EvidenceSaved")

    @changing("Take a line of evidence out of a draft.", done_by=COMMISSIONERS)
    def remove_evidence(self, info: Info, input: RemoveEvidenceInput) -> PlanVersionResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return evidence.remove_evidence(session, viewer, **as_read(info, input, "Evidence", "evidence_id"))

        return change(info, input, act, answer="PlanVersionSaved")

    @changing("Say whether a draft meets a standard, and how or why not.", done_by=COMMISSIONERS)
    def answer_standard(self, info: Info, input: AnswerStandardInput) -> StandardResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return checklist.answer_standard(
                session,
                viewer,
                **as_read(info, input, "StandardCheck", "standard_id"),
                met=input.met,
                note=input.note,
            )

        return change(info, input, act, answer="StandardSaved")
