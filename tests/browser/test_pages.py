"""Every page in a real browser: no barrier, no sideways scroll, and the loop from a flag to its answer."""

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import BrowseAs
from tests.browser.looking import barriers
from tests.factories.cast import Cast
from tests.factories.flags import raised, shared, taken


def test_the_pages_for_everybody_have_no_barrier(browser: Browser, address: str) -> None:
    page = browser.new_context(base_url=address).new_page()
    found = []
    for where in ("/sign-in", "/about", "/help", "/accessibility"):
        page.goto(where)
        found += barriers(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in").click()
    assert found + barriers(page) == []
    page.context.close()


def test_the_pages_of_an_officer_have_no_barrier(cast: Cast, browse_as: BrowseAs) -> None:
    flag = shared(cast)
    rowan = browse_as(cast.rowan)
    found = []
    for where in ("/flags", f"/flags/{flag['id']}", f"/flags/{flag['id']}/sent", "/drafts", "/agreement", "/nowhere"):
        rowan.goto(where)
        found += barriers(rowan)
    rowan.goto("/flags/raise")
    rowan.get_by_label("A group at a place").check()
    rowan.get_by_text("Add more, if you have it").click()
    found += barriers(rowan)
    rowan.get_by_role("button", name="Send to triage").click()
    assert found + barriers(rowan) == []


def test_the_pages_of_triage_have_no_barrier(cast: Cast, browse_as: BrowseAs) -> None:
    waiting, opened = raised(cast), taken(cast)
    morgan = browse_as(cast.morgan)
    found = []
    for where in ("/inbox", "/inbox?show=shared", f"/flags/{waiting['id']}", f"/flags/{opened['id']}"):
        morgan.goto(where)
        found += barriers(morgan)
    morgan.goto(f"/flags/{opened['id']}/triage")
    morgan.get_by_label("Share it with an agency that can help").check()
    found += barriers(morgan)
    morgan.get_by_role("button", name="Decide and tell them").click()
    assert found + barriers(morgan) == []


def test_the_pages_of_a_service_have_no_barrier(cast: Cast, browse_as: BrowseAs) -> None:
    flag = shared(cast)
    sam = browse_as(cast.sam)
    found = []
    for where in ("/inbox", f"/flags/{flag['id']}", "/sign-in/membership"):
        sam.goto(where)
        found += barriers(sam)
    sam.goto(f"/flags/{flag['id']}")
    sam.get_by_role("button", name="Answer this share").click()
    found += barriers(sam)
    sam.get_by_role("button", name="Send the answer").click()
    assert found + barriers(sam) == []


def test_naming_danger_closes_the_rest_of_the_form_at_once(cast: Cast, browse_as: BrowseAs) -> None:
    rowan, alex = browse_as(cast.rowan), browse_as(cast.alex)
    for page, heading in ((rowan, "Stop. Act now, then record it."), (alex, "Stop. Call 999 first.")):
        page.goto("/flags/raise")
        send = page.get_by_role("button", name="Send to triage")
        stop = page.get_by_role("heading", name=heading)
        expect(send).to_be_visible()
        expect(stop).to_be_hidden()
        page.get_by_label("Yes, someone is at risk of serious harm now").check()
        expect(send).to_be_hidden()
        expect(stop).to_be_visible()
        assert barriers(page) == []


def test_what_is_wrong_is_where_the_reader_stands(cast: Cast, browse_as: BrowseAs) -> None:
    rowan = browse_as(cast.rowan)
    rowan.goto("/flags/raise")
    rowan.get_by_role("button", name="Send to triage").click()
    expect(rowan.locator(".govuk-error-summary")).to_be_focused()
    rowan.get_by_role("link", name="Write what you saw or heard. One sentence is enough.").click()
    expect(rowan.get_by_label("6. What you saw or heard")).to_be_focused()


def test_a_flag_goes_from_the_street_to_a_service_and_back(cast: Cast, browse_as: BrowseAs) -> None:
    rowan = browse_as(cast.rowan)
    rowan.set_viewport_size({"width": 360, "height": 740})
    _raise(rowan)
    morgan = browse_as(cast.morgan)
    morgan.get_by_role("button", name="Take the next one").click()
    morgan.get_by_role("button", name="Decide").click()
    _share(morgan)
    sam = browse_as(cast.sam)
    sam.get_by_role("link", name="Kai, 14 or 15").click()
    sam.get_by_role("button", name="Answer this share").click()
    sam.get_by_label("Engaged", exact=True).check()
    sam.get_by_role("button", name="Send the answer").click()
    rowan.get_by_role("link", name="My flags").click()
    expect(rowan.get_by_text("Engaged. The service is working with them.")).to_be_visible()
    rowan.get_by_role("link", name="Kai, 14 or 15").click()
    expect(rowan.get_by_text("Thank you. Health will see him on Monday.")).to_be_visible()


def _raise(page: Page) -> None:
    page.get_by_label("Not now, but it cannot wait").check()
    page.get_by_label("A young person").check()
    page.get_by_label("Name, if you know it").fill("Kai")
    page.get_by_label("14 or 15").check()
    page.get_by_label("4. Where, and when?").fill("Bus shelter, Station Parade")
    page.get_by_label("Alcohol").check()
    page.get_by_label("6. What you saw or heard").fill("Sitting alone with two empty cans.")
    page.get_by_role("group", name="7. Have you told them").get_by_label("Yes").check()
    page.get_by_label("Answer 6 is only what I saw or heard").check()
    page.get_by_role("button", name="Send to triage").click()
    expect(page.get_by_role("heading", name="Your flag is sent")).to_be_visible()
    page.go_back()
    page.go_forward()
    expect(page.get_by_role("heading", name="Your flag is sent")).to_be_visible()


def _share(page: Page) -> None:
    page.get_by_label("Share it with an agency that can help").check()
    page.get_by_label("Severnshire Health and Care").check()
    page.get_by_label("Health support").check()
    page.get_by_label("Why would no less do?").fill("They must know whom to expect.")
    page.get_by_label("Level 3, targeted support").check()
    page.get_by_label("3. Why do you decide this?").fill("Wants help.")
    page.get_by_label("4. What you tell PC Rowan Hale").fill("Thank you. Health will see him on Monday.")
    page.get_by_role("button", name="Decide and tell them").click()
    expect(page.get_by_text("Decided: shared")).to_be_visible()
