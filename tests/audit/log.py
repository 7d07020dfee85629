"""A sealed log of some length, open to whoever owns the database and takes its guards away first."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.access.viewer import Viewer
from portal.attestation import SigningKey
from portal.audit.checkpoints import Anchor, checkpoint, kept, read_anchor
from portal.audit.each_second import catch_up
from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.audit.sealing import sealing_key
from portal.db import now
from portal.operations.embedded import EmbeddedServer
from portal.operations.verify_seals import Found, faults
from tests.access.scene import Scene, set_scene
from tests.conftest import SECRET
from tests.factories.scratch import Scratch, scratch

KEY = sealing_key(SECRET)
# What whoever has only the database signs with.
FOREIGN_KEY = sealing_key("a secret that somebody else made up")
SEALS = 9
CHECKPOINT_AFTER = 5
# The owner may do all of this; PostgreSQL refuses none of it.
UNGUARD = """
alter table audit_event disable trigger user;
alter table audit_subject disable trigger user;
alter table audit_seal disable trigger user;
alter table audit_leaf disable trigger user;
alter table audit_checkpoint disable trigger user;
alter table audit_subject_key disable trigger user;
alter table audit_leaf drop constraint fk_audit_leaf_audit_event_id, drop constraint fk_audit_leaf_seal_number;
alter table audit_subject drop constraint fk_audit_subject_audit_event_id;
alter table audit_checkpoint drop constraint fk_audit_checkpoint_seal_number;
alter table audit_subject_key drop constraint uq_audit_subject_key_pseudonym;
alter table audit_seal drop constraint uq_audit_seal_previous_hash, drop constraint uq_audit_seal_chain_hash;
"""


@dataclass(frozen=True, kw_only=True)
class Log:
    """A log in a database of its own, its guards taken away: what stands in it, and what was kept outside."""

    made: Scratch
    lines: dict[int, list[int]]
    roots: Sequence[UUID]
    anchor: Anchor

    def faults(self, session: Session, *, anchored: bool = True) -> list[Found]:
        """What verification finds in a transaction that is not committed."""
        return list(
            faults(session, keys=[KEY.public], anchor=self.anchor if anchored else None, moment=now()),
        )

    @contextmanager
    def taken_back(self) -> Iterator[Session]:
        """A transaction of the owner that leaves nothing."""
        with Session(self.made.owner.engine) as session:
            yield session
            session.rollback()


def written(scene: Scene, viewers: Sequence[Viewer], roots: Sequence[UUID], *, rng: Random) -> None:
    """One line by one of some viewers, about some roots."""
    viewer = rng.choice(viewers)
    with scene.wall.acting_as(viewer) as session:
        record(
            session,
            viewer=viewer,
            action=rng.choice([AuditAction.READ, AuditAction.WRITE]),
            operation=rng.choice(["flag", "flags", "node"]),
            outcome="DONE",
            request_id=uuid4(),
            subjects={root: rng.getrandbits(40) for root in rng.sample(roots, rng.randint(0, len(roots)))},
        )


@contextmanager
def log(server: EmbeddedServer, template: str, key: SigningKey = KEY) -> Iterator[Log]:
    """A log of several seals of several lines, with a checkpoint in the database and an anchor kept outside."""
    rng = Random(7)  # noqa: S311  the log is repeated from it, nothing is secret
    with scratch(server, template) as made:
        scene = set_scene(made.owner, made.wall, made.door)
        roots = [scene.flag_id, scene.group_flag_id, scene.draft_id, scene.own_flag_id]
        anchor = None
        for number in range(1, SEALS + 1):
            for _ in range(rng.randint(2, 5)):
                written(scene, [scene.author, scene.recipient, scene.stranger], roots, rng=rng)
            catch_up(made.worker, key)
            if number == CHECKPOINT_AFTER:
                with made.worker.transaction() as session:
                    assert checkpoint(session, key, moment=now()) == number
                    found = kept(session)
                assert found is not None
                anchor = read_anchor(found[0].encode())
        assert anchor is not None
        with made.owner.transaction() as session:
            session.execute(text(UNGUARD))
            leaves = session.execute(
                text("select seal_number, audit_event_id from audit_leaf order by seal_number, position")
            ).all()
        lines: dict[int, list[int]] = {}
        for seal, line in leaves:
            lines.setdefault(seal, []).append(line)
        yield Log(made=made, lines=lines, roots=roots, anchor=anchor)
