"""The document of a version is what its rows say, in whatever order the database gives them."""

import json
from decimal import Decimal
from random import Random
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, make_transient

from portal.errors import NotFound
from portal.plans import models
from portal.plans.document import canonical, leaves, leaves_of, money_hash, read_document
from portal.plans.validators import revalidate
from tests.factories.cast import Cast
from tests.plans.rows import Version, lay, version_of


@pytest.fixture
def laid(owner_session: Session, cast: Cast) -> Version:
    version = version_of(owner_session, cast)
    lay(owner_session, version, version.rows)
    return version


def test_the_same_rows_are_the_same_bytes_whatever_their_order(owner_session: Session, laid: Version) -> None:
    first = canonical(read_document(owner_session, laid.version.id))

    for seed in range(4):
        rows = list(laid.rows)
        for row in sorted(rows, key=lambda row: not isinstance(row, models.PlanScheme), reverse=True):
            owner_session.delete(row)
            owner_session.flush()
        for row in rows:
            make_transient(row)
        Random(seed).shuffle(rows)  # noqa: S311  the same orders in each run
        lay(owner_session, laid, rows)
        assert canonical(read_document(owner_session, laid.version.id)) == first


def test_a_document_holds_every_row_of_its_version(owner_session: Session, laid: Version) -> None:
    document = read_document(owner_session, laid.version.id)

    assert [party.required for party in document.parties] == [True, False, True]
    assert [clause.number for clause in document.clauses] == ["G1", "G2", "G3"]
    assert [[clause.number for clause in scheme.clauses] for scheme in document.schemes] == [
        ["1.1", "1.2"],
        ["2.1", "2.2"],
    ]
    assert [scheme.title for scheme in document.schemes] == ["Scheme 0", "Scheme 1"]
    assert [(need.code, need.name) for need in document.schemes[0].needs] == [
        ("ALCOHOL", "Alcohol"),
        ("DRUGS", "Drugs"),
    ]
    assert {measure.name_code for scheme in document.schemes for measure in scheme.measures} >= {"REACH"}
    assert len(document.schemes[1].contributions) == 12
    assert {share.amount for share in document.schemes[1].contributions} == {"2030.50", "2031.50"}
    assert (len(document.standards), len(document.evidence)) == (3, 4)
    assert all(standard.sentence.endswith(".") for standard in document.standards)
    assert {(evidence.scheme is None) for evidence in document.evidence} == {False}


def test_no_id_of_this_installation_is_in_the_bytes(owner_session: Session, laid: Version, cast: Cast) -> None:
    content = canonical(read_document(owner_session, laid.version.id)).decode()

    agencies = owner_session.scalars(
        select(models.PlanVersionParty.agency_id).where(models.PlanVersionParty.plan_version_id == laid.version.id)
    ).all()
    ids = [laid.plan.id, laid.version.id, cast.settled.partnership_id, *agencies, *cast.settled.memberships.values()]
    ids += [row.id for row in laid.rows if hasattr(row, "id")]
    assert [each for each in ids if str(each) in content] == []


def test_what_the_database_says_counts_and_not_what_a_session_remembers(owner_session: Session, laid: Version) -> None:
    before = read_document(owner_session, laid.version.id)
    owner_session.execute(
        text("update plan_clause set text = 'Other words.' where key = :key"), {"key": before.clauses[0].key}
    )

    after = read_document(owner_session, laid.version.id)
    assert after.clauses[0].text == "Other words."
    names = {leaf.name for leaf in {*leaves(before)} ^ {*leaves(after)}}
    assert names == {"clause G1"}


def test_leaves_of_the_bytes_are_those_of_the_rows(owner_session: Session, laid: Version) -> None:
    document = read_document(owner_session, laid.version.id)

    assert leaves_of(json.loads(canonical(document))) == leaves(document)


def test_two_schemes_with_the_same_money_have_the_same_hash_of_it(owner_session: Session, laid: Version) -> None:
    document = read_document(owner_session, laid.version.id)

    assert len({money_hash(scheme.contributions) for scheme in document.schemes}) == 1


def test_a_version_that_is_not_there_cannot_be_read(owner_session: Session) -> None:
    with pytest.raises(NotFound):
        read_document(owner_session, uuid4())


def test_problems_are_kept_with_the_version_and_go_when_they_are_settled(owner_session: Session, laid: Version) -> None:
    found = revalidate(owner_session, laid.version)

    # The third party pays and does not have to sign.
    assert {problem.code for problem in found} == {models.PlanProblemCode.FUNDER_NOT_PARTY}
    assert kept(owner_session, laid) == [(problem.code, problem.scheme_key, problem.message) for problem in found]
    owner_session.execute(
        delete(models.PlanContribution).where(
            models.PlanContribution.plan_version_id == laid.version.id,
            models.PlanContribution.agency_id == found[0].agency_id,
        )
    )
    assert revalidate(owner_session, laid.version) == ()
    assert kept(owner_session, laid) == []


def test_judging_a_version_again_that_did_not_change_writes_nothing(owner_session: Session, laid: Version) -> None:
    revalidate(owner_session, laid.version)
    ids = select(models.PlanProblem.id).where(models.PlanProblem.plan_version_id == laid.version.id)
    before = set(owner_session.scalars(ids))

    revalidate(owner_session, laid.version)
    assert before
    assert set(owner_session.scalars(ids)) == before


def test_an_amount_is_exact_to_the_penny_after_the_database_kept_it(owner_session: Session, laid: Version) -> None:
    share = next(row for row in laid.rows if isinstance(row, models.PlanContribution))
    share.amount = Decimal("999999999999.99")

    document = read_document(owner_session, laid.version.id)
    amounts = {each.amount for scheme in document.schemes for each in scheme.contributions if each.key == share.key}
    assert amounts == {"999999999999.99"}


def kept(session: Session, laid: Version) -> list[tuple[object, ...]]:
    rows = session.execute(
        select(models.PlanProblem.code, models.PlanProblem.scheme_key, models.PlanProblem.message)
        .where(models.PlanProblem.plan_version_id == laid.version.id)
        .order_by(models.PlanProblem.position)
    )
    return [tuple(row) for row in rows]
