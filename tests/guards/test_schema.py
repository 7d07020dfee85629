"""What the schema promises whoever builds on it, and whoever reads what it guards."""

import re
from collections.abc import Iterator

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    ObjectTypeDefinitionNode,
    get_named_type,
    parse,
    print_ast,
)

from graphql_schema import Door, schema
from graphql_schema.print_sdl import PRINTED, printed
from graphql_schema.selection.record import RecordType

# Seen by whoever sees the record at all: what a record is called, where it stands, who works on it, what one may do.
EVERYWHERE = {
    "id": "to fetch it again",
    "version": "to change it without overwriting anybody",
    "createdAt": "part of knowing that there is a record",
    "updatedAt": "part of knowing that there is a record",
    "disclosure": "why this viewer sees it, which is theirs to know",
    "withheld": "what is closed, never its value",
}
RECORD_LEVEL = {
    "Flag": {
        "reference": "what people say on the phone; it holds nothing of the young person",
        "state": "whoever was sent a flag may know where it stands",
        "isOpen": "whoever was sent a flag may know where it stands",
        "partnership": "a public body of bodies",
        "raisedByAgency": "an agency that acted is named wherever it acted",
        "raisedAt": "the clock of triage",
        "expiresAt": "when the record is due to end",
        "subject": "only the link: the fields of whoever stands there are masked by their own groups",
        "viewerDueAt": "about the viewer: by when their own side must act, masked within by the clock's group",
        "viewerCanExport": "about the viewer",
        "viewerCanSubmit": "about the viewer",
        "viewerCanDiscardImported": "about the viewer",
        "viewerCanEditDraft": "about the viewer",
        "viewerCanStartTriage": "about the viewer",
        "viewerCanTriage": "about the viewer",
        "viewerCanAskForInformation": "about the viewer",
        "viewerCanAnswerInformation": "about the viewer",
        "viewerCanMerge": "about the viewer",
        "viewerCanShare": "about the viewer",
        "viewerCanEscalate": "about the viewer",
        "viewerCanWithdraw": "about the viewer",
        "viewerCanClose": "about the viewer",
        "viewerCanReopen": "about the viewer",
        "viewerCanGiveFeedback": "about the viewer",
    },
    "ImportedPlace": {"drafts": "each is asked for its own disclosure"},
    "Person": {"restricted": "says that the record is closed, which nobody may have to guess"},
    "Notification": {
        "kind": "that something waits, never what it says",
        "readAt": "about the viewer",
        "flag": "only the link: the flag is asked for its own disclosure",
    },
    "FlagRaised": {"flag": "the record as any read shows it", "reference": "as on Flag", "replayed": "about the call"},
    "FlagSaved": {"flag": "the record as any read shows it", "replayed": "about the call"},
    "ShareSaved": {"share": "the record as any read shows it", "replayed": "about the call"},
    "FlagExport": {
        "purpose": "why a copy was taken, which whoever sees the record may know",
        "exportedAt": "that a copy was taken, which whoever sees the record may know",
        "exportedBy": "the name of staff follows the act",
    },
    "FlagExported": {
        "flag": "the record as any read shows it",
        "export": "only the copy: its own fields say what it shows",
        "replayed": "about the call",
    },
    "NotificationSaved": {"notification": "the record as any read shows it", "replayed": "about the call"},
}
# Planned without a root: nothing in them is about a young person, or they are the inside of a masked field.
ROOTLESS = {
    "Query": "where reads begin",
    "RowsImported": "each row's flag is asked for its own disclosure",
    "ImportRow": "what the caller sent, and the flag with its own disclosure",
    "FlagsDiscarded": "about the call",
    "DiscardedFlag": "about the call",
    "Point": "the inside of Flag.point, which is masked",
    "ImportedSquare": "counts of drafts whose facts the viewer reads; the one it names is asked for its own disclosure",
    "ManyChanged": "each flag is asked for its own disclosure",
    "BulkOutcome": "what the caller sent, and the flag with its own disclosure",
    "SourceReference": "the inside of Flag.sourceReference, which is masked",
    "Disclosure": "about the viewer's own rights",
    "GroupGrant": "about the viewer's own rights",
    "Withheld": "names fields, never values",
    "Audience": "a role, team or colleague the record was opened to, of the viewer's own",
    "Actor": "the name of staff follows the act",
    "Viewer": "about the viewer",
    "InboxView": "how the viewer looks at the inbox",
    "InboxViewSaved": "how the viewer looks at the inbox",
    "InboxViewRemoved": "about the call",
    "LocalConcept": "public words",
    "PartnershipSaved": "public",
    "User": "about the viewer and colleagues",
    "Account": "for the administrators of an agency the person works in; null for everybody else",
    "Invitation": "for the administrators of the agency that invites",
    "UserSaved": "as User",
    "MembershipSaved": "as Membership",
    "TeamSaved": "as Team",
    "InvitationSaved": "as Invitation",
    "Team": "about the viewer's agency",
    "Membership": "about the viewer and colleagues",
    "FlagDraftDiscarded": "about the call",
    "EmergencyAdvice": "the same for everybody in such an agency",
    "Agency": "public",
    "Area": "public",
    "OfficialCode": "public",
    "Period": "public",
    "ContactDesk": "public",
    "Partnership": "public",
    "DutyDesk": "public",
    "FeedbackLedgerEntry": "numbers of one's own agency, and bands of the partners; no record",
    "PartnershipClock": "what a partnership promises, and in which time",
    "WorkingHours": "when a partnership works",
    "PartnershipDay": "holidays",
    "Instance": "public",
    "SharingAgreement": "for reading",
    "AgreementVersion": "for reading",
    "AgreementClause": "for reading",
    "GridCell": "for reading",
    "GridRecipient": "for reading",
    "LawfulBasis": "a catalogue of law",
    "Concept": "words of vocabularies",
    "NotificationPreference": "about the viewer",
    "AuditEvent": "for guardians and data protection officers, out of a function that gives metadata alone",
    "AuditedRecord": "for guardians and data protection officers, out of a function that gives metadata alone",
    "RecordReaders": "agencies and roles, and nobody by name",
    "ReadingAlarm": "for guardians and data protection officers: how many records, never which",
    "ReadingRule": "the same for everybody in a role",
    "AuditSeal": "hashes over lines",
    "AuditCheckpoint": "signed hashes",
    "NotificationPreferencesSaved": "about the viewer",
    "NotificationsAcknowledged": "a number of the viewer's own notices",
    **dict.fromkeys(
        (
            "Plan", "PlanVersion", "Scheme", "Clause", "Milestone", "Measure", "Contribution", "Evidence",
            "StandardCheck", "PlanTotals", "YearTotal", "AgencyTotal", "AgencyYearTotal", "PlanVersionParty",
            "PlanSignature", "PlanBundle", "PlanPaper", "PlanParty", "PreSignCheck", "PlanProblem", "PlanMissing",
            "PlanPublication", "PlanEvent", "Proposal", "ProposedContribution", "Comment",
        ),
        "bodies and their money: nothing in a plan is about a young person",
    ),
    **dict.fromkeys(
        (
            "PlanSaved", "PlanVersionSaved", "PlanPartySaved", "PlanSigned", "MilestoneSaved", "SchemeSaved",
            "ClauseSaved", "EvidenceSaved", "StandardSaved", "ProposalSaved", "CommentSaved",
        ),
        "the part of a plan as any read shows it",
    ),
    "TypicalCost": "the same for everybody",
    "StandardsTemplate": "the same for everybody",
    "Standard": "the same for everybody",
}  # fmt: skip
PAGE_ARGUMENTS = {"first", "after", "last", "before"}
FAILURES = {"Invalid", "NotFound", "NotPermitted", "Conflict"}


def personal(door: Door) -> Iterator[tuple[RecordType, GraphQLObjectType]]:
    """Every planned type that hangs under a root, as planned and as published."""
    for name, planned in door.types.items():
        if planned.root is not None:
            published = door.schema._schema.type_map[name]
            assert isinstance(published, GraphQLObjectType)
            yield planned, published


def own_types(door: Door) -> Iterator[GraphQLNamedType]:
    """Every type of ours, in order."""
    for name, each in sorted(door.schema._schema.type_map.items()):
        if not name.startswith("__") and name not in {"String", "Int", "Float", "Boolean", "ID"}:
            yield each


def objects(door: Door) -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    """Every type of ours that has fields."""
    return (each for each in own_types(door) if isinstance(each, GraphQLObjectType | GraphQLInterfaceType))


def test_the_printed_schema_is_the_schema() -> None:
    assert PRINTED.read_text() == printed(), (
        "Run `python -m graphql_schema.print_sdl --write` and review the difference."
    )


def test_every_field_of_a_personal_type_has_a_group_or_a_reason_to_have_none(door: Door) -> None:
    for planned, _ in personal(door):
        reasons = EVERYWHERE | RECORD_LEVEL.get(planned.name, {})
        for name, plan in planned.fields.items():
            assert plan.group is not None or planned.need is not None or name in reasons, (
                f"{planned.name}.{name} shows its value to whoever sees the record: declare its (group, level) in"
                " graphql_schema, or list it in this file with a reason."
            )


def test_every_planned_type_hangs_under_a_root_or_has_a_reason_not_to(door: Door) -> None:
    for name, planned in door.types.items():
        assert (planned.root is not None) != (name in ROOTLESS), f"{name}: give it a root, or list it with a reason."
    assert ROOTLESS.keys() <= door.types.keys()


def test_every_reason_in_this_file_is_still_about_a_field_that_is_there(door: Door) -> None:
    for type_name, fields in RECORD_LEVEL.items():
        bare = {name for name, plan in door.types[type_name].fields.items() if plan.group is None}
        assert fields.keys() <= bare, f"{type_name}: take {fields.keys() - bare} off the list."


def test_every_masked_field_can_be_null_and_its_type_says_what_is_withheld(door: Door) -> None:
    for planned, published in personal(door):
        masked = planned.maskable()
        for name in masked:
            assert not isinstance(published.fields[name].type, GraphQLNonNull), (
                f"{planned.name}.{name} must be nullable."
            )
        assert not masked or "Maskable" in {each.name for each in published.interfaces}, (
            f"{planned.name} needs `withheld`."
        )


def test_every_masked_field_says_in_words_and_in_its_directive_what_it_needs(door: Door) -> None:
    in_directives = _printed_groups()
    for planned, published in personal(door):
        for name, (group, level) in planned.maskable().items():
            assert f"{group}" in (published.fields[name].description or ""), f"{planned.name}.{name}"
            assert in_directives[f"{planned.name}.{name}"] == f"@fieldGroup(name: {group}, at: {level.name})"


def _printed_groups() -> dict[str, str]:
    """The directive of need to know on each field of the printed schema."""
    types = [each for each in parse(printed()).definitions if isinstance(each, ObjectTypeDefinitionNode)]
    return {
        f"{each.name.value}.{field.name.value}": print_ast(directive)
        for each in types
        for field in each.fields or ()
        for directive in field.directives or ()
        if directive.name.value == "fieldGroup"
    }


def test_no_field_of_a_planned_type_has_a_resolver_of_its_own(door: Door) -> None:
    for name in door.types:
        published = door.schema._schema.type_map[name]
        assert isinstance(published, GraphQLObjectType)
        wanted = schema._resolve_root if name == "Query" else schema._resolve
        for field_name, field in published.fields.items():
            assert field.resolve is wanted, f"{name}.{field_name} would be a place for one query a row."


def test_everything_that_is_published_is_described(door: Door) -> None:
    for each in own_types(door):
        assert each.description, f"Describe {each.name}."
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, field in each.fields.items():
                assert field.description, f"Describe {each.name}.{name}."


def test_every_list_that_can_grow_is_a_relay_connection(door: Door) -> None:
    connections = [each for each in objects(door) if each.name.endswith("Connection")]
    assert connections
    for connection in connections:
        fields = {name: str(field.type) for name, field in connection.fields.items()}
        edge = connection.name.removesuffix("Connection") + "Edge"
        assert fields == {"edges": f"[{edge}!]!", "pageInfo": "PageInfo!", "totalCount": "CountUpTo!"}, connection.name
        inner = door.schema._schema.type_map[edge]
        assert isinstance(inner, GraphQLObjectType)
        assert set(inner.fields) == {"cursor", "node"}, edge
    for each in objects(door):
        for name, field in each.fields.items():
            pages = get_named_type(field.type).name.endswith("Connection")
            assert pages == (set(field.args) >= PAGE_ARGUMENTS), f"{each.name}.{name} takes {sorted(PAGE_ARGUMENTS)}."


def test_page_information_is_relays(door: Door) -> None:
    page = door.schema._schema.type_map["PageInfo"]
    assert isinstance(page, GraphQLObjectType)
    assert {name: str(field.type) for name, field in page.fields.items()} == {
        "hasNextPage": "Boolean!",
        "hasPreviousPage": "Boolean!",
        "startCursor": "String",
        "endCursor": "String",
    }


def test_every_record_with_an_id_is_a_node(door: Door) -> None:
    for each in objects(door):
        if "id" in each.fields and each.name != "Node":
            assert "Node" in {interface.name for interface in each.interfaces}, each.name


def test_every_change_takes_one_input_with_a_key_and_answers_with_the_closed_set(door: Door) -> None:
    mutation = door.schema._schema.mutation_type
    assert mutation is not None
    for name, field in mutation.fields.items():
        assert set(field.args) == {"input"}, name
        given = get_named_type(field.args["input"].type)
        assert isinstance(given, GraphQLInputObjectType)
        assert str(given.fields["idempotencyKey"].type) == "UUID!", name
        # Reading a notice a second time overwrites nobody.
        if "id" in given.fields and name != "acknowledgeNotification":
            assert str(given.fields["expectedVersion"].type) == "Int!", name
        answer = get_named_type(field.type)
        assert isinstance(answer, GraphQLUnionType)
        assert {each.name for each in answer.types} >= FAILURES, name


def test_no_list_inside_a_personal_type_is_without_bound(door: Door) -> None:
    for planned, published in personal(door):
        for name, field in published.fields.items():
            inner = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
            if isinstance(inner, GraphQLList) and isinstance(get_named_type(inner), GraphQLObjectType):
                assert getattr(planned.fields[name], "limit", 0) > 0, f"{planned.name}.{name}"


def test_nobody_is_scored(door: Door) -> None:
    for each in own_types(door):
        names = {each.name, *getattr(each, "fields", {}), *(each.values if isinstance(each, GraphQLEnumType) else ())}
        scored = [name for name in names if re.search("score|ranking|likelihood|probability", name, re.IGNORECASE)]
        assert not scored, f"No risk score, ever: {each.name} {scored}"


@pytest.mark.parametrize("word", ["nominal", "offender", "case_row"])
def test_the_schema_says_flag_and_young_person(word: str) -> None:
    assert word not in printed().lower()
