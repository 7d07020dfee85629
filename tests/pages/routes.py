"""Who reaches which address of the site: every route is listed here, or the suite fails and says so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.pages.answers import about_a_group, about_a_person, no_further_action
from tests.pages.canaries import Canaries, Record

Typed = Mapping[str, str | list[str]]

# Open to anybody, and why: each says nothing of any record. The gate has the same list.
PUBLIC = {
    "static": "the stylesheet and the mark",
    "public.about": "what Concord is",
    "public.accessibility": "the accessibility statement",
    "public.help_page": "how to use it",
    "sign_in.sign_in": "the way in",
    "sign_in.sign_in_now": "the way in",
    "sign_in.set_password": "the way in for the first time, by a secret link",
    "sign_in.set_password_now": "the way in for the first time, by a secret link",
    "health.healthz": "for balancers: yes or no",
    "health.readyz": "for balancers: yes or no",
    "graphql.execute": "asks for a token of its own",
}
# For whoever is signed in: about themselves, or about what everybody in the partnership may read.
EVERYBODY = {
    "start.start": "leads to one's first page",
    "agreement.agreement": "the agreement in force",
    "sign_in.choose_membership": "one's own roles",
    "sign_in.choose_membership_now": "one's own roles",
    "sign_in.sign_out": "ends one's own session",
}


@dataclass(frozen=True, kw_only=True)
class List:
    """A page of one's own: for some roles, or for every role; who finds marked records on it, and who none."""

    endpoint: str
    address: str
    finds: tuple[str, ...]
    empty: tuple[str, ...]
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of one record: who gets it, who sees the record but may not do this, and to whom it does not exist."""

    endpoint: str
    address: str
    record: Callable[[Canaries], Record]
    kind: str = "Flag"
    method: str = "GET"
    typed: Typed | None = None
    with_it: tuple[str, ...]
    refused: tuple[str, ...] = ()
    hidden: tuple[str, ...]


LISTS = (
    List(
        endpoint="inbox.inbox",
        address="/inbox",
        finds=("morgan", "jo", "sam", "ines"),
        empty=("priya", "alex"),
        hidden=("rowan", "mel", "robin", "noor", "gail"),
    ),
    List(endpoint="flags.flags", address="/flags", finds=("rowan",), empty=("dana", "ari", "robin", "noor")),
    List(endpoint="drafts.drafts", address="/drafts", finds=("rowan", "dana", "mel"), empty=("ari", "morgan", "noor")),
    List(
        endpoint="raising.raise_flag",
        address="/flags/raise",
        finds=(),
        empty=("rowan", "mel", "morgan", "priya", "sam", "ines", "alex"),
        hidden=("robin", "noor", "gail"),
    ),
)
# An officer of another team, an officer of the same team, a commissioner, an administrator: of the partnership, and
# none of them on this flag. Whoever has the same role in another partnership is tried beside them.
OUTSIDERS = ("ari", "dana", "robin", "noor")
PAGES = (
    Page(
        endpoint="flags.flag",
        address="/flags/{id}",
        record=Canaries.answered,
        with_it=("rowan", "mel", "morgan", "sam"),
        hidden=(*OUTSIDERS, "lee", "priya"),
    ),
    Page(
        endpoint="raising.sent",
        address="/flags/{id}/sent",
        record=Canaries.new,
        with_it=("rowan",),
        hidden=OUTSIDERS,
    ),
    Page(
        endpoint="triage.take",
        method="POST",
        address="/flags/{id}/take",
        record=Canaries.new,
        typed={},
        with_it=("morgan", "jo"),
        refused=("rowan", "mel"),
        hidden=(*OUTSIDERS, "sam"),
    ),
    Page(
        endpoint="triage.decide",
        address="/flags/{id}/triage",
        record=Canaries.taken,
        with_it=("morgan", "jo"),
        hidden=("rowan", "mel", *OUTSIDERS, "sam"),
    ),
    Page(
        endpoint="triage.send_decision",
        method="POST",
        address="/flags/{id}/triage",
        record=Canaries.taken,
        typed=no_further_action(),
        with_it=("morgan", "jo"),
        refused=("rowan", "mel"),
        hidden=(*OUTSIDERS, "sam"),
    ),
    Page(
        endpoint="shares.answer",
        address="/shares/{id}/answer",
        record=Canaries.share,
        kind="Share",
        with_it=("sam", "ines"),
        hidden=("rowan", "morgan", *OUTSIDERS),
    ),
    Page(
        endpoint="shares.send_answer",
        method="POST",
        address="/shares/{id}/answer",
        record=Canaries.share,
        kind="Share",
        typed={"engagement": "ENGAGED", "note": "First appointment kept."},
        with_it=("sam", "ines"),
        refused=("rowan", "mel", "morgan"),
        hidden=OUTSIDERS,
    ),
    Page(
        endpoint="drafts.promote",
        address="/drafts/{id}/promote",
        record=Canaries.draft,
        with_it=("rowan", "dana", "mel"),
        hidden=("ari", "lee", "morgan", "sam", "robin", "noor"),
    ),
    Page(
        endpoint="drafts.send_promotion",
        method="POST",
        address="/drafts/{id}/promote",
        record=Canaries.draft,
        typed=about_a_group(),
        with_it=("rowan", "dana", "mel"),
        hidden=("ari", "morgan", "sam", "robin", "noor"),
    ),
)
# The receipt is read over shoulders: it shows a reference and not what was sent.
NAMES_NOBODY = ("raising.sent",)
# The one form that makes a record of its own; who may send it is who has the page above.
RAISING = ("raising.send_flag", "/flags/raise", about_a_person())


def listed() -> set[str]:
    """Every endpoint that is spoken for."""
    return {*PUBLIC, *EVERYBODY, RAISING[0], *(each.endpoint for each in (*LISTS, *PAGES))}
