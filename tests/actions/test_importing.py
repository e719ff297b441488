"""Importing people: every row judged and named, all of it or nothing, and nobody who left ever brought back."""

from dataclasses import replace

import pytest

from outreach.actions import opting_out, preferring, schedules, suppressing
from outreach.actions.dispatching.rows import run
from outreach.actions.importing import Attestation, Report, applying, import_csv, reading
from outreach.errors import Refused
from outreach.models import Activity, Consent, ConsentEvent, Subscriber
from tests import builders
from tests.builders import NOW

pytestmark = pytest.mark.usefixtures("stage")
WORDING = "Yes, send me notes on recovery by email and text."
SHEET = Attestation(topic="recovery-notes", wording=WORDING, source="open house", attested_by="Dana Whitfield")
ANN = "ann@example.org"


def load(text: str | bytes, attestation: Attestation = SHEET, *, dry_run: bool = False, skip: bool = False) -> Report:
    data = text.encode() if isinstance(text, str) else text
    return import_csv(data, attestation, now=NOW, dry_run=dry_run, skip_bad_rows=skip)


def found(report: Report) -> dict[str, int]:
    """The verdicts that occurred."""
    return {verdict: n for verdict, n in report.counts.items() if n}


def everything() -> tuple[object, ...]:
    """All that an import could change."""
    return (
        list(Subscriber.objects.order_by("pk").values()),
        list(ConsentEvent.objects.order_by("pk").values()),
        list(Consent.objects.order_by("pk").values()),
        list(Activity.objects.order_by("pk").values()),
    )


def granted(person: Subscriber) -> set[tuple[str, str]]:
    rows = Consent.objects.filter(subscriber=person, state="granted")
    return set(rows.values_list("channel", "topic"))


# --- verdicts -------------------------------------------------------------------------------------------------------


def test_new_people_are_stored_in_one_form() -> None:
    report = load(
        "E-mail,Mobile,First Name,last-name,role,language,ZIP code,state,time zone,discreet,tags\n"
        " Ann@Example.ORG ,(404) 555-0142,Ann,Lee,Family,ES,30303-1234,ga,America/Chicago,Yes,Alumni; spring ;alumni\n"
    )
    assert (found(report), report.applied, report.total, report.rows) == ({"new": 1}, True, 1, ())
    ann = Subscriber.objects.get()
    assert (ann.email, ann.phone, ann.name, ann.role, ann.language) == (ANN, "+14045550142", "Ann Lee", "family", "es")
    assert (ann.zip_code, ann.state, ann.zone, ann.discreet, ann.tags) == (
        "30303", "GA", "America/Chicago", True, ["alumni", "spring"],
    )  # fmt: skip
    assert bytes(ann.email_key or b"") == suppressing.key_of("email", ANN)
    assert bytes(ann.phone_key or b"") == suppressing.key_of("sms", "404-555-0142")


def test_consent_keeps_the_words_the_place_and_how() -> None:
    staff = builders.make_staff()
    import_csv(f"email\n{ANN}\n".encode(), SHEET, now=NOW, dry_run=False, actor=staff)
    event = ConsentEvent.objects.get()
    assert (event.wording, event.source, event.method, event.action) == (WORDING, SHEET.source, "import", "granted")
    assert (event.channel, event.topic, event.at, event.actor) == ("email", "recovery-notes", NOW, staff)
    assert Activity.objects.get(verb="imported").actor == staff


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        pytest.param(("email", "sms"), {("email", "recovery-notes"), ("sms", "recovery-notes")}, id="both"),
        pytest.param(("sms",), {("sms", "recovery-notes")}, id="texts alone"),
        pytest.param(("email",), {("email", "recovery-notes")}, id="emails alone"),
    ],
)
def test_consent_is_for_the_channels_that_were_agreed_to(
    channels: tuple[str, ...], expected: set[tuple[str, str]]
) -> None:
    load(f"email,phone\n{ANN},404-555-0142\n", replace(SHEET, channels=channels))
    assert granted(Subscriber.objects.get()) == expected


def test_importing_twice_changes_nothing_the_second_time() -> None:
    file = f"email,phone,first_name,tags,discreet\n{ANN},404-555-0142,Ann,b;a,no\n,404-555-0143,Ben,,\n"
    assert found(load(file)) == {"new": 2}
    before = everything()
    assert found(load(file)) == {"same": 2}
    assert everything() == before


@pytest.mark.parametrize(
    ("cells", "field", "becomes"),
    [
        pytest.param("first_name\n{},Anna", "first_name", "Anna", id="name"),
        pytest.param("phone\n{},404 555 0199", "phone", "+14045550199", id="number"),
        pytest.param("zip\n{},98101", "zip_code", "98101", id="zip"),
        pytest.param("tags\n{},spring", "tags", ["spring"], id="tags"),
        pytest.param("discreet\n{},yes", "discreet", True, id="discretion"),
    ],
)
def test_a_known_person_is_changed_where_the_file_says_something_else(cells: str, field: str, becomes: object) -> None:
    ann = builders.make_subscriber(email=ANN, phone="+14045550142", topics=["recovery-notes"])
    assert found(load("email," + cells.format(ANN))) == {"changed": 1}
    ann.refresh_from_db()
    assert getattr(ann, field) == becomes
    assert bytes(ann.phone_key or b"") == suppressing.key_of("sms", ann.phone or "")


def test_an_empty_cell_says_nothing() -> None:
    """Above all it does not end the discretion somebody asked for."""
    ann = builders.make_subscriber(email=ANN, discreet=True, tags=["spring"])
    before = Subscriber.objects.filter(pk=ann.pk).values().get()
    file = f"email,phone,first_name,last_name,role,language,zip,state,zone,discreet,tags\n{ANN},,,,,,,,,,\n"
    assert found(load(file)) == {"same": 1}
    assert Subscriber.objects.filter(pk=ann.pk).values().get() == before


def test_a_consent_added_to_somebody_known_is_a_change() -> None:
    ann = builders.make_subscriber(email=ANN, phone=None, channels=["email"], topics=["family-notes"])
    assert found(load(f"email\n{ANN}\n", dry_run=True)) == {"changed": 1}
    load(f"email\n{ANN}\n")
    assert granted(ann) == {("email", "family-notes"), ("email", "recovery-notes")}
    assert found(load(f"email\n{ANN}\n")) == {"same": 1}


def test_a_dry_run_reports_the_same_and_changes_nothing() -> None:
    builders.make_subscriber(email=ANN)
    before = everything()
    file = f"email,first_name\n{ANN},Anna\nben@example.org,Ben\nnobody,Cy\nBEN@example.org,Ben\n"
    report = load(file, dry_run=True, skip=True)
    assert (found(report), report.applied) == ({"new": 1, "changed": 1, "invalid": 1, "duplicate": 1}, False)
    assert everything() == before
    assert load(file, skip=True).counts == report.counts


# --- the same person twice, two people with one number --------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "line", "first"),
    [
        pytest.param(f"{ANN},404-555-0142\nAnn@Example.org,404-555-0143", 3, 2, id="one email"),
        pytest.param(",404-555-0142\n,(404) 555 0142", 3, 2, id="one number, no emails"),
        pytest.param(f"{ANN},404-555-0142\n,4045550142", 3, 2, id="a number that stands with an email already"),
        pytest.param(f"{ANN},\n\n\nben@example.org,\n{ANN},", 6, 2, id="empty lines between"),
    ],
)
def test_a_person_who_stands_twice_counts_once(lines: str, line: int, first: int) -> None:
    report = load(f"email,phone\n{lines}\n")
    assert [(r.line, r.verdict) for r in report.rows] == [(line, "duplicate")]
    assert f"line {first}" in report.rows[0].say
    assert report.applied and report.counts["duplicate"] == 1


def test_two_people_may_share_a_number() -> None:
    """A couple with one phone: two records, each with an email of its own, and the second import finds both again."""
    file = f"email,phone\n{ANN},404-555-0142\nben@example.org,404-555-0142\n"
    assert found(load(file)) == {"new": 2}
    assert Subscriber.objects.filter(phone="+14045550142").count() == 2
    assert found(load(file)) == {"same": 2}


def test_a_number_without_an_email_means_the_oldest_record_that_has_it() -> None:
    ann = builders.make_subscriber(email=ANN, phone="+14045550142")
    builders.make_subscriber(email="ben@example.org", phone="+14045550142", first_name="Ben")
    assert found(load("phone,first_name\n4045550142,Anna\n")) == {"changed": 1}
    ann.refresh_from_db()
    assert ann.first_name == "Anna"
    assert Subscriber.objects.count() == 2


# --- bad rows -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "cure"),
    [
        pytest.param("email", "ann at example.org", "is not an email address we can use", id="email"),
        pytest.param("email", "ann@", "is not an email address we can use", id="email without a domain"),
        pytest.param("phone", "404-555", "write it like +1 404 555 0123", id="short number"),
        pytest.param("phone", "911", "is not a whole, existing phone number", id="emergency number"),
        pytest.param("phone", "404-555-0142 ext. 7", "a text cannot reach an extension", id="extension"),
        pytest.param("zip", "2134", "five digits, like 30303", id="zip that lost its zero"),
        pytest.param("zip", "30303-", "five digits, like 30303", id="half a zip+4"),
        pytest.param("zip", "３０３０３", "five digits, like 30303", id="zip in other digits"),
        pytest.param("state", "Georgia", "like GA", id="state in full"),
        pytest.param("state", "ZZ", "two letters of a US state", id="no such state"),
        pytest.param("zone", "EST", "America/New_York", id="zone that is none"),
        pytest.param("zone", "America/Atlanta", "write", id="zone of a city that has none"),
        pytest.param("role", "patient", "role must be subscriber or family", id="role"),
        pytest.param("language", "fr", "language must be en or es", id="language"),
        pytest.param("discreet", "maybe", "discreet must be yes or no", id="discreet"),
        pytest.param("first_name", "A" * 81, "longer than 80 characters", id="long name"),
        pytest.param("last_name", "A" * 81, "longer than 80 characters", id="long last name"),
    ],
)
def test_a_bad_row_is_named_with_its_line_and_its_cure_and_stops_all(column: str, cell: str, cure: str) -> None:
    other = "" if column == "email" else "email,"
    value = "" if column == "email" else f"{ANN},"
    good = "ben@example.org" + (",404-555-0143" if column == "phone" else "," if other else "")
    before = everything()
    report = load(f"{other}{column}\n{good}\n{value}{cell}\n")
    assert (found(report), report.applied) == ({"new": 1, "invalid": 1}, False)
    (row,) = report.rows
    assert (row.line, row.verdict) == (3, "invalid")
    assert cure in row.say
    assert everything() == before


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        pytest.param(",,Ann", "give at least one", id="neither email nor number"),
        pytest.param(f"{ANN},404-555-0142", "2 cells where the header has 3", id="a cell too few"),
        pytest.param(f"{ANN},404-555-0142,Ann,Lee", "4 cells where the header has 3", id="a cell too many"),
    ],
)
def test_a_row_that_does_not_fit_is_named(line: str, cure: str) -> None:
    (row,) = load(f"email,phone,first_name\n{line}\n").rows
    assert (row.line, row.verdict) == (2, "invalid")
    assert cure in row.say


def test_bad_rows_are_left_out_only_when_asked() -> None:
    file = f"email\n{ANN}\nnobody\nben@example.org\n"
    assert not load(file).applied
    report = load(file, skip=True)
    assert (found(report), report.applied) == ({"new": 2, "invalid": 1}, True)
    assert Subscriber.objects.count() == 2


def test_every_bad_row_is_reported_at_once() -> None:
    report = load("email,zip\nnobody,\nann@example.org,1\n,30303\nben@example.org,30303\n")
    assert [(r.line, r.verdict) for r in report.rows] == [(2, "invalid"), (3, "invalid"), (4, "invalid")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_line_breaks_inside_quotes_keep_the_line_numbers_right(end: str) -> None:
    file = [
        "email,first_name", f'{ANN},"Ann', "", 'Lee"', "", "nobody,Ben", 'cy@example.org,"C""y"', 'nobody,"Dee', 'Dee"',
        "nobody,Eve",
    ]  # fmt: skip
    report = load(end.join(file) + end, skip=True)
    assert [r.line for r in report.rows] == [6, 8, 10], "a row is named by the line it begins in"
    assert set(Subscriber.objects.values_list("first_name", flat=True)) == {"Ann Lee", 'C"y'}


# --- files ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(f"\ufeffemail\n{ANN}\n".encode(), id="BOM"),
        pytest.param(f"email\r\n{ANN}\r\n".encode(), id="CRLF"),
        pytest.param(f"email\n{ANN}".encode(), id="no last line end"),
        pytest.param(f"email\n{ANN}\n\n , \n\n".replace(" , ", "  ").encode(), id="empty lines at the end"),
        pytest.param(f'"email"\n"{ANN}"\n'.encode(), id="quoted"),
        pytest.param(f" EMAIL \n {ANN} \n".encode(), id="spaces around"),
    ],
)
def test_the_ways_spreadsheets_write_a_file_are_read(data: bytes) -> None:
    assert found(load(data)) == {"new": 1}
    assert Subscriber.objects.get().email == ANN


def test_a_file_with_a_header_alone_holds_nobody() -> None:
    report = load("email,phone\n")
    assert (report.total, report.applied, report.rows) == (0, True, ())


@pytest.mark.parametrize(
    ("data", "say"),
    [
        pytest.param(b"", "Line 1 must name the columns", id="empty"),
        pytest.param(b"\n\n", "Line 1 must name the columns", id="empty lines"),
        pytest.param(b"first_name,last_name\nAnn,Lee\n", "at least one of email and phone", id="no address column"),
        pytest.param(b"ann@example.org\n", "Line 1, column 1: “ann@example.org” is not known", id="no header"),
        pytest.param(b"emial,zip\n", "Did you mean “email”?", id="misspelt"),
        pytest.param(b"email,favourite_colour\n", "column 2: “favourite_colour” is not known. Known columns: email",
                     id="unknown"),
        pytest.param(b"email,phone,Email\n", "names the column “email” twice", id="doubled"),
        pytest.param(b"email,mobile,phone\n", "names the column “phone” twice", id="doubled under two names"),
        pytest.param(b"email,,phone\n", "Line 1, column 2 has no name", id="nameless"),
        pytest.param(b"email;phone\n", "commas between its columns", id="semicolons"),
        pytest.param(b"email\tphone\n", "commas between its columns", id="tabs"),
        pytest.param("email,first_name\nann@example.org,Zoë\n".encode("latin-1"), "Line 2 is not UTF-8",
                     id="Latin-1"),
        pytest.param("email\nann@example.org\n".encode("utf-16"), "Line 1 is not UTF-8", id="UTF-16"),
        pytest.param(b"email\nann@example.org\n\x00\x00\n", "binary data", id="NUL"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "is not UTF-8", id="picture"),
        pytest.param(b"PK\x03\x04\x14\x00\x06\x00", "binary data", id="workbook"),
        pytest.param(b'email,first_name\n\nann@example.org,"A\nnn\n', "Line 3 is not CSV", id="quote never closed"),
        pytest.param(b'email,first_name\nann@example.org,"A"nn\n', "Line 2 is not CSV", id="quote closed early"),
        pytest.param(b"email,first_name\nann@example.org," + b"A" * 200_000 + b"\n",
                     "Line 2 holds a cell too long", id="huge cell"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_in_one_line_with_the_cure(data: bytes, say: str) -> None:
    with pytest.raises(Refused) as refused:
        load(data, skip=True)
    assert say in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not Subscriber.objects.exists()


def test_a_file_too_large_to_be_a_list_of_people_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    with pytest.raises(Refused, match="split it into files"):
        load(f"email\n{ANN}\n")


@pytest.mark.parametrize(
    ("attestation", "say"),
    [
        pytest.param(replace(SHEET, topic="gossip"), "Known: recovery-notes, family-notes", id="unknown topic"),
        pytest.param(replace(SHEET, wording="  yes     "), "which words these people agreed to", id="no words"),
        pytest.param(replace(SHEET, source=" "), "and where", id="no source"),
        pytest.param(replace(SHEET, channels=()), "for which channels", id="no channel"),
        pytest.param(replace(SHEET, channels=("pigeon",)), "for which channels", id="unknown channel"),
    ],
)
def test_an_attestation_that_proves_nothing_is_refused(attestation: Attestation, say: str) -> None:
    with pytest.raises(Refused, match=say):
        load(f"email\n{ANN}\n", attestation)


def test_more_people_than_one_chunk_are_all_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "CHUNK", 3)
    file = "email,phone\n" + "".join(f"person{n}@example.org,404555{n:04d}\n" for n in range(100, 108))
    suppressing.suppress_key("email", suppressing.key_of("email", "person107@example.org"), cause="bounce", now=NOW)
    assert found(load(file)) == {"new": 8}
    assert found(load(file)) == {"same": 8}
    assert Consent.objects.filter(state="granted").count() == 15


# --- who left -------------------------------------------------------------------------------------------------------


def leave_by_stop(person: Subscriber) -> None:
    opting_out.opt_out("sms", bytes(person.phone_key or b""), method="sms_reply", source="test", now=NOW)


def leave_by_unsubscribe(person: Subscriber) -> None:
    opting_out.opt_out("email", bytes(person.email_key or b""), method="one_click", source="test", now=NOW)


def leave_both(person: Subscriber) -> None:
    preferring.leave(person.pk, wording="Leave", language="en", now=NOW)


def leave_the_topic(person: Subscriber) -> None:
    offered = {(c, "recovery-notes"): "Notes" for c in ("email", "sms")}
    preferring.save(
        person.pk,
        preferring.Choices(
            offered=offered, ticked=frozenset(), discreet=False, language="en", zip_code=None, zone=None
        ),
        now=NOW,
    )


@pytest.mark.parametrize(
    ("leaves", "file"),
    [
        pytest.param(leave_both, f"email,phone\n{ANN},4045550142\n", id="both channels"),
        pytest.param(leave_the_topic, f"email,phone\n{ANN},4045550142\n", id="the topic on both"),
        pytest.param(leave_by_stop, "phone\n4045550142\n", id="STOP, found by the number"),
        pytest.param(leave_by_unsubscribe, f"email\n{ANN}\n", id="unsubscribed"),
        pytest.param(leave_the_topic, "phone\n4045550142\n", id="the topic, found by the number"),
    ],
)
def test_who_left_is_blocked_and_stays_as_recorded(leaves: object, file: str) -> None:
    ann = builders.make_subscriber(email=ANN, phone="+14045550142")
    assert callable(leaves)
    leaves(ann)
    before = everything()
    report = load(file.replace("\n", ",first_name\n", 1).rstrip("\n") + ",Anna\n")
    assert (found(report), report.applied) == ({"blocked": 1}, True)
    assert "opted out" in report.rows[0].say
    assert everything() == before


@pytest.mark.parametrize("leaves", [leave_by_stop, leave_the_topic], ids=["STOP", "the topic on the web"])
def test_a_new_record_with_the_number_of_somebody_who_left_gets_no_texts(leaves: object) -> None:
    """The revoked consent stands in another record, and for the topic alone there is no suppression."""
    ann = builders.make_subscriber(email=ANN, phone="+14045550142")
    assert callable(leaves)
    leaves(ann)
    report = load("email,phone\nben@example.org,404-555-0142\n")
    assert (found(report), report.applied) == ({"new": 1}, True)
    assert [(r.line, r.say) for r in report.rows] == [(2, "no texts: opted out or not reachable there before.")]
    assert granted(Subscriber.objects.get(email="ben@example.org")) == {("email", "recovery-notes")}


def test_who_stopped_texts_is_still_blocked_under_a_new_number() -> None:
    ann = builders.make_subscriber(email=ANN, phone="+14045550142")
    leave_by_stop(ann)
    report = load(f"email,phone\n{ANN},404-555-0199\n")
    assert [(r.verdict, r.say[:8]) for r in report.rows] == [("changed", "no texts")]
    assert granted(ann) == {("email", "recovery-notes")}


@pytest.mark.parametrize("cause", ["bounce", "complaint", "invalid", "disconnected"])
def test_an_address_that_cannot_be_reached_is_blocked_though_nobody_has_it_yet(cause: str) -> None:
    suppressing.suppress_key("email", suppressing.key_of("email", ANN), cause=cause, now=NOW)
    assert found(load(f"email\n{ANN}\n")) == {"blocked": 1}
    assert not Subscriber.objects.exists()


def test_who_came_back_is_not_blocked() -> None:
    ann = builders.make_subscriber(email=ANN, phone="+14045550142")
    leave_by_stop(ann)
    opting_out.opt_in("sms", bytes(ann.phone_key or b""), method="sms_reply", source="test", now=NOW)
    assert found(load(f"email,phone\n{ANN},404-555-0142\n")) == {"same": 1}


def test_a_topic_that_goes_out_by_email_alone_gives_no_consent_to_texts() -> None:
    text = (builders.ROOT / "schedules.yaml").read_text(encoding="utf-8")
    family = "label_es: Notas para familias y amistades\n    channels: [email, sms]"
    assert family in text
    schedules.apply(text.replace(family, family.replace("[email, sms]", "[email]")), now=NOW)
    sheet = replace(SHEET, topic="family-notes")
    load(f"email,phone\n{ANN},404-555-0142\n", sheet)
    assert granted(Subscriber.objects.get()) == {("email", "family-notes")}
    with pytest.raises(Refused, match="does not go out by sms"):
        load("phone\n404-555-0143\n", replace(sheet, channels=("sms",)))


def test_a_sign_up_that_was_never_confirmed_is_not_confirmed_by_a_file() -> None:
    ann = builders.make_subscriber(email=ANN, phone=None, channels=[])
    builders.consent(ann, "email", action="requested")
    load(f"email\n{ANN}\n")
    assert run("SELECT state FROM consent WHERE subscriber_id = %s", [ann.pk]) == [("pending",)]


def test_a_consent_of_ones_own_outweighs_that_another_with_the_number_left() -> None:
    """Ann's was for this very number; Cy's was for the number before, and goes with it."""
    ann = builders.make_subscriber(email=ANN, phone="+14045550142")
    ben = builders.make_subscriber(email="ben@example.org", phone="+14045550142")
    cy = builders.make_subscriber(email="cy@example.org", phone="+14045550199")
    builders.consent(ben, "sms", action="revoked")
    report = load(f"email,phone\n{ANN},404-555-0142\ncy@example.org,404-555-0142\n")
    assert [(r.line, r.verdict, r.say[:8]) for r in report.rows] == [(3, "changed", "no texts")]
    assert granted(ann) == {("email", "recovery-notes"), ("sms", "recovery-notes")}
    assert granted(cy) == {("email", "recovery-notes")}
    assert report.counts["same"] == 1
