"""Plans of a test, written, negotiated, signed and made public through the door as the cast would."""

from typing import Any

from portal.access.viewer import Role, Viewer
from portal.identity.reauthentication import prove
from portal.plans.checks import shipped_checks
from tests.factories.cast import Cast, key

Record = dict[str, Any]
FAILURE = """
    ... on Failure { message }
    ... on Invalid { errors { path code message rule } }
    ... on NotPermitted { because: reason remedy }
    ... on Conflict {
      reason currentVersion
      clause { id version heading text lastChangedBy { displayName } }
      scheme { id version title moneyHash }
      planVersion { id version number state title }
    }
"""
VERSION = "id version number state title contentHash plan { id version state }"
# What each change answers with when it was made.
SAVED = {
    "PlanSaved": "plan { id version reference state currentVersion { id version number state } }",
    "PlanVersionSaved": f"planVersion {{ {VERSION} }}",
    "SchemeSaved": "scheme { id version key title moneyHash }",
    "ClauseSaved": "clause { id version key number heading text clauseHash }",
    "EvidenceSaved": "evidence { id version key sentence source readOn }",
    "StandardSaved": "standard { id version met note }",
    "ProposalSaved": "proposal { id version state stale }",
    "CommentSaved": "comment { id version text resolvedAt }",
    "PlanPartySaved": "planParty { agency { name } checks { code name role passedAt passedBy { displayName } } }",
    "PlanSigned": f"agreed planSignature {{ id contentHash role method void signedAt }} planVersion {{ {VERSION} }}",
    "MilestoneSaved": "milestone { id version title targetOn }",
}
ANSWERS = {
    "draftPlan": "PlanSaved",
    "setPlanParticulars": "PlanSaved",
    "setPlanParties": "PlanSaved",
    "proposePlanVersion": "PlanVersionSaved",
    "draftNextPlanVersion": "PlanVersionSaved",
    "saveScheme": "SchemeSaved",
    "removeScheme": "PlanVersionSaved",
    "addClause": "ClauseSaved",
    "editClause": "ClauseSaved",
    "moveClause": "ClauseSaved",
    "removeClause": "PlanVersionSaved",
    "addEvidence": "EvidenceSaved",
    "removeEvidence": "PlanVersionSaved",
    "answerStandard": "StandardSaved",
    "counterPropose": "ProposalSaved",
    "acceptProposal": "PlanVersionSaved",
    "rejectProposal": "ProposalSaved",
    "withdrawProposal": "ProposalSaved",
    "commentOnClause": "CommentSaved",
    "resolveComment": "CommentSaved",
    "passPreSignCheck": "PlanPartySaved",
    "setPreSignChecks": "PlanPartySaved",
    "declineToSign": "PlanPartySaved",
    "openSigning": "PlanVersionSaved",
    "signPlanVersion": "PlanSigned",
    "withdrawFromPlan": "PlanSaved",
    "publishPlan": "PlanSaved",
    "reportMilestone": "MilestoneSaved",
}
CLAUSE = "id version key number kind heading text clauseHash"
PLAN = f"""
query Plan($id: ID!) {{ plan(by: {{id: $id}}) {{
  id version reference title state
  period {{ from to }}
  parties {{ agency {{ id name }} required joinedOn leftOn }}
  events {{ edges {{ node {{ kind by {{ displayName }} planVersion {{ number }} }} }} }}
  versions {{ edges {{ node {{ id number state contentHash }} }} }}
  currentVersion {{
    id version number state title contentHash merkleRoot templateCode
    parties {{ agency {{ id name }} required }}
    clauses {{ {CLAUSE} }}
    schemes {{ edges {{ node {{
      id version key number title capacityTarget moneyHash
      needs {{ code }}
      clauses {{ {CLAUSE} }}
      contributions {{ edges {{ node {{ id version agency {{ id }} year amount {{ amount }} route condition }} }} }}
      milestones {{ id key title targetOn }}
      measures {{ id key name {{ code }} target }}
    }} }} }}
    evidence {{ edges {{ node {{ id version sentence source readOn scheme {{ key }} }} }} }}
    standards {{ id version met note }}
    totals {{ total {{ amount }} }}
    problems {{ code message source }}
    proposals {{ edges {{ node {{ id version state stale text reason by {{ displayName }} }} }} }}
    comments {{ edges {{ node {{ id version text resolvedAt by {{ displayName }} }} }} }}
  }}
}} }}
"""
AREA = "{ partnerships { edges { node { id area { id } } } } }"
# Who acts for each party of these plans: who plans, who guards, who signs.
ACTING = {
    "SEVERN-POLICE": ("brook", "wren", "ellis"),
    "SEVERN-LA": ("frankie", "harper", "quinn"),
    "SEVERN-MHS": ("lou", "ash", "remy"),
}
AGENCIES = tuple(ACTING)
YEARS = (2027, 2028, 2029)
TITLE = "Somewhere to go, 2027 to 2030"


def say(cast: Cast, by: Viewer | None, change: str, /, **given: Any) -> Record:
    """Try a change of a plan; gives what was answered. The idempotency key is fresh unless one is given."""
    name = f"{change[0].upper()}{change[1:]}Input"
    saved = ANSWERS[change]
    document = f"""
    mutation($input: {name}!) {{ {change}(input: $input) {{
    __typename ... on {saved} {{ replayed {SAVED[saved]} }} {FAILURE} }} }}
    """
    answer: Record = cast.ask(by, document, input={"idempotencyKey": key()} | given)[change]
    return answer


def done(cast: Cast, by: Viewer, change: str, /, **given: Any) -> Record:
    """Make a change that must succeed; gives the record it answers with."""
    answer = say(cast, by, change, **given)
    assert answer["__typename"] == ANSWERS[change], answer
    [record] = [value for name, value in answer.items() if name not in {"__typename", "replayed"}]
    assert isinstance(record, dict)
    return record


def edit(record: Record, **more: Any) -> Record:
    """The part of a change that names a record as it was read."""
    return {"id": record["id"], "expectedVersion": record["version"], **more}


def failed(answer: Record, *path: str) -> str:
    """The code of the broken rule that an answer names there."""
    assert answer["__typename"] == "Invalid", answer
    [found] = [each["code"] for each in answer["errors"] if tuple(each["path"]) == path]
    return str(found)


def read_plan(cast: Cast, plan_id: str, by: Viewer | None = None) -> Record:
    """A plan with its current version, as a member of a party reads it."""
    found: Record = cast.ask(by or cast.brook, PLAN, id=plan_id)["plan"]
    return found


def nodes(connection: Record) -> list[Record]:
    """What stands in a connection."""
    return [edge["node"] for edge in connection["edges"]]


def place(cast: Cast) -> tuple[str, str]:
    """The ids of the partnership and of its area."""
    [found] = nodes(cast.ask(cast.brook, AREA)["partnerships"])
    return found["id"], found["area"]["id"]


def drafting(cast: Cast, **changes: Any) -> Record:
    """The input of a plan of police, council and mental health service; `changes` replaces parts of it."""
    parties = [{"agencyId": cast.agency_id(code), "required": True} for code in AGENCIES]
    return {
        "partnershipId": place(cast)[0],
        "title": TITLE,
        "period": {"from": "2027-04-01", "to": "2030-03-31"},
        "parties": parties,
        "templateCode": "BRADLEY_2009",
    } | changes


def scheme_of(cast: Cast, **changes: Any) -> Record:
    """The input of a scheme that the parties pay for; `changes` replaces parts of it."""
    police, council, health = (cast.agency_id(code) for code in AGENCIES)
    shares = [(police, "20000.00"), (council, "35000.50"), (health, "25000.00")]
    return {
        "title": "Liaison and diversion at Northgate",
        "needCodes": ["MENTAL_HEALTH", "ALCOHOL"],
        "areaId": place(cast)[1],
        "capacityTarget": 40,
        "contributions": [
            {"agencyId": agency, "year": year, "amount": {"amount": amount}, "route": "ALIGNED"}
            for year in YEARS
            for agency, amount in shares
        ],
        "milestones": [{"title": "First young person seen", "targetOn": "2027-06-01"}],
        "measures": [{"nameCode": "REACH", "target": "40"}],
    } | changes


def drafted(cast: Cast, by: Viewer | None = None, **changes: Any) -> Record:
    """A plan being written, with one scheme and a clause in it, as `read_plan` gives it; police begin it."""
    by = by or cast.brook
    plan = done(cast, by, "draftPlan", **drafting(cast, **changes))
    version_id = plan["currentVersion"]["id"]
    scheme = done(cast, by, "saveScheme", planVersionId=version_id, scheme=scheme_of(cast))
    done(
        cast, by, "addClause", planVersionId=version_id, schemeId=scheme["id"], kind="SPECIFICATION",
        heading="What the service does", text="Workers meet young people where they are.\nThey never wear a uniform.",
    )  # fmt: skip
    done(
        cast, by, "addClause", planVersionId=version_id, kind="GENERAL",
        heading="Who decides", text="The parties decide together.",
    )  # fmt: skip
    return read_plan(cast, plan["id"], by)


def proposed(cast: Cast, plan: Record | None = None, by: Viewer | None = None) -> Record:
    """A plan whose current version is frozen and on the table, as `read_plan` gives it."""
    plan = plan or drafted(cast)
    version = plan["currentVersion"]
    done(cast, by or cast.brook, "proposePlanVersion", id=version["id"], expectedVersion=version["version"])
    return read_plan(cast, plan["id"], by)


def first_scheme(plan: Record) -> Record:
    """The first scheme of the current version."""
    return nodes(plan["currentVersion"]["schemes"])[0]


def first_clause(plan: Record) -> Record:
    """The first clause of the first scheme of the current version."""
    clause: Record = first_scheme(plan)["clauses"][0]
    return clause


def countered(cast: Cast, plan: Record, by: Viewer | None = None, **changes: Any) -> Record:
    """A counter-proposal of the council to the first clause of a plan; `changes` replaces parts of it."""
    clause = first_clause(plan)
    given = {
        "clauseId": clause["id"],
        "baseHash": clause["clauseHash"],
        "text": "Workers meet young people where they are, in the evening too.",
        "reason": "Most of them are seen after dark.",
    } | changes
    return done(cast, by or cast.frankie, "counterPropose", **given)


def accepted(cast: Cast, proposal: Record, by: Viewer | None = None) -> Record:
    """The version that a counter-proposal became; police accept it."""
    return done(cast, by or cast.brook, "acceptProposal", id=proposal["id"], expectedVersion=proposal["version"])


def in_signing(cast: Cast, plan: Record | None = None, *, checked: bool = True) -> Record:
    """A plan that is open for signing, as `read_plan` gives it; each party's own checks are passed where asked for."""
    plan = plan or proposed(cast)
    version = plan["currentVersion"]
    done(cast, cast.brook, "openSigning", id=version["id"], expectedVersion=version["version"])
    if checked:
        pass_checks(cast, plan)
    return read_plan(cast, plan["id"])


def pass_checks(cast: Cast, plan: Record, *codes: str) -> None:
    """Pass the shipped checks of the parties with these codes, or of all, as their own people do."""
    version = plan["currentVersion"]
    parties = {each["agency"]["id"] for each in version["parties"]}
    for code in codes or [each for each in ACTING if cast.agency_id(each) in parties]:
        commissioner, guardian, _ = ACTING[code]
        for check in shipped_checks():
            by = cast.viewers[guardian if check.role is Role.GUARDIAN else commissioner]
            done(cast, by, "passPreSignCheck", planVersionId=version["id"], code=check.code)


def signing(cast: Cast, by: Viewer, plan: Record) -> Record:
    """What signing the current version of a plan sends, with a password that was typed just now."""
    version = plan["currentVersion"]
    return {
        "id": version["id"],
        "expectedVersion": version["version"],
        "contentHash": version["contentHash"],
        "reauthentication": prove(cast.door.wall, by, content_hash=version["contentHash"]),
    }


def sign(cast: Cast, plan: Record, *codes: str) -> Record:
    """Sign a plan for the parties with these codes, or for all; gives the plan as `read_plan` does."""
    for *_, name in (ACTING[code] for code in codes or ACTING):
        answer = say(cast, cast.viewers[name], "signPlanVersion", **signing(cast, cast.viewers[name], plan))
        assert answer["__typename"] == "PlanSigned", answer
    return read_plan(cast, plan["id"])


def agreed(cast: Cast) -> Record:
    """A plan that every party signed, as `read_plan` gives it."""
    return sign(cast, in_signing(cast))


def published(cast: Cast, plan: Record | None = None) -> Record:
    """An agreed plan that every party made public, as `read_plan` gives it."""
    plan = plan or agreed(cast)
    for commissioner, *_ in ACTING.values():
        version = read_plan(cast, plan["id"])["version"]
        done(cast, cast.viewers[commissioner], "publishPlan", id=plan["id"], expectedVersion=version)
    return read_plan(cast, plan["id"])
