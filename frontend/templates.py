"""Decides how templates work: strict about names of ours, with the govuk-frontend macros beside them."""

from collections.abc import Callable
from typing import Any

from flask import Flask, url_for
from jinja2 import ChainableUndefined, Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined

from frontend import clocks, kept, navigation, sight, times, words
from frontend.documents import ROOM

COMPONENTS = (
    "back-link",
    "button",
    "checkboxes",
    "error-summary",
    "generic-header",
    "input",
    "pagination",
    "radios",
    "select",
    "service-navigation",
    "skip-link",
    "summary-list",
    "textarea",
)


def prepare(app: Flask) -> None:
    """Give the app our templates, the govuk macros by their own names, and the words and times pages speak in."""
    app.jinja_loader = FileSystemLoader(ROOM)
    # A template that names something its document did not ask for fails, instead of showing an empty place.
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(_govuk_macros())
    app.jinja_env.globals.update(
        words=words,
        navigation=navigation.links,
        stylesheet=stylesheet,
        readers=sight.readers,
        cell_tone=sight.cell_tone,
        grid_columns=sight.in_brief,
        held=held,
        held_labels=held_labels,
        ALWAYS=sight.ALWAYS,
        options=options,
        typed_by=kept.typed_by,
        audience=words.audience,
        clock_of=clocks.clock,
        group_words=words.groups,
    )
    app.jinja_env.filters.update(
        day=times.day,
        moment=times.moment,
        seen_at=times.seen_at,
        clock_time=times.clock_time,
        short_moment=times.short_moment,
    )
    app.jinja_env.filters.update(cell_words=sight.cell_words, sentence_list=words.sentence_list, listed=listed)


def stylesheet() -> str:
    """The address of the built theme."""
    return url_for("static", filename="build/concord.css")


def options(concepts: dict[str, Any]) -> list[dict[str, Any]]:
    """A vocabulary as the items of radios or a select; a concept's hint says when to choose it."""
    nodes = [edge["node"] for edge in concepts["edges"]]
    return [
        {"value": node["code"], "text": node["display"], "hint": {"text": node["hint"]} if node.get("hint") else None}
        for node in nodes
    ]


def held(record: dict[str, Any], field: str) -> dict[str, Any] | None:
    """What withholds a field of a record from this reader, or None when its null is a true none."""
    return next((item for item in record["withheld"] if field in item["fields"]), None)


def held_labels(item: dict[str, Any], labels: dict[str, str]) -> str:
    """The labels of the fields that one withholding holds, as one line; empty when it holds none of them."""
    names = [label for field, label in labels.items() if field in item["fields"]]
    return ", ".join([*names[:1], *map(words.lower_first, names[1:])])


def listed(concepts: list[dict[str, Any]]) -> str:
    """Concepts as one line: «Alcohol, low mood or distress»."""
    names = [concept["display"] for concept in concepts]
    return ", ".join([*names[:1], *map(words.lower_first, names[1:])])


def _govuk_macros() -> dict[str, Callable[..., Any]]:
    """The govuk-frontend macros, compiled apart: they lean on missing parameters, which our templates must not."""
    theirs = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        undefined=ChainableUndefined,
        autoescape=True,
    )
    macros = {}
    for component in COMPONENTS:
        name = "govuk" + "".join(part.capitalize() for part in component.split("-"))
        module = theirs.get_template(f"govuk_frontend_jinja/components/{component}/macro.html").module
        macros[name] = getattr(module, name)
    return macros
