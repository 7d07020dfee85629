"""The text of a plan: schemes and clauses of a draft, written together, each with a version of its own."""

from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.need_to_know import changing
from graphql_schema.plan_answers import PlanVersionResult
from graphql_schema.plan_inputs import (
    COMMISSIONERS,
    AddClauseInput,
    EditClauseInput,
    MoveClauseInput,
    RemoveClauseInput,
    RemoveSchemeInput,
    SaveSchemeInput,
)
from graphql_schema.plan_text_answers import ClauseResult, SchemeResult
from graphql_schema.writing import as_read, change, named, open_id
from portal.access.viewer import Viewer
from portal.plans import clauses, schemes


@strawberry.type
class PlanText:
    @changing("Write a scheme of a draft, with its money, milestones and measures.", done_by=COMMISSIONERS)
    def save_scheme(
        self,
        info: Info,
        input: SaveSchemeInput,  # noqa: A002  the schema's own word
    ) -> SchemeResult:
        def act(session: Session, viewer: Viewer) -> UUID:
            return schemes.save_scheme(
                session,
                viewer,
                version_id=open_id(info, "PlanVersion", input.plan_version_id),
                wanted=input.scheme.wanted(info),
                scheme_id=None if input.scheme_id is None else open_id(info, "Scheme", input.scheme_id),
                expected_version=input.expected_version,
            )

        return change(info, input, act, answer="SchemeSaved")

    @changing("Take a scheme out of a draft, with its clauses, money and evidence.", done_by=COMMISSIONERS)
    def remove_scheme(self, info: Info, input: RemoveSchemeInput) -> PlanVersionResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return schemes.remove_scheme(session, viewer, **as_read(info, input, "Scheme", "scheme_id"))

        return change(info, input, act, answer="PlanVersionSaved")

    @changing("Write a new clause of a draft.", done_by=COMMISSIONERS)
    def add_clause(self, info: Info, input: AddClauseInput) -> ClauseResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return clauses.add_clause(
                session,
                viewer,
                version_id=open_id(info, "PlanVersion", input.plan_version_id),
                scheme_id=None if input.scheme_id is None else named(info, "Scheme", input.scheme_id),
                kind=input.kind,
                heading=input.heading,
                text=input.text,
                position=input.position,
            )

        return change(info, input, act, answer="ClauseSaved")

    @changing(
        "Write a clause of a draft anew; when somebody else did since it was read, it is a Conflict that shows theirs.",
        done_by=COMMISSIONERS,
    )
    def edit_clause(self, info: Info, input: EditClauseInput) -> ClauseResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return clauses.edit_clause(
                session,
                viewer,
                **as_read(info, input, "Clause", "clause_id"),
                text=input.text,
                heading=input.heading,
                kind=input.kind,
            )

        return change(info, input, act, answer="ClauseSaved")

    @changing("Put a clause of a draft in another place.", done_by=COMMISSIONERS)
    def move_clause(self, info: Info, input: MoveClauseInput) -> ClauseResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return clauses.move_clause(
                session, viewer, **as_read(info, input, "Clause", "clause_id"), position=input.position
            )

        return change(info, input, act, answer="ClauseSaved")

    @changing("Take a clause out of a draft.", done_by=COMMISSIONERS)
    def remove_clause(self, info: Info, input: RemoveClauseInput) -> PlanVersionResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return clauses.remove_clause(session, viewer, **as_read(info, input, "Clause", "clause_id"))

        return change(info, input, act, answer="PlanVersionSaved")
