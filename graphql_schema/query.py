"""Where every read begins: each root field is planned as one SQL statement, and none is made for a page."""

import strawberry

from graphql_schema.accounts import Invitation, invitations_field, teams_field, users_field
from graphql_schema.agencies import Agency, agencies_field, agency_field
from graphql_schema.audit import AuditEvent, audit_events_field
from graphql_schema.audit_seals import AuditCheckpoint, AuditSeal, audit_checkpoints_field, audit_seals_field
from graphql_schema.audited_records import AuditedRecord, audited_record_field
from graphql_schema.feedback_ledger import FeedbackLedgerEntry, feedback_ledger_field
from graphql_schema.flag_lists import flag_field, flags_field
from graphql_schema.flags import Flag
from graphql_schema.identity import Team, User, Viewer, viewer_field
from graphql_schema.imported import ImportedPlace, ImportedSquare, imported_places_field, imported_squares_field
from graphql_schema.nodes import Node
from graphql_schema.notifications import Notification, notifications_field
from graphql_schema.oversight import (
    ReadingAlarm,
    ReadingRule,
    audited_people_field,
    reading_alarms_field,
    reading_rules_field,
)
from graphql_schema.paging import Connection
from graphql_schema.partnerships import Instance, Partnership, instance_field, partnerships_field
from graphql_schema.plan_redline import PlanRedline, plan_redline_field
from graphql_schema.plan_standards import (
    StandardsTemplate,
    TypicalCost,
    standards_templates_field,
    typical_costs_field,
)
from graphql_schema.plan_versions import PlanVersion
from graphql_schema.plans import (
    Plan,
    plan_field,
    plan_version_field,
    plans_field,
    published_plan_field,
    published_plans_field,
)
from graphql_schema.selection.declare import node_field, nodes_field, planned
from graphql_schema.similar_flags import similar_flags_field
from graphql_schema.vocabularies import Concept, concepts_field


@planned()
@strawberry.type(description="Where every read begins. [RECORD]")
class Query:
    node: Node | None = node_field()
    nodes: list[Node | None] = nodes_field()
    viewer: Viewer | None = viewer_field()
    instance: Instance | None = instance_field()
    agency: Agency | None = agency_field()
    agencies: Connection[Agency] = agencies_field()
    concepts: Connection[Concept] = concepts_field()
    partnerships: Connection[Partnership] = partnerships_field()
    flag: Flag | None = flag_field()
    flags: Connection[Flag] = flags_field()
    imported_places: Connection[ImportedPlace] = imported_places_field()
    imported_squares: list[ImportedSquare] = imported_squares_field()
    similar_flags: list[Flag] = similar_flags_field()
    feedback_ledger: list[FeedbackLedgerEntry] | None = feedback_ledger_field()
    notifications: Connection[Notification] = notifications_field()
    plan: Plan | None = plan_field()
    plans: Connection[Plan] = plans_field()
    plan_version: PlanVersion | None = plan_version_field()
    plan_redline: PlanRedline | None = plan_redline_field()
    published_plan: Plan | None = published_plan_field()
    published_plans: Connection[Plan] = published_plans_field()
    typical_costs: list[TypicalCost] = typical_costs_field()
    standards_templates: list[StandardsTemplate] = standards_templates_field()
    users: Connection[User] = users_field()
    teams: Connection[Team] = teams_field()
    invitations: Connection[Invitation] = invitations_field()
    audit_events: Connection[AuditEvent] | None = audit_events_field()
    audited_record: AuditedRecord | None = audited_record_field()
    audited_people: Connection[User] = audited_people_field()
    reading_alarms: Connection[ReadingAlarm] = reading_alarms_field()
    reading_rules: list[ReadingRule] = reading_rules_field()
    audit_seals: Connection[AuditSeal] = audit_seals_field()
    audit_checkpoints: Connection[AuditCheckpoint] = audit_checkpoints_field()
