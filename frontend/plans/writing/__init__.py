"""Pages on which plans are written, negotiated and signed; each module puts its addresses on the blueprint of plans."""

from frontend.plans.writing import beginning as beginning
from frontend.plans.writing import checks as checks
from frontend.plans.writing import clauses as clauses
from frontend.plans.writing import countering as countering
from frontend.plans.writing import editing as editing
from frontend.plans.writing import grounds as grounds
from frontend.plans.writing import milestones as milestones
from frontend.plans.writing import proposals as proposals
from frontend.plans.writing import schemes as schemes
from frontend.plans.writing import signing as signing
from frontend.plans.writing import steps as steps
from frontend.plans.writing import talking as talking
