"""Every change the world can ask for, named verb and noun as practitioners speak: one class to a noun."""

import strawberry

from graphql_schema.changes.accounts import Accounts
from graphql_schema.changes.bulk import Bulk
from graphql_schema.changes.drafts import Drafts
from graphql_schema.changes.exports import Exports
from graphql_schema.changes.inbox import Inbox
from graphql_schema.changes.incidents import Incidents
from graphql_schema.changes.invitations import Invitations
from graphql_schema.changes.life import Life
from graphql_schema.changes.memberships import Memberships
from graphql_schema.changes.notifications import Notifications
from graphql_schema.changes.partnerships import Partnerships
from graphql_schema.changes.plan_schemes import PlanText
from graphql_schema.changes.plan_signing import PlanSigning
from graphql_schema.changes.plan_talk import PlanTalk
from graphql_schema.changes.plans import Plans
from graphql_schema.changes.raising import Raising
from graphql_schema.changes.shares import Shares
from graphql_schema.changes.teams import Teams
from graphql_schema.changes.triage import Triage


@strawberry.type(description="Every change; an operation makes one. [RECORD]")
class Mutation(
    Raising,
    Drafts,
    Incidents,
    Triage,
    Bulk,
    Life,
    Shares,
    Exports,
    Inbox,
    Notifications,
    Invitations,
    Accounts,
    Memberships,
    Teams,
    Partnerships,
    Plans,
    PlanText,
    PlanTalk,
    PlanSigning,
):
    pass
