"""The site, for tests that save what it shows."""

from tests.pages.conftest import read_as as read_as
from tests.pages.conftest import site as site
from tests.pages.conftest import stranger as stranger
