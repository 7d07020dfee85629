"""What a person reads on a page: its words in order, without markup and without what nobody sees."""

import re
from html import unescape

_HIDDEN = re.compile(r"<(script|style|head|svg)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_KEYS = re.compile(r'name="(csrf_token|idempotency_key|typed_by)" value="[^"]*"')


def words_on(page: str) -> str:
    """The words of a page, one space between them."""
    return " ".join(unescape(_TAG.sub(" ", _HIDDEN.sub(" ", page))).split())


def title_of(page: str) -> str:
    """The title a browser tab shows."""
    found = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def without_keys(page: str) -> str:
    """A page without the secrets of its forms, which differ each time it is shown."""
    return _KEYS.sub("", page)
