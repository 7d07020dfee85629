"""Decides what a balancer learns: whether this process is alive, and whether it may be sent visitors."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify


def health(readiness: Callable[[], Mapping[str, bool]]) -> Blueprint:
    """Take what gives the conditions of readiness, and give the blueprint of /healthz and /readyz."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return _answer({"alive": True}, status=200)

    @blueprint.get("/readyz")
    def readyz() -> Response:
        conditions = readiness()
        return _answer(dict(conditions), status=200 if all(conditions.values()) else 503)

    return blueprint


def _answer(conditions: dict[str, bool], *, status: int) -> Response:
    answer = jsonify(conditions)
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    return answer
