"""Decides who may read the audit: the guardians and data protection officers of an agency, and nobody else.

They read what members of their own agency did, by name, and what anybody did to the records their agency raised, where
readers of other agencies stand by agency and role (domain: roles, need to know). A record belongs to the agency that
raised it: the agency that leads triage reads what its own people did with it, like every agency that received it.
The database asks the same of the signed viewer context in `audit_reader` (migration 0016).
"""

from portal.access.viewer import Role, Viewer

READING_ROLES = frozenset({Role.GUARDIAN, Role.DPO})


def may_read_audit(viewer: Viewer | None) -> bool:
    """Whether the viewer may read the audit of the agency they act for."""
    return viewer is not None and viewer.role in READING_ROLES
