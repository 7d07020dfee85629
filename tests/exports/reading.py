"""Reads a PDF as a person would, and what its insides promise to whoever cannot see it."""

import re
from io import BytesIO

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page, with every run of blanks as one."""
    # A break that may be taken inside a long word is nobody's character.
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in PdfReader(BytesIO(pdf)).pages]


def words_of(pdf: bytes) -> str:
    """All words of a PDF."""
    return " ".join(pages_of(pdf))


def letters_of(text: str) -> str:
    """A text without its blanks, because a line ends where the paper does."""
    return re.sub(r"\s+", "", text)
