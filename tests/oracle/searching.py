"""What a search finds, held against the oracle: each filter of the list of flags, and that it tells nothing hidden."""

from collections.abc import Callable

from portal.access.viewer import Viewer
from tests.oracle.grid import reaches
from tests.oracle.realm import Realm
from tests.oracle.visibility import ToldFlag, held, reasons

Found = Callable[[ToldFlag, Viewer], bool]


def _reads(flag: ToldFlag, viewer: Viewer, group: str, level: str) -> bool:
    levels = held(flag, viewer)
    return levels is not None and reaches(levels[group], level)


def _in_states(*states: str) -> Found:
    return lambda flag, _viewer: flag.state in states


def _of_urgencies(*urgencies: str) -> Found:
    return lambda flag, viewer: flag.values["urgency"] in urgencies and _reads(flag, viewer, "FLAG_FACTS", "CODED")


def _with_concerns(*codes: str) -> Found:
    def found(flag: ToldFlag, viewer: Viewer) -> bool:
        said = {concern["code"] for concern in flag.values["concerns"]}
        return bool(said & set(codes)) and _reads(flag, viewer, "FLAG_FACTS", "CODED")

    return found


def _because(*which: str) -> Found:
    return lambda flag, viewer: any(reason in which for reason, _, _ in reasons(flag, viewer))


def _raised_by_me(flag: ToldFlag, viewer: Viewer) -> bool:
    as_author = (viewer.user_id, viewer.agency_id) == (flag.author, flag.raising_agency)
    return as_author and flag.state != "DRAFT"


def _taken(flag: ToldFlag, viewer: Viewer) -> bool:
    return flag.values["triagedBy"] is not None and _reads(flag, viewer, "TRIAGE", "CODED")


def _free(flag: ToldFlag, viewer: Viewer) -> bool:
    return flag.values["triagedBy"] is None and _reads(flag, viewer, "TRIAGE", "CODED")


def _urgent_and_raised(flag: ToldFlag, viewer: Viewer) -> bool:
    return _in_states("SUBMITTED", "IN_TRIAGE")(flag, viewer) and _of_urgencies("URGENT", "IMMEDIATE")(flag, viewer)


# Each filter as it is written, with what it must find among the flags a viewer sees.
SEARCHES: dict[str, Found] = {
    "states: [SUBMITTED, IN_TRIAGE]": _in_states("SUBMITTED", "IN_TRIAGE"),
    "states: [SHARED, ESCALATED, CLOSED, EXPIRED]": _in_states("SHARED", "ESCALATED", "CLOSED", "EXPIRED"),
    "states: [DRAFT, NFA, MERGED, WITHDRAWN]": _in_states("DRAFT", "NFA", "MERGED", "WITHDRAWN"),
    "urgencies: [URGENT, IMMEDIATE]": _of_urgencies("URGENT", "IMMEDIATE"),
    "urgencies: [ROUTINE]": _of_urgencies("ROUTINE"),
    'concernCodes: ["ALCOHOL", "SELF_HARM"]': _with_concerns("ALCOHOL", "SELF_HARM"),
    "urgencies: [URGENT, IMMEDIATE], states: [SUBMITTED, IN_TRIAGE]": _urgent_and_raised,
    "heldBy: SOMEBODY": _taken,
    "heldBy: NOBODY": _free,
    "queue: SHARED_WITH_US": _because("SHARE", "SAFEGUARDING"),
    "queue: RAISED_BY_ME": _raised_by_me,
}


def hold_searches(realm: Realm, *, filters: int) -> None:
    """Search as everybody: by that many filters, the same for all so that one plan serves many."""
    chosen = realm.rng.sample(sorted(SEARCHES), filters)
    # A few in one request, which has its limits.
    for begin in range(0, filters, 3):
        _hold_some(realm, chosen[begin : begin + 3])


def _hold_some(realm: Realm, chosen: list[str]) -> None:
    fields = " ".join(
        f"s{place}: flags(first: 100, filter: {{{each}}}) {{ totalCount {{ value }} edges {{ node {{ id }} }} }}"
        for place, each in enumerate(chosen)
    )
    for name, viewer in realm.viewers:
        answer, seen = realm.ask(viewer, f"{{ {fields} }}"), realm.seen(viewer)
        for place, each in enumerate(chosen):
            told = {flag.id for flag in seen if viewer is not None and SEARCHES[each](flag, viewer)}
            found = answer[f"s{place}"]
            ids = [edge["node"]["id"] for edge in found["edges"]]
            # Whether each flag there is stands on the list is one case.
            realm.hold(
                "graphql",
                "search",
                f"{name} {each}",
                {flag.id: ids.count(flag.id) for flag in realm.flags},
                {flag.id: int(flag.id in told) for flag in realm.flags},
            )
            realm.hold("graphql", "count", f"{name} {each}", found["totalCount"]["value"], len(told))
