"""Decides what a copy of a flag says: what its page says, in the page's words and order, and what is withheld."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from frontend import times, words
from frontend.exports.paper import Block, Line, Paper, Section
from frontend.templates import held_labels, listed

Record = dict[str, Any]
SUBJECT = {"estimatedSize": "About how many", "usualTimes": "Usually there"}
PERSON = {"preferredName": "Name", "description": "What they look like"}
GROUP = {"description": "The group", **SUBJECT}
REPORTED = {
    "ageBand": "About how old",
    "observedAt": "Seen",
    "placeDescription": "Where",
    "ward": "Ward or beat",
    "concerns": "Worries",
    "fact": "What was seen or heard",
    "ownWords": "Their own words",
    "strengths": "What they are good at, who they trust",
    "opinion": "What the flagger thinks it means",
    "standpoint": "How they come into it",
    "thirdPartyNotes": "Family or other people",
    "emergencyAction": "Done before the flag",
    "sourceReference": "Reference in another system",
    "sources": "Imported",
    "purpose": "What the flag is for",
    "raisedBy": "From",
}
DECIDED = {"reason": "Because", "thresholdLevel": "Level of need", "rationale": "Why", "decidedBy": "Decided by"}
SHARED = {
    "proportionalityNote": "Why no less would do",
    "lawfulBasis": "Lawful basis",
    "sourceRegime": "Held before under",
    "engagement": "Answer",
    "answeredBy": "Who answered",
    "answerNote": "Note with the answer",
}


def paper_of(flag: Record, export: Record, *, demo: bool) -> Paper:
    """The paper of a flag, as far as whoever takes the copy may read it."""
    by = export["exportedBy"]
    return Paper(
        reference=flag["reference"],
        about=_about(flag),
        standing=tuple(_standing(flag)),
        taken_by=f"{by['displayName']}, {words.ROLE[by['role']]}, {by['agency']['name']}",
        taken_at=times.moment(export["exportedAt"]),
        made=export["exportedAt"],
        purpose=export["purpose"]["display"],
        # Enough to find the line that recorded it, short enough to read out.
        copy=export["id"][-8:],
        demo=demo,
        sections=tuple(section for section in _sections(flag) if section.blocks),
    )


def _about(flag: Record) -> str:
    subject, age = flag["subject"], flag["ageBand"]
    aged = f", {words.lower_first(age['display'])}" if age and age["code"] != "UNKNOWN" else ""
    if not subject:
        return f"Flag {flag['reference']}"
    if subject["__typename"] == "PlaceGroup":
        size = f" of about {subject['estimatedSize']}" if subject["estimatedSize"] else ""
        return f"Group{size}{aged}"
    return f"{subject['preferredName'] or 'Name not given'}{aged}"


def _standing(flag: Record) -> Iterator[str]:
    yield words.FLAG_STATE[flag["state"]]
    if flag["urgency"]:
        yield words.URGENCY[flag["urgency"]]
    if flag["told"]:
        yield words.TOLD[flag["told"]]
    if flag["expiresAt"]:
        yield f"Kept until {times.day(flag['expiresAt'])}"


def _sections(flag: Record) -> Iterator[Section]:
    yield Section(heading="What was reported", blocks=_blocks(("", _reported(flag))))
    yield Section(heading="Why it was withdrawn", blocks=_blocks(("", _withdrawn(flag))))
    asked = ((words_of(each), _asked(each)) for each in _nodes(flag["informationRequests"]))
    yield Section(heading="What triage asked, and the answers", blocks=_blocks(*asked))
    decided = (("", _decision(each)) for each in _nodes(flag["decisions"]))
    yield Section(heading="Decisions", blocks=_blocks(*decided, ("", _closed(flag))))
    yield Section(heading="What the flagger was told", blocks=_blocks(("", _told(flag))))
    shares = ((each["toAgency"]["name"], _share(each)) for each in _nodes(flag["shares"]))
    yield Section(heading="Who it was shared with", blocks=_blocks(*shares))
    yield Section(heading="Flags carried on in this one", blocks=_blocks(("", _merged(flag))))
    yield Section(heading="What has happened", blocks=_blocks(("", _history(flag))))
    yield Section(heading="Why this reader sees it", blocks=_blocks(("", _why(flag))))


def words_of(asked: Record) -> str:
    """When a question was asked."""
    return f"Asked {times.moment(asked['askedAt'])}"


def _reported(flag: Record) -> Iterator[Line]:
    subject = flag["subject"]
    person = subject and subject["__typename"] == "Person"
    if subject:
        for name, label in (PERSON if person else GROUP).items():
            yield from _line(label, subject[name])
    yield from _line(REPORTED["ageBand"], _display(flag["ageBand"]))
    yield from _line(REPORTED["observedAt"], _seen(flag))
    yield from _line(REPORTED["placeDescription"], flag["placeDescription"])
    yield from _line(REPORTED["ward"], flag["ward"] and flag["ward"]["name"])
    yield from _line(REPORTED["concerns"], flag["concerns"] and listed(flag["concerns"]))
    yield from _line(REPORTED["fact"], flag["fact"])
    for new in _nodes(flag["additions"]):
        yield from _line(f"New, seen {times.moment(new['observedAt'])}" if new["observedAt"] else "New", new["fact"])
        yield from _held(new, {"fact": "New since"})
    for source in flag["sources"] or ():
        yield from _line("Imported", source["fact"])
        yield from _held(source, words.IMPORTED)
    for name in ("ownWords", "strengths", "opinion"):
        yield from _line(REPORTED[name], flag[name])
    yield from _line(REPORTED["standpoint"], flag["standpoint"] and words.STANDPOINT[flag["standpoint"]])
    yield from _line(REPORTED["thirdPartyNotes"], flag["thirdPartyNotes"])
    yield from _line(REPORTED["emergencyAction"], _done_before(flag))
    source = flag["sourceReference"]
    yield from _line(REPORTED["sourceReference"], source and f"{source['value']}, {source['system']}")
    yield from _line(REPORTED["purpose"], _display(flag["purpose"]))
    by = f"{flag['raisedBy']['displayName']}, " if flag["raisedBy"] else ""
    yield from _line("From", by + flag["raisedByAgency"]["name"])
    if subject:
        yield from _held(subject, PERSON if person else GROUP)
    yield from _held(flag, REPORTED)


def _seen(flag: Record) -> str | None:
    if not flag["observedAt"]:
        return None
    setting = f", {words.lower_first(words.SETTING[flag['setting']])}" if flag["setting"] else ""
    return times.seen_at(flag["observedAt"], flag["observedPrecision"]) + setting


def _done_before(flag: Record) -> str | None:
    done, number = flag["emergencyAction"], flag["emergencyIncidentNumber"]
    return f"{done['display']}{f', incident {number}' if number else ''}" if done else None


def _withdrawn(flag: Record) -> Iterator[Line]:
    if flag["state"] == "WITHDRAWN":
        yield from _line("Because", _display(flag["withdrawReason"]))
        yield from _line("More about why", flag["withdrawNote"])
        yield from _held(flag, {"withdrawReason": "Because", "withdrawNote": "More about why"})


def _asked(asked: Record) -> Iterator[Line]:
    yield from _line("Question", asked["question"])
    unanswered = "None came in time" if asked["lapsed"] else "Not answered yet"
    yield from _line("Answer", asked["answer"] if asked["answeredAt"] else unanswered)
    yield from _line("Answered", asked["answeredAt"] and _at(asked["answeredAt"], asked["answeredBy"]))
    yield from _held(asked, {"question": "Question", "answer": "Answer"})


def _decision(decision: Record) -> Iterator[Line]:
    yield from _line("Decision", words.OUTCOME[decision["outcome"]])
    yield from _line("Handed to", decision["escalatedTo"] and decision["escalatedTo"]["name"])
    yield from _line("Because", _display(decision["reason"]))
    yield from _line("Level of need", _display(decision["thresholdLevel"]))
    yield from _line("Why", decision["rationale"])
    yield from _line("Decided", _at(decision["decidedAt"], decision["decidedBy"]))
    yield from _held(decision, DECIDED)


def _closed(flag: Record) -> Iterator[Line]:
    if flag["state"] == "CLOSED":
        yield from _line("What came of it", _display(flag["closeOutcome"]))
        yield from _held(flag, {"closeOutcome": "What came of it"})


def _told(flag: Record) -> Iterator[Line]:
    for word in _nodes(flag["feedback"]):
        engaged = f"{words.ENGAGEMENT[word['engagement']]}. " if word["engagement"] else ""
        when = f"{word['givenByAgency']['name']}, {times.moment(word['givenAt'])}"
        yield from _line(when, engaged + (word["text"] or ""))


def _share(share: Record) -> Iterator[Line]:
    basis, until = share["lawfulBasis"], share["validTo"]
    yield from _line("State", words.SHARE_STATE[share["state"]])
    yield from _line("Opened by", share["fromAgency"]["name"])
    yield from _line("What for", _display(share["purpose"]))
    yield from _line("Named in it", words.groups(share["fieldGroups"]))
    yield from _line("Why no less would do", share["proportionalityNote"])
    yield from _line("Lawful basis", basis and f"{basis['title']}, {basis['provision']}. {basis['checkedNote']}")
    yield from _line("Held before under", share["sourceRegime"] and words.SOURCE_REGIME[share["sourceRegime"]])
    yield from _line("From", times.day(share["validFrom"]) + (f" to {times.day(until)}" if until else ""))
    if share["engagement"]:
        answered = f", {_at(share['answeredAt'], share['answeredBy'])}" if share["answeredAt"] else ""
        yield from _line("Answer", words.ENGAGEMENT[share["engagement"]] + answered)
    yield from _line("Note with the answer", share["answerNote"])
    yield from _held(share, SHARED)


def _merged(flag: Record) -> Iterator[Line]:
    if flag["mergedInto"]:
        yield from _line("Carried on in", f"Flag {flag['mergedInto']['reference']}")
    for other in _nodes(flag["mergedFlags"]):
        at = f", {times.moment(other['raisedAt'])}" if other["raisedAt"] else ""
        yield from _line(f"Flag {other['reference']}", f"From {other['raisedByAgency']['name']}{at}")


def _history(flag: Record) -> Iterator[Line]:
    for step in _nodes(flag["transitions"]):
        by = step["by"] and f"{step['by']['displayName']}, {step['by']['agency']['name']}, "
        nobody = f"{words.NOBODY}, " if words.by_clock(step) else ""
        yield from _line(words.step(step), f"{by or nobody}{times.moment(step['at'])}")


def _why(flag: Record) -> Iterator[Line]:
    why, version = flag["disclosure"], flag["disclosure"]["agreementVersion"]
    opened = f"It was opened to {words.audience(why['audience'])} on {times.day(why['validFrom'])}."
    agreed = f" {version['agreement']['name']}, version {version['number']}, decides how much." if version else ""
    yield from _line("Because", f"{words.BECAUSE[why['because']]} {opened}{agreed}")


def _line(label: str, value: Any) -> Iterator[Line]:
    """A line, or none when there truly is no value or it is withheld."""
    if value:
        yield Line(label=label, value=str(value))


def _held(record: Record, labels: Mapping[str, str]) -> Iterator[Line]:
    """A line to each group that is withheld, labelled with every field of these that it holds."""
    for item in record["withheld"]:
        if names := held_labels(item, dict(labels)):
            clause = f"Clause {item['clause']['number']} of the agreement" if item["clause"] else "The agreement"
            because = words.WITHHELD_BECAUSE[item["because"]]
            said = (
                f"Withheld from your role. {clause} {because} You would read this whether or not anything was written."
            )
            yield Line(label=names, value=said, held=True)


def _blocks(*parts: tuple[str, Iterable[Line]]) -> tuple[Block, ...]:
    made = (Block(heading=heading, lines=tuple(lines)) for heading, lines in parts)
    return tuple(block for block in made if block.lines)


def _nodes(connection: Record | None) -> list[Record]:
    return [edge["node"] for edge in connection["edges"]] if connection else []


def _display(concept: Record | None) -> str | None:
    return str(concept["display"]) if concept else None


def _at(moment: str, by: Record | None) -> str:
    return times.moment(moment) + (f", {by['displayName']}" if by else "")
