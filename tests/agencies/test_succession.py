"""Who took over from whom is known for every trust, and a broken file is refused."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from portal.agencies.reference_files import read_pcts
from portal.agencies.succession import read_successions
from portal.shipped import BrokenFile

HEADING = "code_list,code,successor_code_list,successor_code,successor_name,takes_over_on,share_percent\n"


def test_a_real_trust_is_followed_by_the_groups_that_took_over_most_of_it_first() -> None:
    lincolnshire = read_successions()["ODS", "5N9"]

    assert [each.code for each in lincolnshire] == ["03T", "04D", "99D", "04Q"]
    assert {each.takes_over_on for each in lincolnshire} == {date(2013, 4, 1)}
    assert isinstance(lincolnshire[0].share_percent, Decimal)


def test_each_trust_of_2012_has_somebody_who_takes_over() -> None:
    assert [trust.code for trust, _ in read_pcts() if ("ODS", trust.code) not in read_successions()] == []


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("ODS,5A3,ODS,12A,,2013-04-01,100", "a succession needs"),
        ("ODS,5A3,ODS,12A,A group,April,100", "cannot be read"),
        ("ODS,5A3,ODS,12A,A group,2013-04-01,all", "cannot be read"),
    ],
)
def test_a_broken_file_of_successions_is_refused_with_its_line(tmp_path: Path, row: str, sentence: str) -> None:
    path = tmp_path / "succession.csv"
    path.write_text(HEADING + row + "\n")

    with pytest.raises(BrokenFile, match=f"line 2: .*{sentence}"):
        read_successions(path)
