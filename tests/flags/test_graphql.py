"""Promises about flags through the door."""

from tests.factories.cast import Cast
from tests.factories.flags import raised, shared, taken

READ = """
query Read($id: ID!) {
  flag(by: {id: $id}) {
    __typename id reference state version fact ownWords opinion standpoint thirdPartyNotes told placeDescription urgency
    ageBand { code display } concerns { code } purpose { code } raisedBy { displayName agency { name } role }
    raisedByAgency { name code { list value } kind { code } } partnership { name leadAgency { name } members(first: 10) { totalCount { value } edges { node { name } } } }
    subject { __typename ... on Person { id preferredName ageBand { code } withheld { fieldGroup } } ... on PlaceGroup { description estimatedSize } }
    feedback(first: 5) { edges { cursor node { text engagement givenByAgency { name } } } }
    transitions(first: 5) { edges { node { from to by { displayName } } } totalCount { value more } }
    shares(first: 3) { edges { node { id state toAgency { name } fieldGroups engagement } } }
    decision { outcome rationale withheld { fieldGroup fields because } }
    withheld { fieldGroup fields because clause { number heading } askAgency { name } remedy }
    disclosure { because granted { fieldGroup level } audience { agency { name } role user { displayName } } agreementVersion { number agreement { name } } validTo }
    viewerCanStartTriage viewerCanTriage viewerCanSubmit
  }
}
"""


def test_a_flag_travels_from_the_corner_to_health(cast: Cast) -> None:
    flag = raised(cast)
    import json
    print(json.dumps(cast.ask(cast.rowan, READ, id=flag["id"]), indent=1))
    shared(cast, taken(cast, flag))
    print(json.dumps(cast.ask(cast.sam, READ, id=flag["id"]), indent=1))
    print(json.dumps(cast.ask(cast.rowan, READ, id=flag["id"]), indent=1))
    assert cast.ask(cast.robin, READ, id=flag["id"])["flag"] is None
