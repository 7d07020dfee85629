"""The only door: an operation is checked and run in one transaction, and answers only after its audit commits."""

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
from graphql_schema.faults import log_fault
from graphql_schema.ids import Seal
from graphql_schema.limits import LIMITS, check_cost, check_shape, read
from graphql_schema.one_change import OneChangeRule
from graphql_schema.schema import assemble
from graphql_schema.selection.plans import Plans
from portal.access.context import Wall
from portal.access.viewer import Viewer
from portal.partnerships.models import Installation


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


class Door:
    """The schema over one database."""

    def __init__(self, wall: Wall) -> None:
        self.wall = wall
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
    ) -> Execution:
        """Run one operation for a viewer, and answer with data, errors a caller can act on, or a masked error.

        Nothing is answered before the transaction that holds the read, the change and the audit has committed.
        """
        checked = self._check(document)
        if isinstance(checked, tuple):
            return Execution(None, list(checked))
        operation = get_operation_ast(checked, operation_name)
        if operation is None:
            return Execution(None, [GraphQLError("Name the operation to run.")])
        request = request_id or uuid4()
        try:
            cost = check_cost(self.schema._schema, checked, operation, variables or {})
        except GraphQLError as refused:
            return Execution(None, [refused])
        extensions = {"cost": {"requested": cost, "limit": LIMITS.cost}}
        try:
            return replace(self._run(checked, operation, variables or {}, viewer, request), extensions=extensions)
        except UnexpectedError as broken:
            return self._masked(broken.cause, request)
        except Exception as cause:  # noqa: BLE001  whatever broke, the caller learns only that something did
            return self._masked(cause, request)

    def _run(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
        viewer: Viewer | None,
        request_id: UUID,
    ) -> Execution:
        seal = self._opened_seal()
        with self.wall.anonymously() if viewer is None else self.wall.acting_as(viewer) as session:
            call = Call(
                viewer=viewer, session=session, seal=seal, types=self.types, plans=self.plans, request_id=request_id
            )
            change = session.begin_nested() if operation.operation is OperationType.MUTATION else None
            result = execute_sync(
                self.schema._schema,
                document,
                context_value=call,
                variable_values=variables,
                operation_name=operation.name.value if operation.name else None,
            )
            assert isinstance(result, ExecutionResult)
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

    def _masked(self, cause: BaseException, request_id: UUID) -> Execution:
        log_fault("operation failed", cause, reference=str(request_id))
        message = f"Something broke on our side, and nothing was changed. Quote {request_id} when you tell us."
        masked = GraphQLError(message, extensions={"code": "INTERNAL", "requestId": str(request_id)})
        return Execution(None, [masked], cause=cause)

    def _opened_seal(self) -> Seal:
        if self._seal is None:
            with self.wall.anonymously() as session:
                self._seal = Seal(session.scalars(select(Installation.id_key)).one())
        return self._seal

    def _parse_and_validate(self, document: str) -> DocumentNode | tuple[GraphQLError, ...]:
        try:
            parsed = read(document)
            # Before validation, whose work grows with what a document asks for.
            check_shape(self.schema._schema, parsed)
        except GraphQLError as error:
            return (error,)
        errors = validate(self.schema._schema, parsed, [*specified_rules, OneChangeRule], hide_suggestions=True)
        return tuple(errors) if errors else parsed
