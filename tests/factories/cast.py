"""The cast of a test: a partnership of its own, everybody in it as a viewer, and what they say through the door."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from graphql_schema import Door, Execution
from portal.access.viewer import Viewer
from portal.db import Database
from portal.identity.viewers import viewer_for_membership
from portal.operations.cast import CAST, Settled, email, settle
from tests.canaries.gatherer import GATHERER
from tests.canaries.plugin import gather_failures

PEOPLE = {
    "rowan": ("PC Rowan Hale", "SEVERN-POLICE"),
    "dana": ("PC Dana Osei", "SEVERN-POLICE"),
    "mel": ("Sgt Mel Quill", "SEVERN-POLICE"),
    "ari": ("PCSO Ari Byrne", "SEVERN-POLICE"),
    "lee": ("Sgt Lee Ferris", "SEVERN-POLICE"),
    "noor": ("Noor Askew", "SEVERN-POLICE"),
    "gail": ("Supt Gail Orme", "SEVERN-POLICE"),
    "wren": ("Wren Castellan", "SEVERN-POLICE"),
    "brook": ("Brook Tanner", "SEVERN-POLICE"),
    "ellis": ("Ch Supt Ellis Marchetti", "SEVERN-POLICE"),
    "morgan": ("Morgan Teale", "SEVERN-LA"),
    "jo": ("Jo Adeyemi", "SEVERN-LA"),
    "dee": ("Dee Rowntree", "SEVERN-LA"),
    "priya": ("Priya Nandakumar", "SEVERN-LA"),
    "hollis": ("Hollis Frame", "SEVERN-LA"),
    "harper": ("Harper Lindqvist", "SEVERN-LA"),
    "toby": ("Toby Marsh", "SEVERN-LA"),
    "frankie": ("Frankie Dunmore", "SEVERN-LA"),
    "quinn": ("Quinn Haverstock", "SEVERN-LA"),
    "sam": ("Sam Okafor", "SEVERN-MHS"),
    "ines": ("Dr Ines Vaughan", "SEVERN-MHS"),
    "lou": ("Lou Bracken", "SEVERN-MHS"),
    "remy": ("Remy Aldous", "SEVERN-MHS"),
    "ash": ("Ash Corvin", "SEVERN-MHS"),
    "robin": ("Robin Carver", "SEVERN-PCT"),
    "val": ("Val Penhaligon", "SEVERN-PCT"),
    "indra": ("Indra Sethi", "SEVERN-PCT"),
    "alex": ("Alex Whitlock", "SEVERN-COURT"),
    "kit": ("Kit Marlow", "SEVERN-MHS"),
}


@dataclass
class Cast:
    """Everybody of one invented partnership, by first name."""

    settled: Settled
    suffix: str
    owner: Database
    door: Door
    viewers: Mapping[str, Viewer]

    def __getattr__(self, name: str) -> Viewer:
        try:
            return self.viewers[name]
        except KeyError:
            raise AttributeError(name) from None

    def ask(self, viewer: Viewer | None, document: str, **variables: Any) -> dict[str, Any]:
        """Run an operation that must not fail as a request, and give its data."""
        execution = self.try_to_ask(viewer, document, **variables)
        if execution.cause is not None:
            raise execution.cause
        assert not execution.errors, execution.errors
        assert execution.data is not None
        return execution.data

    def try_to_ask(self, viewer: Viewer | None, document: str, **variables: Any) -> Execution:
        """Run an operation that may fail."""
        execution = self.door.execute(document, variables, viewer)
        gather_failures(GATHERER, execution)
        return execution

    def agency_id(self, code: str) -> str:
        """The global id of an agency, as a client would find it."""
        found = self.ask(
            self.viewers["rowan"],
            'query($code: String!) { agency(by: {code: {list: "CONCORD-DEMO", value: $code}}) { id } }',
            code=f"{code}{self.suffix}",
        )
        return str(found["agency"]["id"])

    def email(self, name: str) -> str:
        """The sign-in address of somebody."""
        return next(email(part, self.suffix) for part in CAST if part.name == PEOPLE[name][0])

    @contextmanager
    def truth(self) -> Iterator[Session]:
        """The database as its owner sees it, to assert what is really there."""
        with Session(self.owner.engine) as session:
            yield session


def settle_cast(owner: Database, door: Door) -> Cast:
    """Write a partnership that no other test sees, and give everybody in it as a viewer."""
    suffix = f"-{secrets.token_hex(4)}"
    with owner.transaction() as session:
        settled = settle(session, suffix=suffix, password=None)
        viewers = {
            key: viewer_for_membership(session, settled.memberships[name, code]) for key, (name, code) in PEOPLE.items()
        }
    return Cast(
        settled=settled,
        suffix=suffix,
        owner=owner,
        door=door,
        viewers={key: viewer for key, viewer in viewers.items() if viewer is not None},
    )


def key() -> str:
    """A fresh idempotency key."""
    return str(uuid4())
