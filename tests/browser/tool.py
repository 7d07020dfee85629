"""A third-party tool: real HTTP requests with a token, as anybody could write it with a standard library."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from portal.access.viewer import Viewer
from portal.db import Database
from portal.identity.tokens import issue_token


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str

    @property
    def body(self) -> dict[str, Any]:
        """The answer as JSON."""
        found: dict[str, Any] = json.loads(self.text)
        return found


@dataclass(frozen=True)
class Tool:
    """Sends documents to one address, with the headers it was given."""

    address: str
    headers: dict[str, str]

    def send(self, document: str, **variables: Any) -> Answer:
        """One request, whatever becomes of it."""
        sent = json.dumps({"query": document, "variables": variables}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/graphql-response+json", **self.headers}
        request = Request(f"{self.address}/graphql", data=sent, headers=headers, method="POST")  # noqa: S310  our own
        try:
            with urlopen(request, timeout=30) as response:  # noqa: S310  the same
                return Answer(response.status, response.read().decode())
        except HTTPError as refused:
            return Answer(refused.code, refused.read().decode())

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """The data of a request that must succeed."""
        answer = self.send(document, **variables)
        assert answer.status == 200, answer.text
        assert "errors" not in answer.body, answer.text
        data: dict[str, Any] = answer.body["data"]
        return data


def tool_of(address: str, owner: Database, viewer: Viewer) -> Tool:
    """A tool that acts as somebody, with a token that was issued to it."""
    with owner.transaction() as session:
        secret = issue_token(session, membership_id=viewer.membership_id, request_id=uuid4())
    return Tool(address, {"Authorization": f"Bearer {secret}"})
