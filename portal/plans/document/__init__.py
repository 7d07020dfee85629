"""The document of a plan's version: its parts, the bytes that are signed, and the hashes that name a changed place."""

from portal.plans.document.canonical import (
    canonical,
    clause_hash,
    content_hash,
    document_of,
    leaves,
    money_hash,
)
from portal.plans.document.leaves import Leaf, leaves_of, merkle_root
from portal.plans.document.parts import (
    FORMAT,
    AgencyKey,
    Area,
    Clause,
    Contribution,
    Evidence,
    Measure,
    Milestone,
    Need,
    Party,
    PlanDocument,
    Scheme,
    Standard,
    exact,
)
from portal.plans.document.reading import read_document

__all__ = [
    "FORMAT", "AgencyKey", "Area", "Clause", "Contribution", "Evidence", "Leaf", "Measure", "Milestone", "Need",
    "Party", "PlanDocument", "Scheme", "Standard", "canonical", "clause_hash", "content_hash", "document_of", "exact",
    "leaves", "leaves_of", "merkle_root", "money_hash", "read_document",
]  # fmt: skip
