"""Every page in every state it can be in, and how somebody comes to it; a new state is one more function here."""

from tests.browser.states.registry import STATES as STATES
from tests.browser.states.registry import Stage as Stage
from tests.browser.states.registry import State as State

# Importing a noun's file registers its states.
from tests.browser.states import administration as administration  # isort: skip
from tests.browser.states import agreement as agreement  # isort: skip
from tests.browser.states import audit as audit  # isort: skip
from tests.browser.states import developers as developers  # isort: skip
from tests.browser.states import drafts as drafts  # isort: skip
from tests.browser.states import errors as errors  # isort: skip
from tests.browser.states import exports as exports  # isort: skip
from tests.browser.states import feedback as feedback  # isort: skip
from tests.browser.states import flags as flags  # isort: skip
from tests.browser.states import inbox as inbox  # isort: skip
from tests.browser.states import life as life  # isort: skip
from tests.browser.states import notifications as notifications  # isort: skip
from tests.browser.states import plan_editing as plan_editing  # isort: skip
from tests.browser.states import plans as plans  # isort: skip
from tests.browser.states import public as public  # isort: skip
from tests.browser.states import raising as raising  # isort: skip
from tests.browser.states import shares as shares  # isort: skip
from tests.browser.states import sign_in as sign_in  # isort: skip
from tests.browser.states import triage as triage  # isort: skip
