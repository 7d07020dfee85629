"""What the door answers when somebody reads, held against the oracle: lists, single records, people, the hidden."""

from itertools import cycle, islice

from portal.access.viewer import Viewer
from tests.oracle.compare import EVERYTHING, FIELDS, PLAIN, by_operation
from tests.oracle.realm import Realm
from tests.oracle.verbs import whole_answer
from tests.oracle.visibility import granted, held, sees_person

# As much at a time as one request may ask. Texts never change, so a plan made for one viewer serves the next.
LIST = """query($after: String) {
  flags(first: 40, after: $after) {
    totalCount { value } pageInfo { hasNextPage endCursor } edges { node { %s } }
  }
}"""
WHOLE, FLAT, EMPTY = (LIST % fields for fields in (EVERYTHING, PLAIN, "id"))
PERSON = f"""query($id: ID!) {{
  node(id: $id) {{ ... on Person {{ preferredName {FIELDS["disclosure"]} {FIELDS["withheld"]} }} }}
}}"""
HIDDEN = """query($flag: ID!, $node: ID!, $person: ID!) {
  flag(by: {id: $flag}) { id fact } node(id: $node) { id } person: node(id: $person) { id }
}"""
# How many records each viewer asks for by id, and how often for what is hidden.
SOME, HIDDEN_SOME = 3, 3


def hold_reads(realm: Realm, *, deep: float) -> None:
    """Ask as everybody, in every way there is to read; as that part of the roles also what hangs under a flag."""
    chosen = realm.rng.sample(sorted(FIELDS), 4)
    roles = sorted({_role(viewer) for _, viewer in realm.viewers})
    deeply = set(realm.rng.sample(roles, round(len(roles) * deep)))
    for name, viewer in realm.viewers:
        _hold_list(realm, name, viewer, WHOLE if _role(viewer) in deeply else FLAT)
        _hold_get_and_node(realm, name, viewer, chosen)
        _hold_person(realm, name, viewer)
        _hold_hidden(realm, name, viewer)


def _role(viewer: Viewer | None) -> tuple[str, str]:
    """Who share plans."""
    return ("", "") if viewer is None else (viewer.agency_kind, str(viewer.role))


def _hold_list(realm: Realm, name: str, viewer: Viewer | None, document: str) -> None:
    """Every list holds exactly what the viewer may see, once, field by field."""
    told = {flag.id: whole_answer(flag, viewer) for flag in realm.seen(viewer)}
    edges, more, after = [], True, None
    while more:
        # Whoever must see nothing needs no fields to show it.
        page = realm.ask(viewer, document if told else EMPTY, after=after)["flags"]
        edges += page["edges"]
        more, after = page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    found = {edge["node"]["id"]: edge["node"] for edge in edges}
    realm.hold("graphql", "list", name, [len(edges), sorted(found)], [len(told), sorted(told)])
    realm.hold("graphql", "count", name, page["totalCount"]["value"], len(told))
    for flag_id in found.keys() & told.keys():
        must = told[flag_id]
        assert must is not None
        asked = found[flag_id]
        parts = by_operation(asked, read="list")
        must_parts = by_operation({name: must[name] for name in asked}, read="list")
        for operation, part in parts.items():
            realm.hold("graphql", operation, f"{name} {must['state']}", part, must_parts[operation])


def _hold_get_and_node(realm: Realm, name: str, viewer: Viewer | None, chosen: list[str]) -> None:
    """Any few fields of one flag are answered as in the list, whatever their response names."""
    aliases = {f"n{place}": each for place, each in enumerate(chosen)}
    some = "{ " + " ".join(f"{alias}: {FIELDS[each]}" for alias, each in aliases.items()) + " }"
    document = f"query($id: ID!) {{ get: flag(by: {{id: $id}}) {some} node(id: $id) {{ ... on Flag {some} }} }}"
    seen = realm.seen(viewer)
    for flag in realm.rng.sample(seen, min(SOME, len(seen))):
        got, told = realm.ask(viewer, document, id=flag.id), whole_answer(flag, viewer)
        assert told is not None
        for way in ("get", "node"):
            found = {aliases[alias]: value for alias, value in (got[way] or {}).items()}
            realm.hold("graphql", way, f"{name} {flag.state}", found, {each: told[each] for each in chosen})


def _hold_person(realm: Realm, name: str, viewer: Viewer | None) -> None:
    """A person is seen with their flag, at the same levels and for the same reasons."""
    seen = [flag for flag in realm.flags if sees_person(flag, viewer)]
    for flag in realm.rng.sample(seen, min(SOME, len(seen))):
        found = realm.ask(viewer, PERSON, id=flag.person_id)
        told = whole_answer(flag, viewer)
        levels = held(flag, viewer, of_person=True)
        assert told is not None
        assert levels is not None
        subject = {each: told["subject"][each] for each in ("preferredName", "withheld")}
        disclosure = told["disclosure"] | {"granted": granted(levels)}
        realm.hold("graphql", "person", name, found["node"], subject | {"disclosure": disclosure})


def _hold_hidden(realm: Realm, name: str, viewer: Viewer | None) -> None:
    """What a viewer may not see is null, whichever way it is asked for."""
    unseen = [flag.id for flag in realm.flags if held(flag, viewer) is None]
    people = [flag.person_id for flag in realm.flags if flag.person_id and not sees_person(flag, viewer)]
    if not unseen or not people:
        return
    asked = [realm.rng.sample(each, len(each)) for each in (unseen, unseen, people)]
    for flag, node, person in islice(zip(*map(cycle, asked), strict=True), HIDDEN_SOME):
        got = realm.ask(viewer, HIDDEN, flag=flag, node=node, person=person)
        realm.hold("graphql", "hidden", name, got, dict.fromkeys(got))
