"""Decides which tables, policies and privileges may stand open, each with its reason; what is not listed is closed."""

PUBLIC = {
    "concept": "words of vocabularies",
    "agency": "public bodies with official codes",
    "area": "places with official codes",
    "area_within": "which place lies in which",
    "agency_area": "which body serves which place",
    "partnership": "which bodies work together",
    "partnership_member": "which bodies work together",
    "local_concept": "what a partnership says in words of its own",
    "duty_desk": "numbers that every professional may ring",
    "partnership_clock": "what a partnership promises, and in which time",
    "partnership_working_week": "when a partnership works",
    "partnership_day": "days a partnership does not work, or works all the same",
    "emergency_advice": "what danger asks of every professional",
    "installation": "the name of this installation and the key of its ids; no record",
    "sharing_agreement": "agreements are for reading",
    "agreement_version": "agreements are for reading",
    "agreement_clause": "agreements are for reading",
    "grid_cell": "who sees what is for reading",
    "grid_recipient": "who sees what is for reading",
    "lawful_basis": "a catalogue of law",
    "purpose_basis": "a catalogue of law",
    "audit_seal": "hashes over lines, for everybody to hold the audit to",
    "audit_checkpoint": "signed hashes, for everybody to hold the audit to",
}
ACCOUNT = {
    "user_account": "staff, read to sign in and to name who acted",
    "credential": "hashes of passwords, read to sign in",
    "membership": "which staff act for which body",
    "team": "teams of staff",
    "team_member": "teams of staff",
    "user_session": "hashes of session secrets, read before anybody is known",
    "access_token": "hashes of token secrets, read before anybody is known",
    "one_time_link": "hashes of link secrets, read before anybody is known",
    "notice_mail": "when somebody was mailed that something waits; neither what nor about whom",
    "audience": "roles, teams and staff that anything was opened to, never what",
    "reading_alarm_mail": "which guardian was mailed that an alarm waits; neither what nor about whom",
    "viewer_context_key": "granted to nobody",
    "audit_installation_key": "granted to nobody",
    "rate_limit": "granted to nobody; how much a person, an agency or a client may ask, by id",
    "rate_bucket": "granted to nobody; when somebody may ask again, by id",
    "sign_in_throttle": "granted to nobody; how often somebody tried to sign in, by a keyed hash",
}
# With policies of their own, under no root: each is written and read by the one it is about.
OWN_POLICY = {
    "audit_event": "outlives every root; written by whom it names, read by the worker until it is sealed",
    "audit_subject": "outlives every root and names it by pseudonym; read by the worker until it is sealed",
    "notification_preference": "how one user hears of what; read by them and by whoever writes the mails",
    "settled_incident": "what one agency is done with, by the hash of a reference; no word of any incident",
    "idempotency_record": "what one membership asked for, by key; holds ids and no record",
    "invitation": "whom an agency invited; read and written by its administrators, accepted by who holds the secret",
    "saved_view": "how one membership looks at its inbox; codes of filters and no record",
    "reading_alarm": "that somebody of an agency read many records; read by its guardians, never which records",
}
# Plans name public bodies and their staff, and no person that a record is of. Parties read them, and anybody the agreed
# text of a published one.
PLAN = {
    "plan": "a plan of public bodies: where it stands",
    "plan_party": "which bodies take part",
    "plan_version": "one text of a plan, frozen when proposed",
    "plan_version_party": "which bodies must sign a text",
    "plan_scheme": "what a text commissions",
    "plan_clause": "what a text says",
    "plan_contribution": "who gives how much",
    "plan_milestone": "what is promised for when",
    "plan_measure": "what a scheme is judged by",
    "plan_standard": "how a text answers a checklist",
    "plan_evidence": "figures a text rests on, of populations and never of anybody",
    "plan_problem": "what validators found in a text",
    "plan_event": "what happened to a plan",
    "plan_milestone_report": "how a milestone stands",
    "plan_proposal": "other words, put to the parties",
    "plan_comment": "what parties say of a clause",
    "plan_check": "what a body checks before it signs",
    "plan_check_pass": "who passed which check",
    "plan_signature": "which body signed which bytes",
    "plan_refusal": "why a body does not sign",
    "plan_publication": "which body wants an agreed text public",
}
_PLAN_TEXT = (
    "plan_version_party", "plan_scheme", "plan_clause", "plan_contribution", "plan_milestone", "plan_measure",
    "plan_standard", "plan_evidence",
)  # fmt: skip
_PLAN_SAID = ("plan_signature", "plan_refusal", "plan_check_pass", "plan_publication")
MACHINERY = {
    "audit_pending": "numbers of lines that wait to be sealed",
    "audit_leaf": "hashes of lines and where they are sealed; granted to nobody to read",
    "audit_event_agency": "which agency's records a line touches, an index; granted to nobody",
    "audit_subject_key": "keys of pseudonyms, made with their roots; granted to nobody",
    "alembic_version": "where the migrations stand",
    "procrastinate_jobs": "names of tasks and ids",
    "procrastinate_events": "states of jobs",
    "procrastinate_periodic_defers": "times of periodic jobs",
    "procrastinate_workers": "heartbeats of workers",
}
# Every other table is personal: it has row-level security, hangs under a root, and is read through `disclosure`.
WITHOUT_ROOT = PUBLIC | ACCOUNT | OWN_POLICY | PLAN | MACHINERY
WITHOUT_WALL = PUBLIC | ACCOUNT | MACHINERY

_READ_BEFORE_ANYBODY_IS_KNOWN = "signing in reads it before anybody is known, and names of staff follow their acts"
_PUBLIC_DATA = "what a partnership keeps as data is for everybody in it to read, and names nobody"
_CLOCK = "for the worker alone, by columns: where a flag stands and since when, to move it on"
# Policies that hold for every row.
OPEN_POLICIES: dict[tuple[str, str], str] = {
    ("partnership", "read"): _PUBLIC_DATA,
    ("partnership_clock", "read"): _PUBLIC_DATA,
    ("partnership_working_week", "read"): _PUBLIC_DATA,
    ("partnership_day", "read"): _PUBLIC_DATA,
    ("duty_desk", "read"): _PUBLIC_DATA,
    ("local_concept", "read"): _PUBLIC_DATA,
    ("area", "read"): _PUBLIC_DATA,
    ("agency_area", "read"): _PUBLIC_DATA,
    ("user_account", "read"): _READ_BEFORE_ANYBODY_IS_KNOWN,
    ("membership", "read"): _READ_BEFORE_ANYBODY_IS_KNOWN,
    ("team", "read"): _READ_BEFORE_ANYBODY_IS_KNOWN,
    ("team_member", "read"): _READ_BEFORE_ANYBODY_IS_KNOWN,
    ("one_time_link", "read"): _READ_BEFORE_ANYBODY_IS_KNOWN,
    ("one_time_link", "used"): ("used by whoever holds the secret, before anybody is known; one column may change"),
    ("flag", "clock_reads"): _CLOCK,
    ("flag", "clock_changes"): _CLOCK,
    ("share", "clock_reads"): _CLOCK,
    ("share", "clock_changes"): _CLOCK,
    ("information_request", "clock_reads"): _CLOCK,
    ("information_request", "clock_changes"): _CLOCK,
    ("flag_transition", "clock_reads"): _CLOCK,
    ("notification", "told"): "for the worker alone, which tells anybody that something waits and reads nothing",
    ("notification", "recipients"): "for the worker alone, by columns: that something waits, never what it says",
    ("notification", "mailed"): "for the worker alone, which may change nothing but when a mail told of it",
    ("notification_preference", "told"): "for the worker alone, which mails people as they chose",
    ("reading_alarm", "counted"): "for the worker alone, which raises an alarm once",
    ("reading_alarm", "raised"): "for the worker alone, which counts and reads no record",
    ("disclosure", "recipients"): "for the worker alone, by columns: to whom something is open, never how far",
    ("triage_decision", "recipients"): "for the worker alone, by columns: to whom something was escalated",
    ("audit_subject", "written"): (
        "a line's subjects name roots that need not exist, and the line itself names its author"
    ),
}

# What the web role takes away for good; everything else it has ended stays.
WEB_DELETES = {
    "flag_concern": "what a draft says; written anew when the draft is promoted",
    "place_group": "what a draft says; written anew when the draft is promoted",
    "saved_view": "how one membership looks at its inbox",
    "team_member": "who is in which team",
    **dict.fromkeys(_PLAN_TEXT, "what a draft of a plan says; a trigger keeps it once it is proposed"),
    "plan_problem": "what validators found in a draft, found anew",
    "plan_party": "which bodies take part; a trigger keeps those that were in a proposed version",
    "plan_check": "what a body checks, by itself; a key keeps what was passed",
    "partnership_clock": "what a partnership said of days to come, and takes back",
    "partnership_working_week": "what a partnership said of days to come, and takes back",
    "partnership_day": "what a partnership said of days to come, and takes back",
    "duty_desk": "what a partnership said of days to come, and takes back",
    "local_concept": "what a partnership said of days to come, and takes back",
}
_QUEUE = {
    "procrastinate_jobs": "the queue is the worker's own",
    "procrastinate_events": "the queue is the worker's own",
    "procrastinate_periodic_defers": "the queue is the worker's own",
    "procrastinate_workers": "the queue is the worker's own",
}
# Of which tables the worker takes rows away, and of which it writes whole rows anew.
WORKER_DELETES = _QUEUE | {"audit_pending": "what is sealed waits no longer"}
WORKER_UPDATES = _QUEUE | {"notice_mail": "when it mailed whom"}
# What the worker reads or writes by whole rows of tables with a wall; of all others it is granted single columns.
WORKER_ROWS = {
    ("notification", "INSERT"): "it tells people that something waits",
    ("flag_transition", "INSERT"): "it moves a flag on when its time has come, in nobody's name",
    ("audit_event", "INSERT"): "what it does is recorded",
    ("audit_subject", "INSERT"): "what it does is recorded",
    ("audit_event", "SELECT"): "it seals lines, and a policy shows them until it has",
    ("audit_subject", "SELECT"): "it seals lines, and a policy shows them until it has",
    ("notification_preference", "SELECT"): "it mails people as they chose",
    ("reading_alarm", "SELECT"): "it raises an alarm once",
    ("reading_alarm", "INSERT"): "it tells guardians that somebody read many records",
}
# Tables that may be empty after a crash.
FORGETFUL = {
    "rate_bucket": "a crash gives everybody their whole allowance back",
    "sign_in_throttle": "a crash takes longer than anybody waits",
}
# Keys and secrets that a role is granted no column of.
KEPT_FROM_WEB = {
    "viewer_context_key": "whoever reads it is anybody",
    "audit_installation_key": "whoever reads it finds who hides behind a pseudonym",
    "audit_subject_key": "whoever reads it finds who hides behind a pseudonym",
    "audit_leaf": "nobody needs it to answer a visitor",
    "audit_event_agency": "a function reads it for guardians",
    "reading_alarm_mail": "nobody needs it to answer a visitor",
    "rate_limit": "a function asks it",
    "rate_bucket": "a function asks it",
    "sign_in_throttle": "a function asks it",
}
KEPT_FROM_WORKER = {
    "viewer_context_key": "whoever reads it is anybody",
    "audit_installation_key": "whoever reads it finds who hides behind a pseudonym",
    "audit_subject_key": "whoever reads it finds who hides behind a pseudonym",
    "credential": "it signs nobody in",
    "user_session": "it signs nobody in",
    "access_token": "it signs nobody in",
    "one_time_link": "it signs nobody in",
    "invitation": "it invites nobody",
    "sign_in_throttle": "it signs nobody in",
}
# Triggers that hold what no policy can: each must be there, and on.
TRIGGERS = {
    ("audit_event", "append_only"): "the audit is append only",
    ("audit_subject", "append_only"): "the audit is append only",
    ("audit_seal", "append_only"): "what is sealed stays sealed",
    ("audit_leaf", "append_only"): "what is sealed stays sealed",
    ("audit_checkpoint", "append_only"): "what is sealed stays sealed",
    ("audit_subject_key", "append_only"): "a pseudonym stays whose it is",
    ("audit_event", "enter_audit"): "no line comes in without waiting to be sealed",
    ("audit_subject", "enter_audit_subject"): "a line names its subjects by pseudonym",
    ("audit_subject", "index_audit_subjects"): "an agency finds every line that touches its records",
    ("root", "give_audit_key"): "every record has a pseudonym from its first moment",
    ("flag", "keep_raised_facts"): "what was raised stays as it was raised",
    ("flag", "keep_raised_point"): "what was raised stays as it was raised",
    ("flag", "keep_raised_ward"): "what was raised stays as it was raised",
    ("flag", "ends_with_feedback"): "no flag ends without a word to its flagger",
    ("information_request", "keep_what_was_said"): "a question is answered once",
    **{
        (table, "while_version_stands"): "what was proposed stays as it was proposed"
        for table in (*_PLAN_TEXT, "plan_problem")
    },
    **{
        (table, "while_version_stands"): "each thing is done to a version where it stands"
        for table in (*_PLAN_SAID, "plan_proposal")
    },
    **{
        (table, "written_once"): "what was signed, said or done in a plan stays"
        for table in (*_PLAN_SAID, "plan_milestone_report", "plan_event")
    },
    **{
        (table, "of_one_plan"): "nothing hangs under two plans"
        for table in ("plan_proposal", "plan_comment", "plan_check_pass", "plan_event")
    },
    ("plan", "keep_plan"): "a plan moves by the steps there are",
    ("plan", "plan_stands"): "a plan stands where its current version stands",
    ("plan", "plan_is_public"): "a plan is public once every required party wants that",
    ("plan_version", "keep_plan_version"): "a version is agreed by signatures over its bytes, and frozen before",
    ("plan_version", "plan_stands"): "a plan stands where its current version stands",
    ("plan_party", "keep_plan_party"): "an agency leaves once, and nothing that was agreed",
    ("plan_check", "keep_plan_checks"): "checks stay as they are while a version is signed",
    ("plan_proposal", "keep_plan_proposal"): "a counter-proposal is decided once",
    ("plan_comment", "keep_plan_comment"): "a comment is resolved once",
    ("plan_event", "keep_plan_event"): "what did not happen is not noted",
    ("plan_signature", "sign_plan"): "a signature is over the bytes, after the checks, by somebody else",
}
