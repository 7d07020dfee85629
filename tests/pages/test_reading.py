"""Reading flags: what is withheld says so alike, and what is hidden looks like what is missing."""

from tests.factories.cast import Cast
from tests.factories.flags import group_report, raised, shared, taken
from tests.pages.conftest import ReadAs
from tests.pages.reader import Reader
from tests.pages.words_on import title_of, without_keys, words_on

SECRETS = ("Kai", "Sitting alone", "Third time this month", "somewhere to go", "older brother", "Station Parade")


def test_a_hidden_flag_and_a_missing_one_are_one_page(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    for viewer in (cast.ari, cast.lee, cast.sam, cast.alex, cast.robin, cast.noor):
        reader = read_as(viewer)
        hidden, missing = reader.get(f"/flags/{flag['id']}"), reader.get("/flags/nothing-of-the-kind")
        nowhere = reader.get("/no/such/page")
        assert {hidden.status_code, missing.status_code, nowhere.status_code} == {404}
        assert without_keys(hidden.text) == without_keys(missing.text) == without_keys(nowhere.text)
        assert not [secret for secret in SECRETS if secret in hidden.text]


def test_the_pages_of_a_hidden_flag_are_hidden_too(cast: Cast, read_as: ReadAs) -> None:
    flag = taken(cast)
    ari = read_as(cast.ari)
    for page in (f"/flags/{flag['id']}/triage", f"/flags/{flag['id']}/sent", f"/drafts/{flag['id']}/promote"):
        assert ari.get(page).status_code == 404


def test_whoever_is_not_signed_in_is_sent_to_sign_in_whatever_they_ask_for(cast: Cast, stranger: Reader) -> None:
    flag = raised(cast)
    for page in ("/", "/flags", "/inbox", f"/flags/{flag['id']}", "/flags/nothing", "/agreement", "/no/such/page"):
        answer = stranger.get(page)
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")
        assert not [secret for secret in SECRETS if secret in answer.text]


def test_what_is_withheld_looks_the_same_with_and_without_a_value(cast: Cast, read_as: ReadAs) -> None:
    with_words = shared(cast, taken(cast, raised(cast)))
    without = shared(cast, taken(cast, raised(cast, opinion=None, thirdPartyNotes=None)))
    sam = read_as(cast.sam)
    pages = [words_on(sam.get(f"/flags/{flag['id']}").text) for flag in (with_words, without)]
    boxes = [page.split("What was reported")[1].split("Why can I see this?")[0] for page in pages]
    assert "What the flagger thinks it means Withheld from your role Clause 4.5 of the agreement" in boxes[0]
    assert boxes[0].split("From PC")[1] == boxes[1].split("From PC")[1]


def test_a_service_administrator_reads_who_and_codes_and_not_the_words(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast)
    page = read_as(cast.sam).get(f"/flags/{flag['id']}").text
    words = words_on(page)
    assert "Name Kai" in words
    assert "Worries Alcohol" in words
    assert not [secret for secret in SECRETS[1:] if secret in page]


def test_no_page_says_anything_of_anybody_in_its_title(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast)
    morgan = read_as(cast.morgan)
    for page in ("/inbox", "/flags", f"/flags/{flag['id']}", "/agreement"):
        title = title_of(morgan.get(page).text)
        assert not [secret for secret in (*SECRETS, "Morgan", "Rowan") if secret in title]
    assert title_of(morgan.get(f"/flags/{flag['id']}").text).startswith(f"Flag {flag['reference']}")


def test_a_page_says_why_its_reader_sees_it(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast)
    reasons = {
        cast.rowan: "You raised this flag.",
        cast.mel: "Your team raised this flag.",
        cast.morgan: "You triage flags for this partnership.",
        cast.sam: "It was shared with your agency.",
    }
    for viewer, reason in reasons.items():
        page = words_on(read_as(viewer).get(f"/flags/{flag['id']}").text)
        assert f"Why can I see this? {reason}" in page
        assert "Severnshire information sharing agreement, version 1" in page


def test_every_page_shows_the_hat(cast: Cast, read_as: ReadAs) -> None:
    flag = shared(cast)
    sam = read_as(cast.sam)
    for page in ("/inbox", "/flags", "/flags/raise", f"/flags/{flag['id']}", "/agreement", "/about", "/nowhere"):
        assert "Sam Okafor, service administrator · Sign out Severnshire Health and Care" in words_on(
            sam.get(page).text
        )


def test_a_sergeant_reads_the_flags_of_the_own_team_and_no_other(cast: Cast, read_as: ReadAs) -> None:
    raised(cast)
    raised(cast, by=cast.ari, subject={"person": {"preferredName": "Wren", "ageBandCode": "16_17"}})
    team = words_on(read_as(cast.mel).get("/flags?show=team").text)
    assert "Kai, 14 or 15" in team
    assert "Wren" not in team
    assert "Your team has raised no flags" not in team
    assert "You have raised no flags" in words_on(read_as(cast.mel).get("/flags").text)


def test_a_group_is_shown_by_its_size_and_names_nobody(cast: Cast, read_as: ReadAs) -> None:
    flag = raised(cast, **{name: value for name, value in group_report().items() if name == "subject"})
    page = words_on(read_as(cast.morgan).get(f"/flags/{flag['id']}").text)
    assert "Group of about 7, 14 or 15" in page
    assert "Usually there Most evenings" in page


def test_a_long_list_goes_on_page_by_page(cast: Cast, read_as: ReadAs) -> None:
    for _ in range(27):
        raised(cast)
    rowan = read_as(cast.rowan)
    first = rowan.get("/flags").text
    assert words_on(first).count("Kai, 14 or 15") == 25
    more = first.split('href="/flags?after=')[1].split('"')[0]
    second = words_on(rowan.get(f"/flags?after={more}").text)
    assert second.count("Kai, 14 or 15") == 2
    assert "Back to the first flags" in second


def test_each_role_starts_where_its_work_is(cast: Cast, read_as: ReadAs) -> None:
    starts = {
        cast.rowan: "/flags/raise",
        cast.morgan: "/inbox",
        cast.sam: "/inbox",
        cast.robin: "/plans",
        cast.ellis: "/plans",
        cast.noor: "/administration",
    }
    for viewer, start in starts.items():
        assert read_as(viewer).get("/").location == start


def test_who_has_no_worklist_has_no_inbox(cast: Cast, read_as: ReadAs) -> None:
    for viewer in (cast.rowan, cast.robin, cast.noor):
        assert read_as(viewer).get("/inbox").status_code == 404
