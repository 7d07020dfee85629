"""What guardians and data protection officers ask of the audit, as a client of the schema would."""

import json
from typing import Any

from portal.access.viewer import Viewer
from tests.factories.cast import Cast

EVENT = """
at agency { name } role person { id displayName } action operation outcome subjectCount requestId sealNumber
subjects { knownAs recordId kind reference groups { fieldGroup level } }
"""
EVENTS = f"""
query Events($filter: AuditEventFilter!, $first: Int, $after: String, $last: Int, $before: String) {{
  auditEvents(filter: $filter, first: $first, after: $after, last: $last, before: $before) {{
    totalCount(atMost: 20) {{ value more }}
    pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
    edges {{ cursor node {{ {EVENT} }} }}
  }}
}}
"""
RECORD = """
query Record($by: AuditedRecordLookup!) {
  auditedRecord(by: $by) {
    recordId kind reference state own createdAt raisedAt agency { name }
    readers { agency { name } role firstAt lastAt times refused groups { fieldGroup level } }
  }
}
"""
PEOPLE = """
query People($search: String) { auditedPeople(search: $search) { edges { node { id displayName } } } }
"""
ALARMS = """
query Alarms {
  viewer { viewerCanReadAudit freshReadingAlarms }
  readingAlarms { edges { node { id person { displayName } role day raisedAt records allowed windowMinutes } } }
}
"""
# Everything that was ever written down in a test.
EVER = {"at": {"from": "2020-01-01T00:00:00Z"}}
Event = dict[str, Any]


def events(cast: Cast, viewer: Viewer, **wanted: Any) -> list[Event]:
    """The lines a viewer reads, newest first."""
    asked = {name: wanted.pop(name) for name in ("first", "after", "last", "before") if name in wanted}
    found = cast.ask(viewer, EVENTS, filter=wanted or EVER, **({"first": 100} | asked))["auditEvents"]
    return [edge["node"] for edge in found["edges"]]


def person_id(cast: Cast, viewer: Viewer) -> str:
    """The id by which the audit is asked for somebody."""
    return cast.door._opened_seal().seal_id("User", viewer.user_id)


def about(found: list[Event], flag: Event) -> list[Event]:
    """Those lines that name a flag."""
    return [each for each in found if flag["reference"] in {one["reference"] for one in each["subjects"]}]


def of_work(found: list[Event]) -> list[Event]:
    """Those lines that do not tell of reading the audit itself."""
    return [each for each in found if not each["operation"].startswith("audit")]


def said(answer: Any) -> str:
    """An answer as one text, to look for what may not stand in it."""
    return json.dumps(answer)
