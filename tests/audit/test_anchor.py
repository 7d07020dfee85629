"""Each week a signed checkpoint leaves for every guardian, and whoever kept one can hold the log to it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from portal.attestation import NotANote, read_note, read_public_key
from portal.audit.checkpoints import kept, read_anchor
from portal.audit.each_second import catch_up
from portal.audit.sealing import sealing_key
from portal.db import now
from portal.notifications.tasks import MailDesk
from portal.operations.embedded import EmbeddedServer
from portal.oversight.anchoring import anchor, tasks
from portal.post import Folder
from tests.audit.log import FOREIGN_KEY, KEY
from tests.conftest import SECRET
from tests.factories.cast import Cast, settle_cast
from tests.factories.flags import raised
from tests.factories.jobs import work_off
from tests.factories.scratch import Scratch, scratch
from wsgi import concord


@pytest.fixture
def made(server: EmbeddedServer, template: str) -> Iterator[Scratch]:
    with scratch(server, template) as found:
        yield found


@pytest.fixture
def cast(made: Scratch) -> Cast:
    found = settle_cast(made.owner, made.door)
    raised(found)
    return found


@pytest.fixture
def desk(tmp_path: Path) -> MailDesk:
    return MailDesk(Folder(tmp_path / "mail"), sender="concord@partners.example", public_url="https://concord.example")


def anchored(made: Scratch, moment: datetime | None = None, *, by_mail: bool = True) -> int | None:
    with made.worker.transaction() as session:
        return anchor(session, KEY, moment=moment or now(), by_mail=by_mail)


def newest(made: Scratch) -> bytes:
    with made.worker.transaction() as session:
        found = kept(session)
    assert found is not None
    return found[0].encode()


def run(made: Scratch, folder: Path, *words: str, secret: str = SECRET) -> Result:
    told = {
        "PORTAL_DEMO": "1",
        "PORTAL_DATA_DIR": str(folder),
        "PORTAL_SECRET_KEY": secret,
        "PORTAL_DATABASE_URL": made.urls.web,
        "PORTAL_OWNER_DATABASE_URL": made.urls.owner,
        "PORTAL_WORKER_DATABASE_URL": made.urls.worker,
    }
    return CliRunner().invoke(concord, words, env=told)


def test_the_first_checkpoint_follows_the_first_seal_and_then_one_each_week_with_anything_new(
    made: Scratch, cast: Cast
) -> None:
    start = now()
    assert anchored(made, start) is None
    catch_up(made.worker, KEY)
    assert anchored(made, start) == 1
    raised(cast)
    catch_up(made.worker, KEY)
    assert anchored(made, start + timedelta(days=6, hours=23)) is None
    assert anchored(made, start + timedelta(days=7)) == 2
    assert anchored(made, start + timedelta(days=30)) is None


def test_every_guardian_in_force_is_mailed_the_checkpoint_itself_and_nobody_else_is(
    made: Scratch, cast: Cast, desk: MailDesk, tmp_path: Path
) -> None:
    with made.owner.transaction() as session:
        session.execute(
            text("update membership set active_to = current_date - 1 where id = :id"), {"id": cast.gail.membership_id}
        )
    catch_up(made.worker, KEY)
    assert anchored(made) == 1
    work_off(made.urls.worker, [("audit", tasks(made.worker, KEY, desk))])
    mails = [path.read_bytes() for path in sorted((tmp_path / "mail").iterdir())]
    said = [mail.decode() for mail in mails]
    assert len(said) == 4
    for name in ("ash", "harper", "indra", "wren"):
        assert len([mail for mail in said if f"To: {cast.email(name)}" in mail]) == 1
    for mail in mails:
        assert read_anchor(mail) == read_anchor(newest(made))
        assert str(KEY.public) in mail.decode()
    names = [viewer.display_name for viewer in cast.viewers.values()]
    assert not [name for name in names for mail in said if name in mail.partition("\n\n")[2]]


def test_a_server_that_sends_no_mail_puts_off_none(made: Scratch, cast: Cast) -> None:
    assert cast
    catch_up(made.worker, KEY)
    assert anchored(made, by_mail=False) == 1
    with made.owner.transaction() as session:
        assert session.scalar(text("select count(*) from procrastinate_jobs where task_name like 'audit:%'")) == 0


def test_the_worker_looks_often_and_never_piles_up(made: Scratch) -> None:
    [periodic] = tasks(made.worker, KEY).periodic_registry.periodic_tasks.values()
    assert (periodic.cron, periodic.task.name) == ("*/5 * * * *", "anchor")
    assert periodic.task.queueing_lock == "audit:anchor"


def test_a_checkpoint_is_a_signed_note_and_says_nothing_but_number_hash_and_time(made: Scratch, cast: Cast) -> None:
    assert cast
    catch_up(made.worker, KEY)
    anchored(made)
    note = newest(made).decode()
    said, (name, key_id, signature) = read_note(note)
    assert (name, key_id) == (KEY.public.name, KEY.public.key_id)
    assert KEY.public.verifies(signature, said.encode())
    assert not FOREIGN_KEY.public.verifies(signature, said.encode())
    assert [line.split(" ")[0] for line in said.splitlines()] == ["concord", "seal", "chain", "made"]
    kept_anew = read_anchor(note.replace("\n", "\r\n").encode())
    assert kept_anew == read_anchor(note.encode())


@pytest.mark.parametrize(
    "content", [b"", b"nothing", b"concord audit checkpoint\nseal 1\n", b"\xff\xfe", b"Subject: x\n\ny"]
)
def test_what_is_no_checkpoint_is_no_anchor(content: bytes) -> None:
    with pytest.raises(NotANote):
        read_anchor(content)


@pytest.mark.parametrize("written", ["", "a+b", "concord-audit+00000000+AA==", "x+y+!!!"])
def test_what_is_no_key_is_not_taken_for_one(written: str) -> None:
    with pytest.raises(NotANote):
        read_public_key(written)
    assert read_public_key(f" {KEY.public}\n") == KEY.public


def test_each_purpose_has_a_key_of_its_own() -> None:
    assert sealing_key(SECRET).public == KEY.public
    assert sealing_key("another").public != KEY.public


def test_the_command_says_that_all_holds_and_what_an_anchor_is_for(made: Scratch, cast: Cast, tmp_path: Path) -> None:
    assert cast
    catch_up(made.worker, KEY)
    without = run(made, tmp_path, "verify-audit")
    assert (without.exit_code, "broken" in without.output, "No anchor was given" in without.output) == (0, False, True)
    none = run(made, tmp_path, "audit-checkpoint")
    assert (none.exit_code, none.stdout) == (1, "")
    anchored(made)
    printed = run(made, tmp_path, "audit-checkpoint")
    assert printed.stdout.encode() == newest(made)
    file = tmp_path / "anchor"
    file.write_text(printed.stdout)
    held = run(made, tmp_path, "verify-audit", "--anchor", str(file))
    assert (held.exit_code, "broken" in held.output, "No anchor was given" in held.output) == (0, False, False)


def test_the_command_fails_on_a_cut_end_and_names_the_seal(made: Scratch, cast: Cast, tmp_path: Path) -> None:
    assert cast
    catch_up(made.worker, KEY)
    anchored(made)
    file = tmp_path / "anchor"
    file.write_bytes(newest(made))
    with made.owner.transaction() as session:
        for table in ("audit_checkpoint", "audit_leaf", "audit_seal", "audit_subject", "audit_event"):
            session.execute(text(f"alter table {table} disable trigger append_only"))
            session.execute(text(f"delete from {table}"))
            session.execute(text(f"alter table {table} enable trigger append_only"))
    result = run(made, tmp_path, "verify-audit", "--anchor", str(file))
    assert result.exit_code == 1
    assert "  Seal 1, which the anchor holds, is gone: the end of the log was cut off." in result.output.splitlines()


def test_after_the_secret_changed_the_former_key_verifies_what_it_signed(
    made: Scratch, cast: Cast, tmp_path: Path
) -> None:
    assert cast
    catch_up(made.worker, KEY)
    anchored(made)
    secret = "another secret that is long enough to be one"
    alone = run(made, tmp_path, "verify-audit", secret=secret)
    assert alone.exit_code == 1
    assert "Seal 1 was not signed by this installation." in alone.output
    both = run(made, tmp_path, "verify-audit", "--former-key", str(KEY.public), secret=secret)
    assert both.exit_code == 0
    wrong = run(made, tmp_path, "verify-audit", "--former-key", "nonsense", secret=secret)
    assert (wrong.exit_code, wrong.output.count("\n")) == (1, 1)
