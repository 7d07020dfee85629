"""Decides where somebody goes after signing in: a page of this site, whatever the address said."""

START = "/"


def safe(wanted: str | None) -> str:
    """The wanted path when it can only be one of ours, and the first page otherwise.

    One slash begins a path, two begin another host. Browsers read a backslash as a slash and leave out tabs and line
    breaks, so an address with any of them is dropped.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return START
    return START if "\\" in wanted or not wanted.isprintable() else wanted
