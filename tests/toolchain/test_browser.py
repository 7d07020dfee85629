"""There is a browser for the tests, and it shows pages."""

from tests.browser import chromium


def test_the_browser_that_is_found_shows_a_page() -> None:
    with chromium.launched() as browser:
        page = browser.new_page()
        page.set_content("<h1>Concord</h1>")
        assert page.get_by_role("heading").inner_text() == "Concord"
