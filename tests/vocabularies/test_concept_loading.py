"""What laying the shipped words into a database promises."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.vocabularies.loading import load_concepts, read_concepts
from portal.vocabularies.models import Concept


def test_loading_twice_changes_nothing(owner_session: Session) -> None:
    load_concepts(owner_session)

    assert load_concepts(owner_session) == 0
    stored = set(map(tuple, owner_session.execute(select(Concept.vocabulary, Concept.code, Concept.display))))
    assert {(concept.vocabulary, concept.code, concept.display) for concept in read_concepts()} <= stored


def test_a_shipped_word_replaces_an_older_one_and_a_partnership_s_own_word_stays(owner_session: Session) -> None:
    load_concepts(owner_session)
    alcohol = (Concept.vocabulary == "concern", Concept.code == "ALCOHOL")
    owner_session.execute(update(Concept).where(*alcohol).values(display="Drink"))
    owner_session.add(
        Concept(vocabulary="concern", code="GAMBLING", display="Gambling", position=99, valid_from=date(2026, 1, 1))
    )
    owner_session.flush()

    assert load_concepts(owner_session) == 1
    assert owner_session.scalars(select(Concept.display).where(*alcohol)).one() == "Alcohol"
    assert owner_session.scalars(select(Concept.display).where(Concept.code == "GAMBLING")).one() == "Gambling"
