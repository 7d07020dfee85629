"""Every change the world can ask for, named verb and noun as practitioners speak: one class to a noun."""

import strawberry

from graphql_schema.changes.notifications import Notifications
from graphql_schema.changes.raising import Raising
from graphql_schema.changes.shares import Shares
from graphql_schema.changes.triage import Triage


@strawberry.type(description="Every change; an operation makes one. [RECORD]")
class Mutation(Raising, Triage, Shares, Notifications):
    pass
