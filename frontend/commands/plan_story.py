"""The invented plan of the demonstration: what it commissions, who pays, and what its parties say of it."""

from typing import Any

BROOK, FRANKIE, LOU, ROBIN = "Brook Tanner", "Frankie Dunmore", "Lou Bracken", "Robin Carver"
POLICE, COUNCIL, HEALTH, PCT = "NEIGHBOURHOOD_POLICE", "LOCAL_AUTHORITY", "MENTAL_HEALTH_SERVICE", "PCT"
PARTIES = (POLICE, COUNCIL, PCT, HEALTH)
YEARS = (2027, 2028, 2029)

PLAN = {
    "title": "Severnshire liaison and diversion",
    "period": {"from": "2027-04-01", "to": "2030-03-31"},
    "templateCode": "BRADLEY_2009",
}
# What a scheme costs in each year, by the kind of agency that pays, and by which power.
SHARES: tuple[tuple[tuple[str, str, str], ...], ...] = (
    ((PCT, "S75_POOLED", "32000.00"), (COUNCIL, "S75_POOLED", "20000.00"), (POLICE, "ALIGNED", "16000.00"),
     (HEALTH, "IN_KIND", "12000.00")),
    ((COUNCIL, "ALIGNED", "24000.00"), (PCT, "S256", "8000.00"), (POLICE, "ALIGNED", "12000.00")),
)  # fmt: skip
SCHEMES: tuple[dict[str, Any], ...] = (
    {
        "title": "A worker in custody and at court",
        "needCodes": ["MENTAL_HEALTH", "LEARNING_DISABILITY", "ALCOHOL"],
        "capacityTarget": 40,
        "milestones": [
            {"title": "Worker in post", "targetOn": "2027-06-01"},
            {"title": "First 100 people seen", "targetOn": "2028-01-31"},
            {"title": "Review with the court", "targetOn": "2029-03-31"},
        ],
        "measures": [{"nameCode": "REACH", "target": "320"}, {"nameCode": "WAITING_DAYS", "target": "7"}],
    },
    {
        "title": "Somewhere to go on Friday and Saturday nights",
        "needCodes": ["SAFE_PLACE", "FAMILY_SUPPORT", "ALCOHOL"],
        "capacityTarget": 25,
        "milestones": [{"title": "Doors open", "targetOn": "2027-09-03"}],
        "measures": [{"nameCode": "REACH", "target": "180"}],
    },
)
# By scheme: None is the plan as a whole.
CLAUSES: tuple[tuple[int | None, str, str, str], ...] = (
    (None, "GENERAL", "Purpose", "People whom police meet find help early, and go to court only when that is needed."),
    (0, "SPECIFICATION", "Where and when",
     "One worker covers Gloucester custody suite and Cheltenham Magistrates’ Court on weekdays, 09:00 to 17:00."),
    (0, "CAPACITY", "How many", "The worker has 40 people in touch with a service at any time."),
    (1, "SPECIFICATION", "Doors",
     "The drop-in opens on Friday and Saturday, 19:00 to 23:00, within ten minutes’ walk of Station Parade."),
)  # fmt: skip
EVIDENCE = {
    "typed": {
        "sentence": "Of 10 people in custody on a night in September, 4 were known to no service (invented figure).",
        "source": "Severnshire needs assessment, an invented document",
        "readOn": "2026-10-01",
    }
}
# The counter-proposal that made the second version: to the second clause.
WEEKENDS = {
    "text": "One worker covers Gloucester custody suite and Cheltenham Magistrates’ Court every day, 08:00 to 20:00.",
    "reason": "Half of the people we miss are in custody on a weekend.",
}
# The one that waits for an answer: to the clause about how many.
FEWER = {
    "text": "The worker has 35 people in touch with a service at any time, and holds each place offered for 14 days.",
    "reason": "With longer hours one worker cannot keep 40 people in touch.",
}
COMMENT = "Who covers when the worker is on leave?"
