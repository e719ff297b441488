"""The ledger's chain: whatever is changed behind the program's back is found and named, and what is right is not."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import ProgrammingError, connection, connections, transaction

from outreach.actions import auditing, auditing_ledger, opting_out
from outreach.actions.dispatching.rows import run
from outreach.actions.migrating import OWNER
from outreach.errors import Refused
from outreach.models import ConsentEvent, ConsentLink, ConsentPersonal, ConsentSeal, Subscriber
from outreach.rules import ledger
from tests import builders
from tests.builders import NOW
from tests.owner import by_owner, tamper

pytestmark = pytest.mark.usefixtures("stage")
# what no separator could keep apart, and what a byte count must count right
NASTY = ["", "-", "1:a", "ſtop ’ñ\u200b🙂", "a\nb\r\n\t\\", "'; --", "5:abc", "x" * 3000, "\ufeff٠١", "é", "e\u0301"]


def places() -> tuple[str, ...]:
    return auditing_ledger.prove().broken


def many(people: int) -> list[int]:
    """Grants of that many people in one statement; their events' ids."""
    ids = [builders.make_subscriber(channels=[]).pk for _ in range(people)]
    rows = run(
        """INSERT INTO consent_event (subscriber_id, channel, topic, action, wording, wording_version, language, method,
            source, provider_id, at)
        SELECT p, 'sms', 'recovery-notes', 'granted', 'Yes', '', 'en', 'staff', 'test', '', %s
        FROM unnest(%s::bigint[]) AS p RETURNING id""",
        [NOW, ids],
    )
    return [number for (number,) in rows]


# --- what is right is found right --------------------------------------------------------------------------------------


def test_an_empty_ledger_is_whole_and_has_no_head() -> None:
    assert auditing_ledger.head() is None
    proof = auditing_ledger.prove()
    assert (proof.events, proof.links, proof.seals, proof.head, proof.broken) == (0, 0, 0, None, ())


@pytest.mark.parametrize("seed", range(4))
def test_the_database_and_the_rules_hash_the_same_whatever_an_event_holds(seed: int) -> None:
    dice = random.Random(seed)
    staff = builders.make_staff()
    for n in range(25):
        person = builders.make_subscriber(channels=[], email=None if n % 5 == 0 else f"nasty{n}@example.org")
        ConsentEvent.objects.bulk_create(
            ConsentEvent(
                subscriber=person, channel=dice.choice(["email", "sms"]), topic=dice.choice(NASTY), action="granted",
                wording=dice.choice(NASTY), wording_version=dice.choice(["", "v1"]), language=dice.choice(["en", "es"]),
                method=dice.choice(NASTY), source=dice.choice(NASTY), said=dice.choice(NASTY),
                ip=dice.choice([None, "192.0.2.7", "2001:db8::1"]), address_given=dice.choice(NASTY),
                provider_id=dice.choice(NASTY), answers=dice.choice([None, 1, 2**40]), asked_at=dice.choice([None, NOW]),
                adult=dice.choice([None, True, False]), actor=dice.choice([None, staff]),
                at=NOW.replace(microsecond=dice.randrange(1_000_000), year=dice.choice([1969, 2026, 2199])),
            )
            for _ in range(dice.choice([1, 2, 7]))
        )  # fmt: skip
    auditing_ledger.head()
    assert places() == ()
    assert ConsentLink.objects.count() == 25 and ConsentSeal.objects.count() == 1


def test_what_stands_beside_an_event_is_what_its_hash_says() -> None:
    person = builders.make_subscriber(channels=[])
    event = ConsentEvent.objects.create(
        subscriber=person, channel="sms", topic="recovery-notes", action="granted", method="sms_reply", said="Yes ñ",
        ip="2001:DB8:0:0::1", address_given="(404) 555-0123", wording="Words", at=NOW,
    )  # fmt: skip
    event.refresh_from_db()
    assert (event.ip, event.said, event.address_given) == (None, "", ""), "the letter box is empty"
    beside = ConsentPersonal.objects.get(event=event)
    assert (beside.ip, beside.said, beside.address_given) == ("2001:db8::1", "Yes ñ", "(404) 555-0123")
    kept = ledger.personal_hash(bytes(beside.salt or b""), beside.ip, beside.said, beside.address_given)
    assert bytes(event.personal or b"") == kept
    assert bytes(event.address_key or b"") == bytes(person.phone_key or b"")
    assert event.wording_version == ledger.wording_version("en", "Words") != ""


def test_events_of_one_statement_are_one_link_and_the_next_follows_from_it() -> None:
    first = many(3)
    second = many(1)
    one, two = ConsentLink.objects.order_by("number")
    assert (one.lane, one.number, one.firsts, one.lasts, one.events) == (1, 1, [first[0]], [first[-1]], 3)
    assert (two.lane, two.number, two.firsts, bytes(two.previous)) == (1, 2, second, bytes(one.hash))
    assert len(bytes(one.digests)) == 3 * ledger.DIGEST_BYTES


def test_what_was_taken_back_leaves_no_link() -> None:
    many(2)
    with pytest.raises(RuntimeError), transaction.atomic():
        many(2)
        raise RuntimeError
    many(1)
    assert places() == () and ConsentLink.objects.count() == 2


def test_writers_at_the_same_moment_do_not_wait_for_each_other() -> None:
    """Each transaction has its events in a link before any of them ends, in a lane of its own."""
    people = [builders.make_subscriber(channels=[]).pk for _ in range(4)]
    together = Barrier(4, timeout=30)

    def write(person: int) -> None:
        try:
            with transaction.atomic():
                for _ in range(2):
                    builders.consent(Subscriber.objects.get(pk=person), "sms")
                    together.wait()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, people))
    assert list(ConsentLink.objects.order_by("lane", "number").values_list("lane", "number")) == [
        (lane, number) for lane in (1, 2, 3, 4) for number in (1, 2)
    ]
    auditing_ledger.head()
    assert places() == ()


def test_a_seal_is_made_when_something_was_added_and_names_every_lane() -> None:
    many(2)
    first = auditing_ledger.head()
    assert auditing_ledger.head() == first
    many(1)
    second = auditing_ledger.head()
    assert first != second
    newest = ConsentSeal.objects.get(number=2)
    assert bytes(newest.previous) == first
    assert newest.heads == f"1:2:{bytes(ConsentLink.objects.get(number=2).hash).hex()}"
    assert auditing_ledger.prove().head == second


def test_a_head_that_was_kept_is_known_again_and_a_foreign_one_is_not() -> None:
    many(2)
    kept = auditing_ledger.head()
    many(1)
    auditing_ledger.head()
    assert kept and auditing_ledger.require_head(kept.hex().upper()) == 1
    for wrong, say in (("00" * 32, "does not hold"), ("no head", "64 digits")):
        with pytest.raises(Refused, match=say):
            auditing_ledger.require_head(wrong)


# --- what is wrong is found and named ------------------------------------------------------------------------------------


def remake_link(number: int) -> str:
    """A forger's statement: the link's hash fits its content again, as if it had always been so."""
    link = ConsentLink.objects.get(number=number)
    fresh = ledger.link_hash(
        1, number, bytes(link.previous), ledger.ranges(link.firsts, link.lasts), b"\0" * 32 * link.events, link.at
    )
    digests = "00" * 32 * link.events
    return f"UPDATE consent_link SET digests = '\\x{digests}', hash = '\\x{fresh.hex()}' WHERE number = {number}"


_COPY = """INSERT INTO consent_event (id, subscriber_id, channel, topic, action, wording, wording_version, language, method,
    source, provider_id, at, recorded_at) OVERRIDING SYSTEM VALUE
SELECT {id}, subscriber_id, channel, topic, action, wording, wording_version, language, method, source, provider_id, at,
    recorded_at FROM consent_event WHERE id = 2"""


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        pytest.param(["UPDATE consent_event SET wording = 'Yes!' WHERE id = 4"], "event 4 was changed", id="words"),
        pytest.param(["UPDATE consent_event SET at = at + interval '1 us' WHERE id = 1"], "event 1 was changed", id="moment"),
        pytest.param(["UPDATE consent_event SET address_key = NULL WHERE id = 2"], "event 2 was changed", id="address"),
        pytest.param(["UPDATE consent_event SET subscriber_id = 2 WHERE id = 1"], "event 1 was changed", id="person"),
        pytest.param(["UPDATE consent_event SET action = 'granted' WHERE id = 7"], "event 7 was changed", id="withdrawal"),
        pytest.param(["DELETE FROM consent_event WHERE id = 3"], "event 3 is missing", id="removed from the middle"),
        pytest.param(["DELETE FROM consent_event WHERE id = 7"], "event 7 is missing", id="the last one removed"),
        pytest.param(["DELETE FROM consent_event"], "event 1 is missing", id="everything removed"),
        pytest.param([_COPY.format(id=100)], "event 100 stands in no link", id="put in at the end"),
        pytest.param([_COPY.format(id=-5)], "event -5 stands in no link", id="put in at the beginning"),
        pytest.param(
            ["DELETE FROM consent_event WHERE id = 5", _COPY.format(id=5)], "event 5 was changed", id="one for another"
        ),
        pytest.param(
            ["UPDATE consent_event SET id = 50 WHERE id = 4", "UPDATE consent_event SET id = 4 WHERE id = 5",
             "UPDATE consent_event SET id = 5 WHERE id = 50"], "event 4 was changed", id="order swapped",
        ),
        pytest.param(
            ["DELETE FROM consent_event WHERE id = 6", "DELETE FROM consent_link WHERE number = 3"],
            "link 1.4: the link before it is missing", id="an event with its link",
        ),
        pytest.param(
            ["DELETE FROM consent_event WHERE id = 7", "DELETE FROM consent_link WHERE number = 4"],
            "link 1.4 was sealed, and is gone", id="the tail with its link",
        ),
        pytest.param(
            ["DELETE FROM consent_link WHERE number = 4"], "event 7 stands in no link", id="a link alone",
        ),
        pytest.param(
            ["UPDATE consent_link SET digests = digests || digests WHERE number = 2"], "link 1.2 was changed", id="a link",
        ),
        pytest.param(
            ["UPDATE consent_link SET number = 9 WHERE number = 2"], "link 1.3: the link before it is missing",
            id="a link moved",
        ),
        pytest.param(["UPDATE consent_seal SET at = at + interval '1 s'"], "seal 1 was changed", id="a seal"),
        pytest.param(["DELETE FROM consent_seal WHERE number = 1"], "seal 2 does not follow", id="a seal removed"),
        pytest.param(
            ["UPDATE consent SET state = 'granted' WHERE state = 'revoked'"], "the current state is not what", id="the state",
        ),
        pytest.param(["DELETE FROM consent WHERE subscriber_id = 1"], "person 1, sms/recovery-notes", id="a state removed"),
        pytest.param(
            ["INSERT INTO consent (subscriber_id, channel, topic, state, event_id, since) VALUES (2, 'email', 'x', 'granted', 1, "
             "now())"], "person 2, email/x", id="a state put in",
        ),
    ],
)  # fmt: skip
def test_whatever_is_changed_behind_its_back_is_named(statements: list[str], named: str) -> None:
    """Two links of several events and two of one, sealed twice; event 7 is the withdrawal of person 1."""
    many(3)
    many(2)
    many(1)
    auditing_ledger.head()
    person = Subscriber.objects.order_by("pk")[0]
    builders.consent(person, "sms", action="revoked")
    auditing_ledger.head()
    assert places() == ()
    tamper(*statements)
    found = places()
    assert (found and found[0].startswith(named)) or any(named in place for place in found), found
    audit = auditing.audit()
    assert not audit.held and {p.name for p in audit.promises if not p.held} >= {"evidence"}


def test_a_link_that_was_forged_to_fit_itself_does_not_fit_the_next_or_the_seal() -> None:
    for _ in range(3):
        many(1)
    auditing_ledger.head()
    tamper(remake_link(2))
    assert any("link 1.3 does not follow" in place for place in places())
    assert any("event 2 was changed" in place for place in places())
    tamper(remake_link(3))
    assert any("link 1.3 was sealed, and is gone or another one now" in place for place in places())


def test_a_whole_history_forged_anew_does_not_hold_the_head_that_was_kept_elsewhere() -> None:
    many(2)
    kept = auditing_ledger.head()
    assert kept
    tamper("TRUNCATE consent_event, consent_link, consent_seal, consent CASCADE")
    many(2)
    auditing_ledger.head()
    assert places() == (), "by itself the new history is whole"
    with pytest.raises(Refused, match="gone or was changed"):
        auditing_ledger.require_head(kept.hex())
    audit = auditing.audit(kept_head=kept.hex())
    assert [p.where for p in audit.promises if not p.held] == [(auditing_ledger.LOST_HEAD,)]


def test_a_ledger_is_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links that are larger than a piece, and pieces of several links, give the same answer."""
    monkeypatch.setattr(auditing_ledger, "EVENTS_AT_ONCE", 3)
    for size in (1, 1, 5, 1, 2, 2, 1):
        many(size)
    auditing_ledger.head()
    assert places() == ()
    tamper(
        "UPDATE consent_event SET source = 'elsewhere' WHERE id IN (5, 11)", "DELETE FROM consent_event WHERE id = 9"
    )
    assert [place.split(" (")[0] for place in places()[:3]] == [
        "event 5 was changed", "event 9 is missing", "event 11 was changed",
    ]  # fmt: skip


# --- refused to the program's own role -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        *(f"{act} {table}" for table in ("consent_event", "consent_link", "consent_seal", "consent_attestation", "consent")
          for act in ("DELETE FROM", "TRUNCATE")),
        "UPDATE consent_event SET wording = 'Yes to everything'",
        "UPDATE consent_link SET hash = digests",
        "UPDATE consent_seal SET heads = ''",
        "UPDATE consent_attestation SET attested_by = 'Somebody else'",
        "UPDATE consent SET state = 'granted'",
        "UPDATE consent_personal SET event_id = event_id + 1",
        "INSERT INTO consent (subscriber_id, channel, topic, state, event_id, since) SELECT 1, 'sms', 'x', 'granted', 1, now()",
        "INSERT INTO consent_link SELECT * FROM consent_link",
        "INSERT INTO consent_seal SELECT * FROM consent_seal",
        "INSERT INTO consent_personal (event_id) VALUES (1)",
        "SELECT forge_consent_link(1, ''::bytea, '{1}', '{1}')",
        "DELETE FROM consent_personal",
        "DELETE FROM suppression",
        "TRUNCATE suppression",
        "UPDATE suppression SET address_key = 'x'",
        "UPDATE suppression SET channel = 'email'",
        "DELETE FROM subscriber",
        "DELETE FROM message",
        "ALTER TABLE consent_event DISABLE TRIGGER ALL",
        "ALTER TABLE consent_event DISABLE TRIGGER USER",
        "DROP TRIGGER consent_event_append_only ON consent_event",
        "DROP TRIGGER consent_event_links ON consent_event",
        "CREATE TRIGGER mine BEFORE INSERT ON consent_event FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "DROP TABLE consent_seal",
        "ALTER TABLE consent_event OWNER TO CURRENT_USER",
        "ALTER FUNCTION link_consent_events() RENAME TO nothing",
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        "CREATE RULE quiet AS ON INSERT TO consent_event DO INSTEAD NOTHING",
        "SET session_replication_role = replica",
        "SET ROLE postgres",
        "GRANT UPDATE ON consent_event TO CURRENT_USER",
    ],
)  # fmt: skip
def test_the_programs_role_is_refused(statement: str) -> None:
    """Every way round the ledger, tried as the role that the pages and the workers connect as."""
    person = builders.make_subscriber()
    opting_out.opt_out("sms", bytes(person.phone_key or b""), method="staff", source="test", now=NOW)
    before = list(ConsentEvent.objects.order_by("pk").values())
    with pytest.raises(ProgrammingError, match="permission denied|must be owner|must be able to SET ROLE"):
        with transaction.atomic():
            run(statement)
            if "GRANT" in statement:  # PostgreSQL only warns that there was nothing to give
                run("UPDATE consent_event SET wording = ''")
    assert list(ConsentEvent.objects.order_by("pk").values()) == before
    assert places() == ()


def test_a_table_of_the_roles_own_does_not_stand_before_the_real_one() -> None:
    """The owner's functions look past temporary tables, which everybody may make."""
    with transaction.atomic():
        run("CREATE TEMPORARY TABLE consent_link (LIKE consent_link) ON COMMIT DROP")
        run("CREATE TEMPORARY TABLE consent (LIKE consent) ON COMMIT DROP")
        many(1)
        assert run("SELECT count(*) FROM pg_temp.consent_link") == [(0,)]
    assert ConsentLink.objects.count() == 1 and places() == ()


def test_the_tests_are_run_as_a_role_that_owns_nothing() -> None:
    assert connections["default"].settings_dict["USER"] != connections[OWNER].settings_dict["USER"]
    assert run("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user") == [(False, False)]
    assert run("SELECT count(*) FROM pg_tables WHERE tableowner = current_user AND schemaname = 'public'") == [(0,)]


def test_of_what_stands_beside_an_event_only_erasing_is_allowed() -> None:
    person = builders.make_subscriber(channels=[])
    ConsentEvent.objects.create(
        subscriber=person,
        channel="sms",
        topic="recovery-notes",
        action="granted",
        method="web_form",
        ip="192.0.2.1",
        at=NOW,
    )
    for change in (
        "said = 'no'",
        "ip = NULL",
        "salt = NULL, ip = NULL",
        "salt = NULL, ip = '192.0.2.2', erased_at = now()",
    ):
        with pytest.raises(Exception, match="only erasing is allowed"), transaction.atomic():
            run(f"UPDATE consent_personal SET {change}")
    with pytest.raises(Exception, match="append-only"), transaction.atomic(using=OWNER):
        by_owner("DELETE FROM consent_personal")
    run("UPDATE consent_personal SET salt = NULL, ip = NULL, erased_at = now()")
    assert places() == ()
