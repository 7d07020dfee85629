"""The only door: an operation is checked and run in one transaction, and answers only after its audit commits."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    get_operation_ast,
    specified_rules,
    validate,
)
from sqlalchemy import select

from graphql_schema.call import Call
from graphql_schema.faults import log_fault, log_refusal
from graphql_schema.ids import Seal
from graphql_schema.introspection import ClosedSchemaRule, about_the_document, about_the_values
from graphql_schema.limits import LIMITS, check_cost, check_shape, measure, read
from graphql_schema.one_change import OneChangeRule
from graphql_schema.refusals import interrupted, too_soon
from graphql_schema.schema import assemble
from graphql_schema.selection.plans import Plans
from graphql_schema.unrepeated import unrepeated
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.deadline import Deadline
from portal.partnerships.models import Installation
from portal.plans.bundle import Press
from portal.rates.buckets import Level, Rates, Subject, emptiest
from portal.rates.models import RateKind

# What a document costs that was refused before it could be measured: reading it was work too.
REFUSED_COST = 1
# As many mistakes as somebody mends at once; each of them repeats, and prints, what stands around it.
MOST_ERRORS = 10


@dataclass
class Execution:
    """What an operation answers; `data` is None when it never ran."""

    data: dict[str, Any] | None
    errors: list[GraphQLError] = field(default_factory=list)
    extensions: dict[str, Any] = field(default_factory=dict)
    # What broke, for whoever runs the process; it never leaves it.
    cause: BaseException | None = field(default=None, repr=False)


class UnexpectedError(Exception):
    """Something broke that nobody expected; the transaction is rolled back with it."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__()
        self.cause = cause


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a text asks for: an operation with its cost, or why it is refused."""

    document: DocumentNode | None = None
    operation: OperationDefinitionNode | None = None
    # None where the text was refused before it could be measured.
    cost: int | None = None
    refused: tuple[GraphQLError, ...] = ()

    def extensions(self, levels: Sequence[Level] = ()) -> dict[str, Any]:
        """What an answer says of its cost, and of what is left where it is counted."""
        if self.cost is None:
            return {}
        cost: dict[str, Any] = {"requested": self.cost, "limit": LIMITS.cost}
        if levels:
            level = emptiest(levels)
            cost["allowance"] = {
                "limit": level.capacity,
                "remaining": level.remaining,
                "restoredPerSecond": level.restored_per_second,
            }
        return {"cost": cost}


class Door:
    """The schema over one database; `rates` counts what is asked through it, and nothing is counted without.

    `press` makes bundles of plans; without it there are none.
    """

    def __init__(
        self, wall: Wall, *, rates: Rates | None = None, press: Press | None = None, introspection: bool = True
    ) -> None:
        self.wall = wall
        self.rates = rates
        self.press = press
        self.introspection = introspection
        self.schema, self.types = assemble()
        self.plans = Plans()
        self._seal: Seal | None = None
        # Documents are few (pages and trusted tools) and their texts carry no data, which travels in variables.
        self._check = lru_cache(maxsize=512)(self._parse_and_validate)

    def execute(
        self,
        document: str,
        variables: dict[str, Any] | None,
        viewer: Viewer | None,
        *,
        operation_name: str | None = None,
        request_id: UUID | None = None,
        subjects: Sequence[Subject] | None = None,
        deadline: Deadline | None = None,
    ) -> Execution:
        """Run one operation for a viewer, and answer with data, errors a caller can act on, or a masked error.

        Nothing is answered before the transaction that holds the read, the change and the audit has committed. What it
        costs is counted against `subjects`, or as the viewer's use of the pages; it is done by the deadline, or never.
        """
        until = deadline or Deadline.after(LIMITS.seconds)
        request, told = request_id or uuid4(), viewer is not None and self.introspection
        asked = self._asked(document, variables or {}, operation_name, told=told)
        extensions = asked.extensions()
        try:
            levels = self._charge(asked, viewer, subjects)
            extensions = asked.extensions(levels)
            if any(level.wait for level in levels):
                return Execution(None, [too_soon(emptiest(levels))], extensions)
            if asked.refused or asked.document is None or asked.operation is None:
                return Execution(None, unrepeated(asked.refused), extensions)
            execution = self._run(asked.document, asked.operation, variables or {}, viewer, request, until)
        except UnexpectedError as broken:
            return self._broken(broken.cause, request, extensions)
        except Exception as cause:  # noqa: BLE001  whatever broke, the caller learns only that something did
            return self._broken(cause, request, extensions)
        errors = unrepeated(execution.errors) if told else about_the_values(execution.errors)
        return replace(execution, errors=errors, extensions=extensions)

    def _asked(self, text: str, variables: dict[str, Any], operation_name: str | None, *, told: bool) -> "Asked":
        """What a text asks for and what it costs, or why it is refused."""
        checked = self._check(text, told)
        if isinstance(checked, tuple):
            return Asked(refused=checked)
        operation = get_operation_ast(checked, operation_name)
        if operation is None:
            return Asked(refused=(GraphQLError("Name the operation to run."),))
        try:
            cost = measure(self.schema._schema, checked, operation, variables)
            check_cost(cost)
        except GraphQLError as refused:
            return Asked(refused=(refused,), cost=cost.cost)
        return Asked(document=checked, operation=operation, cost=cost.cost)

    def _charge(self, asked: "Asked", viewer: Viewer | None, subjects: Sequence[Subject] | None) -> tuple[Level, ...]:
        """Pay for what is asked, whatever becomes of it: a request that is refused, or fails, was work too."""
        if subjects is None:
            subjects = () if viewer is None else (Subject(RateKind.PAGES, viewer.user_id),)
        if self.rates is None or not subjects:
            return ()
        return self.rates.charge(REFUSED_COST if asked.refused else asked.cost or REFUSED_COST, subjects)

    def _run(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
        viewer: Viewer | None,
        request_id: UUID,
        until: Deadline,
    ) -> Execution:
        seal, wall = self._opened_seal(), self.wall
        with wall.anonymously(deadline=until) if viewer is None else wall.acting_as(viewer, deadline=until) as session:
            call = Call(
                viewer=viewer,
                session=session,
                seal=seal,
                types=self.types,
                plans=self.plans,
                press=self.press,
                request_id=request_id,
            )
            change = session.begin_nested() if operation.operation is OperationType.MUTATION else None
            result = execute_sync(
                self.schema._schema,
                document,
                context_value=call,
                variable_values=variables,
                operation_name=operation.name.value if operation.name else None,
                max_coercion_errors=MOST_ERRORS,
                hide_suggestions=True,
            )
            assert isinstance(result, ExecutionResult)
            until.left()
            errors = list(result.errors or [])
            for error in errors:
                if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
                    raise UnexpectedError(error.original_error)
            if change is not None and errors:
                # Whoever is answered with errors alone, say for a page too large, must find nothing changed.
                change.rollback()
                call.take_back()
            call.audit()
        return Execution(result.data, errors)

    def _broken(self, cause: BaseException, request_id: UUID, extensions: dict[str, Any]) -> Execution:
        if (refused := interrupted(cause)) is not None:
            log_refusal("operation interrupted", code=(refused.extensions or {})["code"], reference=str(request_id))
            return Execution(None, [refused], extensions)
        log_fault("operation failed", cause, reference=str(request_id))
        message = f"Something broke on our side, and nothing was changed. Quote {request_id} when you tell us."
        masked = GraphQLError(message, extensions={"code": "INTERNAL", "requestId": str(request_id)})
        return Execution(None, [masked], extensions, cause=cause)

    def _opened_seal(self) -> Seal:
        if self._seal is None:
            with self.wall.anonymously() as session:
                self._seal = Seal(session.scalars(select(Installation.id_key)).one())
        return self._seal

    def _parse_and_validate(self, text: str, told: bool) -> DocumentNode | tuple[GraphQLError, ...]:  # noqa: FBT001
        """The document of a text, or why it is none; `told` is whether the schema may be asked for and told of."""
        schema = self.schema._schema
        try:
            parsed = read(text)
            # Before validation, whose work grows with what a document asks for.
            check_shape(schema, parsed)
        except GraphQLError as error:
            return (error,)
        if told:
            rules = [*specified_rules, OneChangeRule]
            return tuple(validate(schema, parsed, rules, MOST_ERRORS, hide_suggestions=True)) or parsed
        ours = tuple(validate(schema, parsed, [OneChangeRule, ClosedSchemaRule], MOST_ERRORS))
        return ours or about_the_document(validate(schema, parsed, specified_rules, 1)) or parsed
