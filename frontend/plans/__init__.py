"""Decides where the pages of plans hang together: one blueprint, on which each module here puts its addresses."""

from flask import Blueprint

pages = Blueprint("plans", __name__)

# Each module puts its pages on the blueprint above, so it is read only after that is there.
from frontend.plans import downloads, paying, published, reading, versions, writing  # noqa: E402, F401
