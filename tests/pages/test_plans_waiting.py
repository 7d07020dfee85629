"""A plan that waits for somebody says so on every page they open, until it waits no longer."""

from tests.factories.cast import Cast
from tests.factories.plans import in_signing, sign
from tests.pages.conftest import ReadAs
from tests.pages.words_on import words_on


def test_the_header_and_the_list_say_that_a_plan_waits_until_it_does_not(cast: Cast, read_as: ReadAs) -> None:
    quinn, morgan = read_as(cast.quinn), read_as(cast.morgan)
    assert "Nothing waits" in words_on(quinn.get("/agreement").text)
    plan = in_signing(cast)
    assert "1 plan waits" in words_on(quinn.get("/agreement").text)
    assert "Nothing waits" not in words_on(quinn.get("/agreement").text)
    assert "1 plan waits for you" in words_on(quinn.get("/notifications").text)
    assert f"1 plan waits for you {plan['title']} It waits for your signature." in words_on(quinn.get("/plans").text)
    assert "Nothing waits" in words_on(morgan.get("/agreement").text)
    sign(cast, plan, "SEVERN-LA")
    assert "Nothing waits" in words_on(quinn.get("/agreement").text)
    assert "waits for you" not in words_on(quinn.get("/plans").text)
