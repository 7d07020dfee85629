"""A log that was begun before there were seals is sealed whole, and names nobody any more; and all of it goes back."""

from sqlalchemy import create_engine, make_url, text

from portal.audit.each_second import catch_up
from portal.operations.embedded import DatabaseUrls, EmbeddedServer
from portal.operations.upgrade import migrate
from portal.operations.verify_audit import verify
from tests.access.scene import set_scene
from tests.audit.log import KEY
from tests.factories.scratch import scratch

BEFORE = "0014"
SUBJECTS = "select audit_event_id, root_id, field_groups from audit_subject order by 1, 2, 3"
HATS = """
select count(*) from audit_event e left join membership m on m.id = e.membership_id
 where (e.agency_id, e.role) is distinct from (m.agency_id, m.role)
"""


def _to(urls: DatabaseUrls, revision: str) -> None:
    web, worker = (str(make_url(url).username) for url in (urls.web, urls.worker))
    engine = create_engine(urls.owner)
    migrate(engine, web_role=web, worker_role=worker, to=revision)
    engine.dispose()


def test_a_log_without_seals_is_given_pseudonyms_and_sealed(server: EmbeddedServer, template: str) -> None:
    with scratch(server, template) as made:
        scene = set_scene(made.owner, made.wall, made.door)
        _to(made.urls, BEFORE)
        with made.owner.transaction() as session:
            before = session.execute(text(SUBJECTS)).all()
            roots = set(session.scalars(text("select id from root")))
        assert {scene.flag_id, scene.group_flag_id} <= {row.root_id for row in before} & roots
        _to(made.urls, "head")
        with made.owner.transaction() as session:
            after = session.execute(text("select audit_event_id, pseudonym, root_id from audit_subject")).all()
            lines = session.scalar(text("select count(*) from audit_event"))
            assert session.scalar(text(HATS)) == 0
        assert len(after) == len(before)
        assert not {row.pseudonym for row in after} & {row.root_id for row in before}
        assert {row.root_id for row in after} == {None}
        assert catch_up(made.worker, KEY) == lines
        assert [found.promise for found in verify(made.owner, keys=[KEY.public]) if found.broken] == []
        _to(made.urls, BEFORE)
        with made.owner.transaction() as session:
            assert session.execute(text(SUBJECTS)).all() == before
