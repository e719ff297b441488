"""Importing many: read as it comes, applied by chunks, run again after a fault, and nothing brought back meanwhile."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import OperationalError

from outreach.actions import auditing_ledger, importing, suppressing
from outreach.actions.importing import applying, reading, staging
from outreach.errors import Refused
from outreach.models import Consent, ConsentAttestation, ConsentEvent, Subscriber
from tests import builders
from tests.actions.test_importing import ANN, SHEET, WORDING, found, granted, leave_by_stop, load
from tests.builders import NOW
from tests.owner import by_owner

pytestmark = pytest.mark.usefixtures("stage")


class Counted(io.BytesIO):
    """A file that knows how far it was read."""

    furthest = 0

    def read1(self, size: int | None = -1, /) -> bytes:
        block = super().read1(-1 if size is None else size)
        self.furthest = max(self.furthest, self.tell())
        return block


def test_a_file_is_read_as_it_is_needed_and_left_open_to_its_owner() -> None:
    file = Counted(b"email\n" + b"".join(b"person%d@example.org\n" % n for n in range(50_000)))
    found = reading.rows(file)
    assert next(found).email == "person0@example.org"
    assert file.furthest < 100_000
    assert sum(1 for _ in found) == 49_999
    assert not file.closed


@pytest.mark.parametrize("line", [2, 700, 1500])
def test_the_line_that_is_no_utf8_is_named_however_far_down_it_stands(
    line: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BLOCK", 7)  # letters fall apart between blocks
    lines = [b"email,first_name"] + [f"person{n}@example.org,Zoë".encode() for n in range(2, 2000)]
    lines[line - 1] = "bad@example.org,Zoë".encode("latin-1")
    with pytest.raises(Refused, match=f"Line {line} is not UTF-8"):
        load(b"\n".join(lines))


def test_a_report_shows_what_stops_the_import_before_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "MOST_ROWS", 3)
    report = load(f"email\n{ANN}\n{ANN}\n{ANN}\nnobody\n{ANN}\nnobody else\n")
    assert [(r.line, r.verdict) for r in report.rows] == [(3, "duplicate"), (5, "invalid"), (7, "invalid")]
    assert (report.more, report.counts["duplicate"], report.counts["invalid"]) == (2, 3, 2)


def test_an_import_that_was_interrupted_is_run_again_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first chunks are committed: a million people are no transaction that everybody waits for."""
    monkeypatch.setattr(applying, "CHUNK", 3)
    file = "email,phone\n" + "".join(f"person{n}@example.org,404555{n:04d}\n" for n in range(100, 108))
    by_owner(
        "CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.email = 'person105@example.org' THEN "
        "RAISE EXCEPTION 'no room left' USING ERRCODE = 'disk_full'; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER fault BEFORE INSERT ON subscriber FOR EACH ROW EXECUTE FUNCTION fault()"
    )
    try:
        with pytest.raises(OperationalError):
            load(file)
    finally:
        by_owner("DROP TRIGGER fault ON subscriber; DROP FUNCTION fault()")
    left = Subscriber.objects.count()
    assert 0 < left < 8 and Consent.objects.count() == 2 * left, "whole chunks, each with its consents"
    assert found(load(file)) == {"new": 8 - left, "same": left}
    assert (Subscriber.objects.count(), ConsentEvent.objects.count(), Consent.objects.count()) == (8, 16, 16)


@contextmanager
def judged(file: str) -> Iterator[Callable[[], None]]:
    """An import between its report and its end; gives what applies it."""
    with staging.table():
        staging.fill(reading.rows(io.BytesIO(file.encode())))
        judged = staging.judge(SHEET.topic, SHEET.channels)
        stated = ConsentAttestation.objects.create(
            topic=SHEET.topic, channels=list(SHEET.channels), wording=WORDING, collected=SHEET.source,
            collected_on=NOW.date(), attested_by="Dana", file_sha256=b"", at=NOW,
        )  # fmt: skip
        yield lambda: applying.apply(stated, now=NOW, judged=judged, actor=None, people=(1, 0))


def test_who_opts_out_while_a_file_is_being_imported_is_not_brought_back_by_it() -> None:
    ann = builders.make_subscriber(email=ANN, phone="+14045550142", topics=["family-notes"])
    with judged(f"email,phone\n{ANN},404-555-0142\nben@example.org,404-555-0143\n") as apply:
        leave_by_stop(ann)
        suppressing.suppress_key("sms", suppressing.key_of("sms", "404-555-0143"), cause="stop", now=NOW)
        apply()
    assert ("sms", "recovery-notes") not in granted(ann)
    assert granted(Subscriber.objects.get(email="ben@example.org")) == {("email", "recovery-notes")}


def test_who_leaves_a_topic_while_a_file_is_being_imported_is_not_brought_back_by_another_record() -> None:
    """A topic that was left is no suppression: the import has to ask again, with the people's rows locked."""
    ann = builders.make_subscriber(email=ANN, phone="+14045550142")
    with judged("email,phone\nother@example.org,(404) 555-0142\n") as apply:
        builders.consent(ann, "sms", "recovery-notes", "revoked")
        apply()
    assert granted(Subscriber.objects.get(email="other@example.org")) == {("email", "recovery-notes")}


@pytest.mark.parametrize(
    ("stands", "stays"), [("revoked", "revoked"), ("requested", "pending"), ("granted", "granted"), (None, "granted")]
)
def test_the_database_lets_no_import_speak_against_what_stands(stands: str | None, stays: str) -> None:
    """Even when the event is written past the import's own rules; and the audit computes the same state."""
    ann = builders.make_subscriber(email=ANN, channels=[])
    if stands:
        builders.consent(ann, "email", "recovery-notes", stands)
    before = Consent.objects.filter(subscriber=ann).values_list("event_id", flat=True).first()
    ConsentEvent.objects.create(
        subscriber=ann, channel="email", topic="recovery-notes", action="granted", method="import", at=NOW
    )
    now = Consent.objects.get(subscriber=ann)
    assert now.state == stays and (before is None or now.event_id == before)
    assert auditing_ledger.prove().broken == ()


def test_who_signs_up_while_a_file_is_being_imported_keeps_what_they_wrote() -> None:
    with judged(f"email,first_name\n{ANN},Anna\nben@example.org,Ben\n") as apply:
        ann = builders.make_subscriber(email=ANN, first_name="Ann", channels=[])
        apply()
    ann.refresh_from_db()
    assert (ann.first_name, granted(ann)) == ("Ann", set())
    assert found(load(f"email\n{ANN}\nben@example.org\n")) == {"changed": 1, "same": 1}
