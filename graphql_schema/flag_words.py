"""Decides how the closed sets of words a flag is told in are described, once, ahead of everything that uses them."""

import strawberry

from portal.flags.models import Engagement as Engagement
from portal.flags.models import FlagSetting as FlagSetting
from portal.flags.models import Standpoint as Standpoint
from portal.flags.models import TimePrecision as TimePrecision
from portal.flags.models import Told as Told
from portal.flags.models import TriageOutcome as TriageOutcome
from portal.flags.models import Urgency as Urgency
from portal.flags.states import FlagState as FlagState

strawberry.enum(FlagState, description="Where a flag stands; a step not listed in the state machine does not exist.")
strawberry.enum(Urgency, description="How soon somebody must look.")
strawberry.enum(FlagSetting, description="Where contact happened.")
strawberry.enum(Standpoint, description="How the young person stands to what was seen.")
strawberry.enum(Told, description="Whether the young person knows.")
strawberry.enum(TimePrecision, description="How exactly a time is known.")
strawberry.enum(TriageOutcome, description="What triage can decide.")
strawberry.enum(Engagement, description="What a service tells the flagger, and no more.")
