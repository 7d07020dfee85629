"""However long the audit is, a page of it reads about a page: rows are counted as PostgreSQL read them, not a clock."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import text

from portal.access.viewer import Viewer
from portal.operations.embedded import EmbeddedServer
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import raised
from tests.factories.scratch import scratch
from tests.oversight.asking import EVENTS, EVER, RECORD
from tests.selection.test_statements import AUDIT, SETTINGS, counted

PAGE = 51
# A page of lines from either side, each looked up again, and as many passed over on the way; far below the whole.
MOST = 1200
FLAGS, LONG, SHORT = 20, 200_000, 8_000
# In a long audit, a page of what is one line in so many may be looked for among as many lines as hold it, twice over.
# A prime number, so that everybody took some.
COPIES = 397
RARE = 2 * PAGE * COPIES
# Every 20th line is of a list of fifty records; some took a copy, and nobody ever shared.
LINES = """
with who as (select row_number() over (order by id) - 1 as n, id, user_id from membership)
insert into audit_event (at, action, operation, outcome, user_id, membership_id, request_id)
select now() - interval '200 days' + g * (interval '200 days' / :number),
       case when g % :copies = 0 then 'EXPORT' when g % 50 = 0 then 'DENY' when g % 7 = 0 then 'WRITE' else 'READ' end,
       'flag', 'DONE', w.user_id, w.id, gen_random_uuid()
  from generate_series(1, :number) g join who w on w.n = (g * 7919) % (select count(*) from who) order by g
"""
SUBJECTS = """
with record as (select row_number() over (order by root_id) - 1 as n, pseudonym from audit_subject_key)
insert into audit_subject (audit_event_id, pseudonym, field_groups)
select e.id, r.pseudonym, 7 from audit_event e
 cross join lateral generate_series(0, case when e.id % 20 = 0 then 49 else 1 end) i
  join record r on r.n = (e.id * 31 + i) % (select count(*) from record)
on conflict do nothing
"""
CALL = (
    "select count(*) from audit_lines({actions}, null, {since}, {before}, {person}, {record}, {beyond}, {backward},"
    f" {PAGE}, 10)"
)
READ = "select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)::int from pg_stat_xact_user_tables where relname = :name"
PAGES = {
    "the newest": {},
    "far in": {},
    "the oldest": {"backward": "true"},
    "a week long ago": {"since": "now() - interval '150 days'", "before": "now() - interval '143 days'"},
    "copies": {"actions": "array['EXPORT']"},
    "what was never done": {"actions": "array['SHARE']"},
}


@pytest.fixture(scope="module")
def long_audit(server: EmbeddedServer, template: str, much: Callable[[int, int], int]) -> Iterator[Cast]:
    """A partnership with a long audit, in a database of its own."""
    with scratch(server, template) as made:
        cast = settle_cast(made.owner, made.door)
        for _ in range(FLAGS):
            raised(cast)
        with made.owner.engine.begin() as connection:
            connection.execute(text("set local statement_timeout = 0"))
            connection.execute(text(LINES), {"number": much(SHORT, LONG), "copies": COPIES})
            connection.execute(text(SUBJECTS))
        with made.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("analyze"))
        yield cast


def rows_read(cast: Cast, viewer: Viewer, **asked: str) -> int:
    """How many rows of the lines and of their index were read for a page."""
    given = dict.fromkeys(("actions", "before", "person", "record", "beyond"), "null")
    given |= {"since": "now() - interval '400 days'", "backward": "false"} | asked
    with cast.door.wall.acting_as(viewer) as session:

        def read() -> int:
            return sum(
                session.execute(text(READ), {"name": name}).scalar_one()
                for name in ("audit_event", "audit_event_agency")
            )

        before = read()
        session.execute(text(CALL.format(**given)))
        return read() - before


def middle(cast: Cast) -> str:
    """The number of a line in the middle."""
    with cast.truth() as session:
        return str(session.scalar(text("select max(id) / 2 from audit_event")))


@pytest.mark.parametrize("who", ["gail", "harper"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_reads_about_a_page(long_audit: Cast, who: str, page: str, much: Callable[[int, int], int]) -> None:
    asked = PAGES[page] | ({"beyond": middle(long_audit)} if page == "far in" else {})
    most = much(MOST, RARE) if page == "copies" else MOST
    assert rows_read(long_audit, long_audit.viewers[who], **asked) < most


@pytest.mark.parametrize(("who", "person"), [("gail", "rowan"), ("harper", "morgan")])
def test_one_person_s_page_reads_about_a_page(long_audit: Cast, who: str, person: str) -> None:
    named = f"'{long_audit.viewers[person].user_id}'"
    assert rows_read(long_audit, long_audit.viewers[who], person=named) < MOST


def test_searching_is_one_statement_with_one_line_or_a_hundred(long_audit: Cast) -> None:
    for first in (1, 100):
        with counted(long_audit.door.wall.database) as sent:
            long_audit.ask(long_audit.gail, EVENTS, filter=EVER, first=first)
        assert len(sent) == SETTINGS + 1 + AUDIT, sent
    with long_audit.truth() as session:
        reference = session.scalar(text("select reference from flag limit 1"))
    with counted(long_audit.door.wall.database) as sent:
        long_audit.ask(long_audit.gail, RECORD, by={"reference": reference})
    assert len(sent) == SETTINGS + 1 + AUDIT, sent
