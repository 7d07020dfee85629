"""Signing in leads to a page of this site and nowhere else."""

import pytest

from frontend.sign_in.next_page import START, safe


@pytest.mark.parametrize("path", ["/flags", "/flags?queue=MINE&after=abc%3D", "/flags/RmxhZzox", "/a//b", "/:443/"])
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert safe(path) == path


@pytest.mark.parametrize(
    "wanted",
    [
        None,
        "",
        "flags",
        "https://elsewhere.example",
        "//elsewhere.example",
        "///elsewhere.example",
        "/\\elsewhere.example",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "/\n/elsewhere.example",
        "/\r\nSet-Cookie: a=b",
        " //elsewhere.example",
        "javascript:alert(1)",
        "/\u2028/elsewhere.example",
        "//[",
        "http:elsewhere.example",
    ],
)
def test_anything_else_leads_to_the_first_page(wanted: str | None) -> None:
    assert safe(wanted) == START
