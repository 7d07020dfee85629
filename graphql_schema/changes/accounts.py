"""Accounts: the administrators of the agency that keeps one rename it, re-address it, close it and open it again."""

from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy.orm import Session
from strawberry.types import Info

from graphql_schema.answers import REPLAYED, UNION
from graphql_schema.changes.links import LinkResult, make_link
from graphql_schema.errors import Conflict, Invalid, NotFound, NotPermitted
from graphql_schema.flag_inputs import KEY, VERSION, needed
from graphql_schema.identity import User
from graphql_schema.need_to_know import ADMINISTRATORS, changing
from graphql_schema.selection.declare import by_key, constant, one, planned
from graphql_schema.writing import as_read, change
from portal.access.viewer import Viewer
from portal.identity import keeping, models


@strawberry.input(description="What a change of an account as a whole needs.")
class AccountInput:
    id: strawberry.ID = needed("The user.")
    expected_version: int = needed(VERSION)
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What renameUser needs.")
class RenameUserInput:
    id: strawberry.ID = needed("The user.")
    expected_version: int = needed(VERSION)
    display_name: str = needed("Name to show.")
    idempotency_key: UUID = needed(KEY)


@strawberry.input(description="What changeUserEmail needs.")
class ChangeUserEmailInput:
    id: strawberry.ID = needed("The user.")
    expected_version: int = needed(VERSION)
    email: str = needed("The new sign-in address.")
    idempotency_key: UUID = needed(KEY)


@planned(models.User, readers=ADMINISTRATORS)
@strawberry.type(description="The change was made and recorded. [ACCOUNT]")
class UserSaved:
    user: User | None = one("User", by_key(models.User.id), "The user as they now stand.")
    replayed: bool = constant("replayed", REPLAYED)


UserResult = Annotated[
    UserSaved | Invalid | NotFound | NotPermitted | Conflict, strawberry.union("UserResult", description=UNION)
]


@strawberry.type
class Accounts:
    @changing("Call somebody by another name.", done_by="Administrators of their home agency.")
    def rename_user(self, info: Info, input: RenameUserInput) -> UserResult:  # noqa: A002  the schema's own word
        def act(session: Session, viewer: Viewer) -> UUID:
            return keeping.rename_user(session, viewer, **_which(info, input), display_name=input.display_name)

        return change(info, input, act, answer="UserSaved")

    @changing(
        "Make a link with which somebody takes a new sign-in address and sets a password; sessions and tokens end at"
        " once.",
        done_by="Administrators of their home agency.",
    )
    def change_user_email(self, info: Info, input: ChangeUserEmailInput) -> LinkResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> Any:
            return keeping.change_email(session, viewer, **_which(info, input), email=input.email)

        return make_link(info, input, act, under="set-password")

    @changing(
        "Make a link with which somebody sets a new password; sessions and tokens end at once.",
        done_by="Administrators of their home agency.",
    )
    def issue_password_link(self, info: Info, input: AccountInput) -> LinkResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> Any:
            return keeping.issue_password_link(session, viewer, **_which(info, input))

        return make_link(info, input, act, under="set-password")

    @changing("End access and every session and token at once.", done_by="Administrators of their home agency.")
    def disable_user(self, info: Info, input: AccountInput) -> UserResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return keeping.disable_user(session, viewer, **_which(info, input))

        return change(info, input, act, answer="UserSaved")

    @changing("Open a disabled account again.", done_by="Administrators of its home agency.")
    def enable_user(self, info: Info, input: AccountInput) -> UserResult:  # noqa: A002
        def act(session: Session, viewer: Viewer) -> UUID:
            return keeping.enable_user(session, viewer, **_which(info, input))

        return change(info, input, act, answer="UserSaved")


def _which(info: Any, given: Any) -> dict[str, Any]:
    return as_read(info, given, "User", "user_id")
