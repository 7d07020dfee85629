"""Decides how a new installation gets its first agency and the administrator who invites everybody else."""

from uuid import uuid4

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from portal.access.viewer import Role
from portal.agencies.models import Agency
from portal.audit.models import AuditAction
from portal.audit.record import record
from portal.db import Database
from portal.errors import Failure
from portal.identity import one_time_links
from portal.identity.accounts import create_membership, create_user
from portal.identity.models import User
from portal.identity.periods import active_today, today
from portal.operations.readiness import up_to_date
from portal.vocabularies.models import Concept


class InitRefused(Exception):
    """Nothing was made; the message is one sentence."""


def initialise(
    owner: Database,
    *,
    code: str,
    administrator_email: str,
    administrator_name: str | None = None,
    agency_name: str | None = None,
    agency_kind: str | None = None,
    code_list: str | None = None,
) -> str:
    """Make the first agency and its administrator, and give the path of the link with which they set a password.

    An agency of the reference data is found by its official code; one that is not there needs a name, a kind and the
    list its code is from. Takes the database as its owner. Raises InitRefused, having made nothing, when the database
    is not up to date, when there are accounts already, or when a value will not do.
    """
    if not up_to_date(owner.engine):
        raise InitRefused("This database is not up to date: run `concord upgrade` first.")
    with owner.transaction() as session:
        if session.scalar(select(func.count()).select_from(User)):
            raise InitRefused("This installation has accounts already: its administrators add the next ones.")
        display_name = _name_from(administrator_email) if administrator_name is None else administrator_name
        agency = _agency(session, name=agency_name, kind=agency_kind, code_list=code_list, code=code)
        try:
            user = create_user(session, display_name=display_name, email=administrator_email)
            create_membership(session, user_id=user.id, agency_id=agency.id, role=Role.AGENCY_ADMINISTRATOR)
        except Failure as failure:
            raise InitRefused(_sentence(failure)) from None
        secret = one_time_links.issue(session, user_id=user.id)
        record(
            session,
            viewer=None,
            user_id=user.id,
            action=AuditAction.WRITE,
            operation="init",
            outcome="DONE",
            request_id=uuid4(),
        )
    return f"/set-password/{secret}"


def _agency(session: Session, *, name: str | None, kind: str | None, code_list: str | None, code: str) -> Agency:
    """The agency with an official code today, or a new one."""
    known = session.scalars(
        select(Agency)
        .where(Agency.code == code, active_today(Agency))
        .where(Agency.code_list == code_list if code_list else true())
        .order_by(Agency.code_list)
    ).all()
    if len(known) > 1:
        lists = ", ".join(agency.code_list for agency in known)
        raise InitRefused(f"More than one agency has this code: say which list with --code-list ({lists}).")
    if known:
        return known[0]
    if not all((name, kind, code_list)):
        raise InitRefused(
            "No agency of the reference data has this code today:"
            " give --agency-name, --agency-kind and --code-list too."
        )
    return _new_agency(session, name=name or "", kind=kind or "", code_list=code_list or "", code=code)


def _new_agency(session: Session, *, name: str, kind: str, code_list: str, code: str) -> Agency:
    kinds = session.scalars(select(Concept.code).where(Concept.vocabulary == "agency-kind").order_by(Concept.position))
    if kind not in (choices := kinds.all()):
        raise InitRefused(f"There is no such kind of agency: choose one of {', '.join(choices)}.")
    if not all((name.strip(), code_list.strip(), code.strip())):
        raise InitRefused("An agency needs a name, an official code and the list the code is from.")
    agency = Agency(name=name.strip(), kind_code=kind, code_list=code_list, code=code, active_from=today(session))
    session.add(agency)
    session.flush()
    return agency


def _name_from(email: str) -> str:
    """A name to begin with; the administrator can change it."""
    return email.partition("@")[0].replace(".", " ").title()


def _sentence(failure: Failure) -> str:
    """What is wrong with a value, in the words of the rule it breaks."""
    errors = getattr(failure, "errors", ())
    return str(errors[0].message) if errors else failure.message
