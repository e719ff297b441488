"""The sign-up page and the page that confirms: the same answer for everyone, and nothing changes by looking."""

import re
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
from django.test import Client

from outreach.actions import limiting, links, opting_out, preferring
from outreach.actions.suppressing import key_of
from outreach.demo import visiting
from outreach.models import Consent, ConsentEvent, FormCount, Subscriber
from outreach.running.parts import Part, python, wait_until
from outreach.running.ports import free_port
from outreach.web.public import timely
from tests import builders
from tests.web.conftest import words

EMAIL = "nora@example.org"
GOOD = {
    "box": ["email/recovery-notes"],
    "first_name": "Nora",
    "email": EMAIL,
    "phone": "",
    "zip": "30303",
    "adult": "1",
}
NETWORK = "203.0.113.7"  # of the documentation's own (RFC 5737)


def form(**changed: Any) -> dict[str, Any]:
    """What a person sends who opened the page a minute ago."""
    return {**GOOD, "made": timely.stamp(time.time() - 60), **changed}


def link() -> str:
    person = Subscriber.objects.get(email=EMAIL)
    url = links.confirm_url(person.pk, preferring.newest_event(person.pk))
    return url[url.index("/c/") :]


def test_the_page_offers_unticked_boxes_and_sets_no_cookie(web: Client) -> None:
    answer = web.get("/subscribe/")
    said = words(answer)
    assert answer.status_code == 200 and not answer.cookies
    assert said.count('type="checkbox"') == 6 and " checked" not in said
    assert "Send me emails: Notes for families and friends" in said
    assert "ALANA" not in said and "A. Health Notes" in said
    assert "default-src &#x27;none&#x27;" in answer.headers["Content-Security-Policy"].replace("'", "&#x27;")
    assert not ConsentEvent.objects.exists()


def test_signing_up_stores_the_words_that_stood_beside_the_box(web: Client) -> None:
    answer = web.post("/subscribe/", form(box=["email/recovery-notes", "sms/family-notes"], phone="(404) 555-0155"))
    said = words(answer)
    assert answer.status_code == 200 and not answer.cookies
    assert "open your mailbox" in said and "text START to +1 404 555 0100" in said
    stored = {(e.channel, e.topic): e.wording for e in ConsentEvent.objects.all()}
    assert stored == {
        ("email", "recovery-notes"): "Send me emails: Notes on recovery",
        ("sms", "family-notes"): "Send me texts: Notes for families and friends. Msg&data rates may apply. "
        "Reply STOP to end, HELP for help.",
    }
    page = words(web.get("/subscribe/")).replace("&amp;", "&")
    assert all(wording in page for wording in stored.values())
    assert set(Consent.objects.values_list("state", flat=True)) == {"pending"}


def test_in_spanish_the_spanish_words_are_agreed_to(web: Client) -> None:
    answer = web.post("/subscribe/?lang=es", form())
    assert "abra su buzón" in words(answer)
    event = ConsentEvent.objects.get()
    assert (event.language, event.wording) == ("es", "Envíenme correos: Notas sobre la recuperación")
    assert "¿Es correcto?" in words(web.get(link()))


def test_the_answer_is_the_same_for_everyone(web: Client) -> None:
    fresh = web.post("/subscribe/", form(email="new@example.org"))
    builders.make_subscriber(email=EMAIL)
    known = web.post("/subscribe/", form())
    left = builders.make_subscriber(email="left@example.org")
    opting_out.opt_out("email", key_of("email", str(left.email)), method="x", source="x", now=builders.NOW, wait=False)
    gone = web.post("/subscribe/", form(email="left@example.org"))
    machine = web.post("/subscribe/", form(email="bot@example.org", website="https://spam.example.org"))
    for _ in range(limiting.PER_ADDRESS):
        often = web.post("/subscribe/", form(email="often@example.org"))
    assert fresh.content == known.content == gone.content == machine.content == often.content
    assert {a.status_code for a in (fresh, known, gone, machine, often)} == {200}


def test_a_machine_that_fills_the_hidden_field_is_thanked_and_forgotten(web: Client) -> None:
    web.post("/subscribe/", form(website="x"))
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    ("changed", "field", "say"),
    [
        ({"box": []}, "box", "Tick at least one box"),
        ({"box": ["email/no-such-topic", "fax/recovery-notes"]}, "box", "Tick at least one box"),
        ({"email": ""}, "email", "we need an address"),
        ({"email": "nora@"}, "email", "not a whole email address"),
        ({"box": ["sms/recovery-notes"]}, "phone", "we need a mobile number"),
        ({"box": ["sms/recovery-notes"], "phone": "911"}, "phone", "not a whole US number"),
        ({"zip": "3030"}, "zip", "five digits"),
        ({"first_name": "N" * 81}, "first_name", "longer than 80"),
        ({"adult": ""}, "adult", "18 or older"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(web: Client, changed: dict[str, Any], field: str, say: str) -> None:
    answer = web.post("/subscribe/", form(**changed))
    said = words(answer)
    assert answer.status_code == 422
    place = said.index(f'id="{field}-say"')
    assert say in said[place : place + 300]
    summary = said[said.index('role="alert"') : said.index("<form")]
    assert say in summary and 'href="#' in summary
    assert all(f'id="{target}"' in said for target in re.findall(r'href="#([^"]+)"', summary))
    assert 'id="said" tabindex="-1"' in said and '#said"' in said  # where the browser goes with the answer
    assert 'value="Nora"' in said or field == "first_name"  # what was entered is kept
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize(
    "name", ["Nora\x00\x1b[2J", "<script>alert(1)</script>", "  Nora \n\u202e ", "{{ 7 * 7 }}", "%s %(x)s"]
)
def test_hostile_names_do_no_harm(web: Client, name: str) -> None:
    assert web.post("/subscribe/", form(first_name=name)).status_code == 200
    assert "\x00" not in Subscriber.objects.get().first_name
    assert "<script>" not in words(web.post("/subscribe/", form(first_name=name, email="x")))


def test_the_link_asks_and_only_the_button_confirms(web: Client) -> None:
    web.post("/subscribe/", form())
    path = link()
    asked = web.get(path)
    assert "Send me emails: Notes on recovery" in words(asked) and not asked.cookies
    web.head(path)
    assert Consent.objects.get().state == "pending"
    done = web.post(path)
    assert "Confirmed" in words(done) and not done.cookies
    assert Consent.objects.get().state == "granted"
    assert "Confirmed" in words(web.post(path)) and "Confirmed" in words(web.get(path))
    assert ConsentEvent.objects.filter(action="granted").count() == 1


def test_after_an_opt_out_the_link_has_nothing_to_confirm(web: Client) -> None:
    web.post("/subscribe/", form())
    path = link()
    opting_out.opt_out("email", key_of("email", EMAIL), method="x", source="x", now=builders.NOW, wait=False)
    assert "Nothing waits" in words(web.get(path)) and "Nothing waits" in words(web.post(path))
    assert Consent.objects.get(topic="recovery-notes").state == "revoked"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_forged_link_gets_a_calm_page(web: Client, method: str) -> None:
    web.post("/subscribe/", form())
    person = Subscriber.objects.get()
    other_purpose = links.unsubscribe_url(person.pk, preferring.newest_event(person.pk)).replace("/u/", "/c/")
    for path in (f"/c/{'b' * 40}/", other_purpose[other_purpose.index("/c/") :], link()[:-3] + "/"):
        answer = getattr(web, method)(path)
        assert answer.status_code == 404 and "not complete" in words(answer)
    assert Consent.objects.get().state == "pending"


def test_without_schedules_the_page_offers_nothing_and_does_not_break(database: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get("/subscribe/").status_code == 200
    assert client.post("/subscribe/", form()).status_code == 422


def test_a_form_that_comes_back_at_once_or_without_a_stamp_is_shown_once_more(web: Client) -> None:
    """No cookie keeps machines out here; a person presses once more and keeps what they entered."""
    for stamp in ("", "forged", timely.stamp(), timely.stamp(time.time() - timely.LATEST - 60)):
        answer = web.post("/subscribe/", form(made=stamp))
        assert answer.status_code == 422
        assert "once more" in words(answer) and f'value="{EMAIL}"' in words(answer)
    assert not Subscriber.objects.exists()


def test_a_page_shown_again_keeps_its_stamp_so_that_a_quick_correction_counts(web: Client) -> None:
    made = timely.stamp(time.time() - 60)
    said = words(web.post("/subscribe/", form(made=made, zip="3")))
    assert f'name="made" value="{made}"' in said


def test_too_many_sign_ups_from_one_network_are_asked_to_come_back(web: Client) -> None:
    for n in range(limiting.PER_NETWORK):
        assert web.post("/subscribe/", form(email=f"n{n}@example.org"), REMOTE_ADDR=NETWORK).status_code == 200
    answer = web.post("/subscribe/", form(email="late@example.org"), REMOTE_ADDR=NETWORK)
    assert answer.status_code == 429 and answer["Retry-After"] == "3600"
    assert "call us" in words(answer)
    assert not Subscriber.objects.filter(email="late@example.org").exists()
    assert web.post("/subscribe/", form(), REMOTE_ADDR="203.0.113.8").status_code == 200


def test_one_ipv6_household_is_one_network(web: Client) -> None:
    for n in range(limiting.PER_NETWORK):
        web.post("/subscribe/", form(email=f"n{n}@example.org"), REMOTE_ADDR=f"2001:db8:1:2::{n:x}")
    assert web.post("/subscribe/", form(), REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert web.post("/subscribe/", form(), REMOTE_ADDR="2001:db8:1:3::1").status_code == 200


def test_an_address_entered_too_often_is_thanked_and_not_written_down_again(web: Client) -> None:
    """A page that said so would tell whoever enters another's address that it had been entered before."""
    answers = {web.post("/subscribe/", form()).content for _ in range(limiting.PER_ADDRESS + 3)}
    assert len(answers) == 1
    assert ConsentEvent.objects.filter(action="requested").count() == limiting.PER_ADDRESS


def test_counts_hold_no_network_and_no_address_and_are_gone_after_a_day(web: Client) -> None:
    web.post("/subscribe/", form(), REMOTE_ADDR=NETWORK)
    rows = list(FormCount.objects.all())
    assert len(rows) == 2
    for row in rows:
        assert len(bytes(row.key)) == 32 and NETWORK.encode() not in bytes(row.key)
    newest = max(row.since for row in rows)
    limiting.forget(newest + limiting.KEPT + timedelta(seconds=1))
    assert not FormCount.objects.exists()


def test_the_same_network_has_another_key_the_next_day(web: Client) -> None:
    for day in (0, 1):
        limiting.network_may(NETWORK, builders.NOW + timedelta(days=day))
    assert len({bytes(row.key) for row in FormCount.objects.all()}) == 2


@pytest.mark.parametrize("sent", ["", "unknown", "203.0.113.7:443", "<script>"])
def test_a_proxy_that_says_nonsense_about_the_sender_breaks_nothing(web: Client, sent: str) -> None:
    assert web.post("/subscribe/", form(), REMOTE_ADDR=sent).status_code == 200
    assert ConsentEvent.objects.get().ip is None


def test_what_was_said_on_the_form_is_kept_as_evidence(web: Client) -> None:
    web.post("/subscribe/", form(discreet="1"), REMOTE_ADDR=NETWORK)
    event = ConsentEvent.objects.get()
    assert event.source == "sign-up form; “I am 18 or older” ticked" and event.beside.ip == NETWORK
    assert Subscriber.objects.get().discreet


def test_a_known_persons_discretion_is_not_changed_by_whoever_enters_their_address(web: Client) -> None:
    builders.make_subscriber(email=EMAIL, discreet=True, first_name="Nora", zip_code="98101")
    web.post("/subscribe/", form(first_name="Someone"))
    person = Subscriber.objects.get()
    assert person.discreet and (person.first_name, person.zip_code) == ("Nora", "98101")


def test_the_form_stands_in_a_frame_on_the_named_sites_alone(web: Client) -> None:
    policy = web.get("/subscribe/embed/").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://www.alana.example.org")
    assert "X-Frame-Options" not in web.get("/subscribe/embed/").headers
    for path in ("/subscribe/", "/links/", "/login/"):
        answer = web.get(path)
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_the_framed_form_answers_within_its_frame_and_needs_no_cookie(web: Client) -> None:
    page = words(web.get("/subscribe/embed/?lang=es"))
    assert 'action="/subscribe/embed/?lang=es#said"' in page
    answer = web.post("/subscribe/embed/", form(), headers={"Origin": "https://www.alana.example.org"})
    assert answer.status_code == 200 and not answer.cookies
    assert "frame-ancestors 'self' https" in answer.headers["Content-Security-Policy"]
    assert ConsentEvent.objects.get().source.startswith("sign-up form in a frame")


def test_a_plain_form_elsewhere_leads_to_ours_and_stores_nothing(web: Client) -> None:
    answer = web.post("/subscribe/start/", {"email": EMAIL, "box": "email/recovery-notes"}, headers={"Origin": "null"})
    page = words(answer)
    assert answer.status_code == 200
    assert f'value="{EMAIL}"' in page and " checked" not in page and 'role="alert"' not in page
    assert 'action="/subscribe/?lang=en#said"' in page and 'href="/subscribe/?lang=es"' in page
    assert not Subscriber.objects.exists() and not FormCount.objects.exists()
    assert web.get("/subscribe/start/").status_code == 405


def test_public_pages_run_no_script_and_hide_where_a_person_came_from(web: Client) -> None:
    for path in ("/subscribe/", "/links/", f"/u/{'a' * 40}/", f"/p/{'a' * 40}/", f"/c/{'a' * 40}/"):
        headers = web.get(path).headers
        assert "script-src" not in headers["Content-Security-Policy"]
        assert "form-action 'self'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin" and headers["Permissions-Policy"]


def test_a_page_that_is_not_there_speaks_the_readers_language(web: Client) -> None:
    answer = web.get("/nowhere/", headers={"Accept-Language": "es"})
    assert answer.status_code == 404
    assert "Esta página no está aquí" in words(answer) and 'lang="es"' in words(answer)


def test_the_demos_people_sign_up_as_a_browser_would(site: str) -> None:
    """They open the page, wait as long as a person needs, and send its form with its stamp."""
    assert visiting.sign_up(site, "Nora", EMAIL) == 200
    assert ConsentEvent.objects.get().subscriber.email == EMAIL


@pytest.mark.parametrize(("trusted", "noted"), [("", "127.0.0.1"), ("127.0.0.1", NETWORK)])
def test_only_a_named_proxy_may_say_who_is_behind_it(applied: str, trusted: str, noted: str) -> None:
    """The consent ledger and the counts by network go by the sender's address: anybody could forge a header."""
    http = urllib3.PoolManager(retries=False)
    with tempfile.TemporaryDirectory(prefix="outreach-proxy-") as folder:
        port = free_port(0)
        environment = {"DATABASE_URL": applied, "OUTREACH_HOME": folder, "OUTREACH_TRUSTED_PROXY": trusted}
        web = Part("web", python("-m", "outreach.cli", "web", "--port", str(port)), environment, Path(folder) / "log")
        web.start()
        try:
            wait_until(lambda: _answers(http, port), web, 60, "answer")
            sent = http.request(
                "POST", f"http://127.0.0.1:{port}/subscribe/", fields=form(box="email/recovery-notes"),
                encode_multipart=False, headers={"X-Forwarded-For": f"198.51.100.9, {NETWORK}"},
            )  # fmt: skip
        finally:
            web.stop()
    assert sent.status == 200
    assert ConsentEvent.objects.get().beside.ip == noted


def _answers(http: urllib3.PoolManager, port: int) -> bool:
    try:
        return http.request("GET", f"http://127.0.0.1:{port}/links/").status < 500
    except urllib3.exceptions.HTTPError:
        return False
