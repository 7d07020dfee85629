"""Drafts are found at the place of another flag only by who reads that place."""

from sqlalchemy import text

from portal.access.field_groups import FieldGroup, Level, pack
from tests.factories.cast import Cast
from tests.factories.flags import imported, raised
from tests.factories.life import uncovered

PLACES = """query($id: ID!) {
  importedPlaces(filter: {samePlaceAs: $id}) { totalCount { value } edges { node { description } } }
  importedSquares(filter: {samePlaceAs: $id}) { drafts }
}"""
OPEN = """
insert into disclosure (root_kind, root_id, audience_id, levels, sort_at, because, agreement_version_id, column_code,
                        granted_by_membership_id, valid_from)
select d.root_kind, d.root_id, a.id, :levels, d.sort_at, d.because, d.agreement_version_id, d.column_code,
       d.granted_by_membership_id, d.valid_from
  from disclosure d, audience a where d.root_id = :flag and a.id = any(:audiences) order by d.id, a.id limit 1
"""
NOTHING = {"importedPlaces": {"totalCount": {"value": 0}, "edges": []}, "importedSquares": []}


def test_a_place_that_is_withheld_finds_nothing_and_one_that_is_read_finds_its_drafts(cast: Cast) -> None:
    draft = imported(cast)
    found = cast.ask(cast.rowan, PLACES, id=draft["id"])["importedPlaces"]
    assert found["edges"] == [{"node": {"description": "On or near Wilson Drive"}}]
    there = raised(cast, by=cast.ari, place={"description": "On or near Wilson Drive"})
    assert cast.ask(cast.rowan, PLACES, id=there["id"]) == NOTHING
    for level, seen in ((Level.CODED, 0), (Level.FULL, 1)):
        with cast.owner.transaction() as session:
            given = {"levels": pack({FieldGroup.FLAG_FACTS: level}), "flag": uncovered(cast, there)}
            session.execute(text(OPEN), given | {"audiences": list(cast.rowan.audience_ids)})
        shown = cast.ask(cast.rowan, "query($id: ID!) { flag(by: {id: $id}) { placeDescription } }", id=there["id"])
        assert shown["flag"] == {"placeDescription": "On or near Wilson Drive" if seen else None}
        assert cast.ask(cast.rowan, PLACES, id=there["id"])["importedPlaces"]["totalCount"] == {"value": seen}
