"""Decides what an argument is, by its name: a name means the same wherever it stands, unless one field says more."""

from graphql_schema.selection.paged import PAGE_DEFAULT, PAGE_LIMIT

ARGUMENTS = {
    "first": f"How many from the beginning, 1 to {PAGE_LIMIT}; {PAGE_DEFAULT} without `first` and `last`.",
    "after": "Only what comes after this cursor, with `first`.",
    "last": f"How many from the end, 1 to {PAGE_LIMIT}.",
    "before": "Only what comes before this cursor, with `last`.",
    "atMost": "How far to count; `more` says whether there are more.",
    "input": "What it needs.",
    "filter": "Which ones; every member must hold.",
    "order": "In which order.",
    "by": "One way to name it.",
    "id": "Its global id.",
    "ids": "Their global ids, in the order to answer in.",
}
IN_ONE_FIELD = {
    "Query.auditCheckpoints.sealNumber": "Only those of this seal.",
    "Query.auditedPeople.search": "A part of the name.",
    "Query.concepts.vocabulary": "Which vocabulary, such as CONCERN.",
    "Query.feedbackLedger.partnershipId": "Of which partnership.",
    "Query.importedSquares.across": "How many squares the picture has from side to side.",
    "Query.notifications.flagId": "Only what waits under this flag.",
    "Query.publishedPlan.reference": "Its short reference.",
    "Query.similarFlags.input": "What is known so far of what may be flagged.",
}


def argument_words(type_name: str, field_name: str, name: str) -> str | None:
    """What an argument is, or None where nobody has said."""
    return IN_ONE_FIELD.get(f"{type_name}.{field_name}.{name}") or ARGUMENTS.get(name)
