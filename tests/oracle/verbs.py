"""Who may do what to a flag, told again in plain Python: by whom, and while the flag stands how."""

from collections.abc import Callable
from typing import Any

from portal.access.viewer import Viewer
from tests.oracle.grid import RAISING_ROLES
from tests.oracle.visibility import ANSWERING, ToldFlag, ToldShare, answer, reasons

IMPORTING = {"OFFICER", "SERGEANT"}


def _because(flag: ToldFlag, viewer: Viewer) -> set[str]:
    return {reason for reason, _, _ in reasons(flag, viewer)}


def _triages(flag: ToldFlag, viewer: Viewer) -> bool:
    return "PARTNERSHIP_TRIAGE" in _because(flag, viewer)


def _flagged(flag: ToldFlag, viewer: Viewer) -> bool:
    return str(viewer.role) in RAISING_ROLES and bool(_because(flag, viewer) & {"AUTHOR", "RAISED_BY_US"})


def _flagged_or_triages(flag: ToldFlag, viewer: Viewer) -> bool:
    return _flagged(flag, viewer) or _triages(flag, viewer)


def _triages_or_received(flag: ToldFlag, viewer: Viewer) -> bool:
    received = str(viewer.role) in ANSWERING and bool(_because(flag, viewer) & {"SHARE", "SAFEGUARDING"})
    return _triages(flag, viewer) or received


def _raises(flag: ToldFlag, viewer: Viewer) -> bool:
    return str(viewer.role) in RAISING_ROLES and viewer.agency_id == flag.raising_agency


def _imports(flag: ToldFlag, viewer: Viewer) -> bool:
    same_agency = viewer.agency_id == flag.raising_agency
    return str(viewer.role) in IMPORTING and bool(viewer.team_ids) and same_agency and flag.imported


def _nobody(_flag: ToldFlag, _viewer: Viewer) -> bool:
    """No flag of these worlds was drafted by hand."""
    return False


def _works(_flag: ToldFlag, viewer: Viewer) -> bool:
    return str(viewer.role) in RAISING_ROLES


def _in(*states: str) -> Callable[[ToldFlag], bool]:
    return lambda flag: flag.state in states


def _closable(flag: ToldFlag) -> bool:
    waits = any(not share.answered and not share.expired for share in flag.shares)
    return flag.state == "ESCALATED" or (flag.state == "SHARED" and not waits)


def _asked(flag: ToldFlag) -> bool:
    unanswered = any(question["answer"] is None for question in flag.questions)
    return unanswered and flag.state in {"MORE_INFO_REQUESTED", "IN_TRIAGE"}


def _withdrawable(flag: ToldFlag) -> bool:
    return flag.state in {"SUBMITTED", "IN_TRIAGE"} and not flag.carried


# Each verb by the name the schema gives the question, with who may and while what.
VERBS: dict[str, tuple[Callable[[ToldFlag, Viewer], bool], Callable[[ToldFlag], bool]]] = {
    "viewerCanSubmit": (_raises, _in("DRAFT")),
    "viewerCanDiscardImported": (_imports, _in("DRAFT")),
    "viewerCanEditDraft": (_nobody, _in("DRAFT")),
    "viewerCanStartTriage": (_triages, _in("SUBMITTED")),
    "viewerCanTriage": (_triages, _in("IN_TRIAGE")),
    "viewerCanAskForInformation": (_triages, _in("IN_TRIAGE")),
    "viewerCanMerge": (_triages, _in("IN_TRIAGE")),
    "viewerCanShare": (_triages, _in("IN_TRIAGE", "ESCALATED")),
    "viewerCanEscalate": (_triages, _in("IN_TRIAGE", "SHARED")),
    "viewerCanAnswerInformation": (_flagged, _asked),
    "viewerCanWithdraw": (_flagged, _withdrawable),
    "viewerCanClose": (_triages, _closable),
    "viewerCanReopen": (_flagged_or_triages, _in("NFA", "CLOSED", "EXPIRED")),
    "viewerCanGiveFeedback": (_triages_or_received, lambda flag: flag.state not in {"DRAFT", "WITHDRAWN"}),
    "viewerCanExport": (_works, lambda flag: flag.state != "DRAFT"),
}


def may(flag: ToldFlag, viewer: Viewer) -> dict[str, bool]:
    """What the viewer may do now to a flag they see."""
    return {verb: who(flag, viewer) and when(flag) for verb, (who, when) in VERBS.items()}


def whole_answer(flag: ToldFlag, viewer: Viewer | None) -> dict[str, Any] | None:
    """All that the viewer must be answered about a flag, with what they may do to it."""
    fields = answer(flag, viewer)
    return None if fields is None or viewer is None else fields | may(flag, viewer)


def verdict(flag: ToldFlag, viewer: Viewer | None, verb: str) -> str:
    """What comes of trying a verb on a version that is not the flag's: refused for who tries it, or for the version."""
    if viewer is None or not any(reasons(flag, viewer)):
        return "NotFound"
    who, _ = VERBS[verb]
    return "Conflict" if who(flag, viewer) else "NotPermitted"


def verdict_on_share(flag: ToldFlag, share: ToldShare, viewer: Viewer | None) -> str:
    """What comes of trying to answer a share on a version that is not its own."""
    if viewer is None or not any(reasons(flag, viewer)):
        return "NotFound"
    receives = str(viewer.role) in ANSWERING and viewer.agency_id == share.to_agency
    return "Conflict" if receives else "NotPermitted"
