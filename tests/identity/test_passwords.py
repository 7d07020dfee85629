"""Passwords are long, kept as argon2id, and checked at one price."""

import time

import pytest

from portal.identity import passwords


@pytest.mark.parametrize("password", ["", "short", "x" * 11, "x" * 129])
def test_a_password_has_twelve_to_a_hundred_and_twenty_eight_characters(password: str) -> None:
    sentence = passwords.problem(password)
    assert sentence is not None
    assert sentence.startswith("Enter a password of at ")
    assert not password or password not in sentence


@pytest.mark.parametrize("password", ["x" * 12, "x" * 128, "drei Wörter genügen"])
def test_length_is_the_only_rule(password: str) -> None:
    assert passwords.problem(password) is None


def test_only_the_same_password_passes() -> None:
    stored = passwords.hash_password("a lantern by the weir")
    assert "lantern" not in stored
    assert passwords.verify(stored, "a lantern by the weir")
    assert not passwords.verify(stored, "a lantern by the weiR")
    assert not passwords.verify(stored, "")


def test_the_hash_has_the_parameters_of_the_owasp_cheat_sheet() -> None:
    stored = passwords.hash_password("a lantern by the weir")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert not passwords.is_outdated(stored)


def test_one_letter_typed_as_two_code_points_is_one_letter() -> None:
    stored = passwords.hash_password("Zo\u00eb by the lantern")
    assert passwords.verify(stored, "Zoe\u0308 by the lantern")


def test_more_than_the_longest_password_never_passes() -> None:
    longest = "x" * passwords.LONGEST
    assert not passwords.verify(passwords.hash_password(longest), longest + "y")


def test_nobody_has_no_password_that_passes() -> None:
    assert not passwords.verify(None, "")
    assert not passwords.verify(None, "a lantern by the weir")


def test_a_hash_that_cannot_be_read_lets_nobody_in() -> None:
    assert not passwords.verify("no hash", "a lantern by the weir")


def test_checking_nobody_costs_as_much_as_checking_somebody() -> None:
    stored = passwords.hash_password("a lantern by the weir")

    def cheapest(hashed: str | None) -> float:
        spent = []
        for _ in range(5):
            begun = time.process_time()
            passwords.verify(hashed, "another password")
            spent.append(time.process_time() - begun)
        return min(spent)

    # A missing check costs a thousandth; the generous half leaves a busy machine its noise.
    assert cheapest(None) > cheapest(stored) / 2
