"""Hears what a site is asked and what it answers, apart from the words of its pages, where records belong."""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from typing import Any
from zlib import decompress

from werkzeug.wsgi import ClosingIterator

from tests.canaries.gatherer import GATHERER, Gatherer

_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_ADDRESS = re.compile(r'\b(?:href|action|src|formaction|content|poster|data-href)="([^"]*)"')
# Answers that show no record: whatever they say is said of the request. A page that asks to wait gives what was typed
# back to whoever typed it, to send again, and one that refuses a step shows the flag that its reader sees.
_SHOWS_NOTHING = {400, 401, 404, 405, 413, 415, 500}
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def heard(site: Wsgi, gatherer: Gatherer = GATHERER) -> Wsgi:
    """The same site, overheard."""
    gather = gatherer.gather

    def hear(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answer: dict[str, Any] = {"status": 200, "type": ""}

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            answer["status"] = int(status[:3])
            for name, value in headers:
                answer["type"] = value if name.lower() == "content-type" else answer["type"]
                _header(gatherer, name, value)
            return start_response(status, headers, *more)

        gather("An address that was asked", f"{environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}")
        gather("The referrer of a request", environ.get("HTTP_REFERER", ""))
        body = site(environ, started)
        if not answer["type"].startswith(("text/html", "application/")) or "pdf" in answer["type"]:
            return body
        parts = list(body)
        _body(gatherer, answer["status"], answer["type"], b"".join(parts).decode(errors="replace"))
        return ClosingIterator(parts, [close] if (close := getattr(body, "close", None)) else [])

    return hear


def _header(gatherer: Gatherer, name: str, value: str) -> None:
    if name.lower() == "set-cookie":
        gatherer.gather("A cookie", opened(value.partition("=")[2].partition(";")[0]))
    gatherer.gather(f"The header {name}", value)


def _body(gatherer: Gatherer, status: int, kind: str, body: str) -> None:
    if kind.startswith("text/html"):
        if status in _SHOWS_NOTHING:
            # A form goes back to whoever sent it, as they typed it.
            gatherer.gather(f"A page that answers {status}", _FORM.sub("", body))
        for title in _TITLE.findall(body):
            gatherer.gather("The title of a page", title)
        for address in _ADDRESS.findall(body):
            gatherer.gather("An address on a page", address)
    elif '"errors"' in body:
        gatherer.gather("An error of the schema", json.dumps(json.loads(body).get("errors"), ensure_ascii=False))


def opened(cookie: str) -> str:
    """What whoever holds a signed cookie can read in it."""
    packed, _, rest = cookie.lstrip(".").partition(".")
    try:
        content = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        return (decompress(content) if cookie.startswith(".") else content).decode() if rest else cookie
    except (ValueError, ArithmeticError):
        return cookie
