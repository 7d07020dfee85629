"""What the world can send to triage a flag: take it, decide on it, and both for many at once."""

from datetime import datetime
from uuid import UUID

import strawberry

from graphql_schema.flag_inputs import KEY, VERSION, FlagVersionInput, needed, optional
from portal.access.field_groups import FieldGroup


@strawberry.input(description="What startTriage needs.")
class StartTriageInput:
    id: strawberry.ID = needed("The flag.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="Nothing more is done.")
class NoFurtherActionInput:
    reason_code: str = needed("Why, coded.")


@strawberry.input(description="A question to the flagger.")
class MoreInformationInput:
    question: str = needed("The question; the flagger's agency reads it.")
    due_at: datetime | None = optional("When an answer is needed.")


@strawberry.input(description="Another flag carries this one on.")
class MergeFlagInput:
    into_id: strawberry.ID = needed("That flag: open, of the same partnership, and not this one.")


@strawberry.input(description="One agency that shall see the flag.")
class ShareRequestInput:
    to_agency_id: strawberry.ID = needed("Who shall see.")
    purpose_code: str = needed("What for.")
    proportionality_note: str = needed("Why no less would do.")
    field_groups: list[FieldGroup] = optional(
        "Groups the share names; each opens as far as the agreement allows under a share.", strawberry.UNSET
    )


@strawberry.input(description="Shares to open.")
class ShareFlagInput:
    shares: list[ShareRequestInput] = needed("One for each receiving agency.")


@strawberry.input(description="Hand over to safeguarding.")
class EscalateFlagInput:
    to_agency_id: strawberry.ID = needed("The authority of the partnership that safeguards children.")
    reason_code: str = needed("Why, coded.")


@strawberry.input(one_of=True, description="One decision, with what that decision needs and nothing else.")
class TriageDecisionInput:
    no_further_action: NoFurtherActionInput | None = optional("Nothing more.", strawberry.UNSET)
    more_information: MoreInformationInput | None = optional("Ask the flagger first.", strawberry.UNSET)
    merge: MergeFlagInput | None = optional("Carry on in another flag.", strawberry.UNSET)
    share: ShareFlagInput | None = optional("Share with named agencies.", strawberry.UNSET)
    escalate: EscalateFlagInput | None = optional("Hand to safeguarding.", strawberry.UNSET)


@strawberry.input(description="What triageFlag needs.")
class TriageFlagInput:
    id: strawberry.ID = needed("The flag.")
    expected_version: int = needed(VERSION)
    decision: TriageDecisionInput = needed("Exactly one decision.")
    threshold_level_code: str = needed("Threshold of need.")
    rationale: str = needed("Why.")
    feedback: str = needed("What the flagger may lawfully be told.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What startTriageOfMany needs.")
class StartTriageOfManyInput:
    flags: list[FlagVersionInput] = needed("Up to 100 flags.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What endManyWithoutAction needs.")
class EndManyWithoutActionInput:
    flags: list[FlagVersionInput] = needed("Up to 100 flags.")
    reason_code: str = needed("Why, coded.")
    threshold_level_code: str = needed("Threshold of need.")
    feedback: str = needed("What each flagger may lawfully be told.")
    idempotency_key: UUID = needed(KEY)
