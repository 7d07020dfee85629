"""Decides where somebody goes after signing in: a page of this site, whatever the address said."""

from urllib.parse import urlsplit

START = "/"


def safe(wanted: str | None) -> str:
    """The wanted path when it can only be one of ours, and the first page otherwise.

    Browsers read a backslash as a slash and leave out tabs and line breaks, so an address with any of them is dropped.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return START
    if not wanted.isprintable():
        return START
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return START
    return START if parts.scheme or parts.netloc else wanted
