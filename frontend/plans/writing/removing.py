"""Decides how a part of a draft is taken out: asked once more, and gone however often it is sent."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort
from werkzeug.wrappers import Response as AnyResponse

from frontend.documents import Document
from frontend.forms import Form
from frontend.kept import typed_form
from frontend.page import show
from frontend.plans import telling
from frontend.plans.writing.answering import Change, keep, make
from frontend.plans.writing.editing import edit_address, elsewhere

Record = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Removal:
    """One kind of part: how its draft is read and the part found in it by its key, the change, and the page that asks.

    The page knows the part by `name`.
    """

    name: str
    title: str
    page: str
    mutation: Document
    read: Callable[[str], Record]
    find: Callable[[Record, str], Record | None]

    def ask(self, plan_id: str, key: str) -> AnyResponse:
        """Ask once more before the part goes."""
        data = self.read(plan_id)
        if not data["version"]["viewerCanEdit"]:
            return elsewhere(plan_id)
        if self.find(data, key) is None:
            abort(404)
        return self._shown(data, Form(), key)

    def do(self, plan_id: str, key: str) -> AnyResponse:
        """Take the part out; one that is out already is as gone as it can be."""
        form, data = typed_form(), self.read(plan_id)
        if self.find(data, key) is None:
            return elsewhere(plan_id)
        given = {"id": form.text("record_id"), "expectedVersion": form.version()}
        return make(
            form,
            Change(mutation=self.mutation, given=given),
            then=lambda _: edit_address(plan_id),
            again=lambda status: self._shown(self.read(plan_id), form, key, status=status),
        )

    def _shown(self, data: Record, form: Form, key: str, *, status: int = 200) -> AnyResponse:
        found = self.find(data, key)
        if not data["version"]["viewerCanEdit"] or found is None:
            return keep(data, form, {}, title=self.title, status=status)
        return show(self.page, data, status=status, form=form, telling=telling, **{self.name: found})
