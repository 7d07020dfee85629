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
        if node.operation is OperationType.MUTATION and self._count(node.selection_set, {}) > 1:
            self.report_error(GraphQLError("An operation makes one change: send each mutation on its own.", node))

    def _count(self, selection_set: SelectionSetNode, known: dict[str, int]) -> int:
        """How many root fields a selection has, two meaning "more than one"; each fragment is counted once.

        A fragment that is still being counted counts as none, so a cycle ends; another rule refuses it.
        """
        total = 0
        for selection in selection_set.selections:
            if isinstance(selection, FieldNode):
                total += 1
            elif isinstance(selection, InlineFragmentNode):
                total += self._count(selection.selection_set, known)
            elif isinstance(selection, FragmentSpreadNode):
                total += self._count_fragment(selection.name.value, known)
        return min(total, 2)

    def _count_fragment(self, name: str, known: dict[str, int]) -> int:
        fragment = self.context.get_fragment(name)
        if name not in known and fragment is not None:
            known[name] = 0
            known[name] = self._count(fragment.selection_set, known)
        return known.get(name, 0)
