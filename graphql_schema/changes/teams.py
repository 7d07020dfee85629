"""Teams: the administrators of an agency open, rename and close them."""

from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.flag_inputs import KEY, VERSION, needed
from graphql_schema.identity import Team
from graphql_schema.need_to_know import ADMINISTRATORS, changing
from graphql_schema.selection.declare import by_key, constant, one, planned
from graphql_schema.writing import change, open_id
from portal.access.viewer import Viewer
from portal.identity import models, teams


@strawberry.input(description="What openTeam needs.")
class OpenTeamInput:
    name: str = needed("Its name.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What renameTeam needs.")
class RenameTeamInput:
    id: strawberry.ID = needed("The team.")
    expected_version: int = needed(VERSION)
    name: str = needed("Its new name.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What closeTeam needs.")
class CloseTeamInput:
    id: strawberry.ID = needed("The team.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@planned(models.Team, readers=ADMINISTRATORS)
@strawberry.type(description="The change was made and recorded. [ACCOUNT]")
class TeamSaved:
    team: Team | None = one("Team", by_key(models.Team.id), "The team as it now stands.")
    replayed: bool = constant("replayed", REPLAYED)


TeamResult = Annotated[
    TeamSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("TeamResult", description=UNION)
]


@strawberry.type
class Teams:
    @changing("Open a team of the viewer's own agency.", done_by="Administrators of the agency.")
    def open_team(self, info: Info, input: OpenTeamInput) -> TeamResult:  # noqa: A002  the schema's own word
        return change(
            info, input, lambda session, viewer: teams.open_team(session, viewer, name=input.name), answer="TeamSaved"
        )

    @changing("Give a team another name.", done_by="Administrators of its agency.")
    def rename_team(self, info: Info, input: RenameTeamInput) -> TeamResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return teams.rename_team(
                session,
                viewer,
                team_id=open_id(info, "Team", input.id),
                expected_version=input.expected_version,
                name=input.name,
            )

        return change(info, input, act, answer="TeamSaved")

    @changing("Close a team that nobody works in.", done_by="Administrators of its agency.")
    def close_team(self, info: Info, input: CloseTeamInput) -> TeamResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return teams.close_team(
                session,
                viewer,
                team_id=open_id(info, "Team", input.id),
                expected_version=input.expected_version,
            )

        return change(info, input, act, answer="TeamSaved")
