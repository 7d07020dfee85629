"""Decides how the outline of an upper-tier authority is found: by its GSS code, from the shipped TopoJSON."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

OUTLINES = Path(__file__).parent / "data" / "utla_england_2019.topojson"
# The sentence the licence asks for, to stand under every map that shows an outline.
ATTRIBUTION = (
    "Outline: Office for National Statistics licensed under the Open Government Licence v.3.0."
    " Contains OS data © Crown copyright and database right 2022."
)

# Degrees east and degrees north, as the file has them.
Place = tuple[float, float]
Ring = tuple[Place, ...]


def outline(code: str) -> tuple[Ring, ...]:
    """The rings of an authority by its GSS code, islands and holes alike; none for a code the file does not have."""
    return _outlines().get(code, ())


@cache
def _outlines() -> dict[str, tuple[Ring, ...]]:
    topology = json.loads(OUTLINES.read_text(encoding="utf-8"))
    arcs = [_unpacked(arc, topology["transform"]) for arc in topology["arcs"]]
    return {
        shape["properties"]["id"]: tuple(_ring(numbers, arcs) for numbers in _rings(shape))
        for shape in topology["objects"]["data"]["geometries"]
    }


def _unpacked(arc: Sequence[Sequence[int]], transform: dict[str, Any]) -> list[Place]:
    """An arc as degrees: each position is stored as the whole steps from the one before (TopoJSON, section 2.1.3)."""
    (wide, high), (west, south) = transform["scale"], transform["translate"]
    along = up = 0
    places = []
    for east, north in arc:
        along, up = along + east, up + north
        places.append((along * wide + west, up * high + south))
    return places


def _rings(shape: dict[str, Any]) -> list[list[int]]:
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    return [ring for polygon in polygons for ring in polygon]


def _ring(numbers: Sequence[int], arcs: Sequence[list[Place]]) -> Ring:
    """Arcs one after another; a negative number means the arc backwards (TopoJSON, section 2.1.4)."""
    places: list[Place] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        places += arc[1:] if places else arc
    return tuple(places)
