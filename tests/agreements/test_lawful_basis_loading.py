"""What laying the catalogue of lawful bases into a database promises."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.agreements.lawful_bases import basis_that_follows, load_lawful_bases, read_rules
from portal.agreements.models import LawfulBasis, PurposeBasis


def test_loading_twice_changes_nothing(owner_session: Session) -> None:
    load_lawful_bases(owner_session)

    assert load_lawful_bases(owner_session) == 0
    assert (
        owner_session.scalars(select(LawfulBasis.in_force_from).where(LawfulBasis.code.endswith("S16LA"))).one() is None
    )


def test_the_stored_rules_give_the_same_basis_as_the_shipped_ones(owner_session: Session) -> None:
    load_lawful_bases(owner_session)
    stored = owner_session.scalars(select(PurposeBasis)).all()

    for kind, age in (("NEIGHBOURHOOD_POLICE", "14_15"), ("LOCAL_AUTHORITY", "18_24"), ("GP", "UNKNOWN")):
        question = {"purpose": "EARLY_HELP", "agency_kind": kind, "age_band": age}
        assert basis_that_follows(stored, **question) == basis_that_follows(read_rules(), **question)
