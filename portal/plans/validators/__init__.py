"""What makes a version unfit to propose: judged from its document alone, and kept with it after each edit."""

from portal.plans.validators.judging import problems
from portal.plans.validators.problem import Agencies, AgencyFacts, Problem
from portal.plans.validators.revalidating import revalidate

__all__ = ["Agencies", "AgencyFacts", "Problem", "problems", "revalidate"]
