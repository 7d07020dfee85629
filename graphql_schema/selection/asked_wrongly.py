"""Decides how a question is refused while it is planned: in our own words, which tell no name of the schema."""

from graphql import GraphQLError


class AskedWrongly(GraphQLError):
    """What was asked cannot be answered; the message is one sentence that says why."""
