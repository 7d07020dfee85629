"""Decides that an operation makes at most one change, so that one transaction, one audit line and one answer agree."""

from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    ValidationContext,
    ValidationRule,
)


class OneChangeRule(ValidationRule):
    """A mutation selects one root field, counted through fragments."""

    context: ValidationContext

    def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> None:
        if node.operation is OperationType.MUTATION and self._count(node.selection_set, frozenset()) > 1:
            self.report_error(GraphQLError("An operation makes one change: send each mutation on its own.", node))

    def _count(self, selection_set: SelectionSetNode, within: frozenset[str]) -> int:
        total = 0
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                total += 1
            elif isinstance(selection, InlineFragmentNode):
                total += self._count(selection.selection_set, within)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in within:
                fragment = self.context.get_fragment(selection.name.value)
                if fragment is not None:
                    total += self._count(fragment.selection_set, within | {selection.name.value})
        return total
