"""Decides which vocabularies the codes of a plan are of; the lines of its checklists have one of their own."""

NEEDS = "need"
MEASURES = "plan-measure"
AGENCY_KINDS = "agency-kind"
