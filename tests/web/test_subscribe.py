"""The sign-up page and the page that confirms: the same answer for everyone, and nothing changes by looking."""

from typing import Any

import pytest
from django.test import Client

from outreach.actions import links, opting_out, preferring
from outreach.actions.suppressing import key_of
from outreach.models import Consent, ConsentEvent, Subscriber
from tests import builders
from tests.web.conftest import words

EMAIL = "nora@example.org"
GOOD = {"box": ["email/recovery-notes"], "first_name": "Nora", "email": EMAIL, "phone": "", "zip": "30303"}


def form(**changed: Any) -> dict[str, Any]:
    return {**GOOD, **changed}


def link() -> str:
    person = Subscriber.objects.get(email=EMAIL)
    url = links.confirm_url(person.pk, preferring.newest_event(person.pk))
    return url[url.index("/c/") :]


def test_the_page_offers_unticked_boxes_and_sets_no_cookie(web: Client) -> None:
    answer = web.get("/subscribe/")
    said = words(answer)
    assert answer.status_code == 200 and not answer.cookies
    assert said.count('type="checkbox"') == 4 and " checked" not in said
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
    assert fresh.content == known.content == gone.content == machine.content
    assert {a.status_code for a in (fresh, known, gone, machine)} == {200}


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
    ],
)
def test_what_is_wrong_is_said_beside_its_field(web: Client, changed: dict[str, Any], field: str, say: str) -> None:
    answer = web.post("/subscribe/", form(**changed))
    said = words(answer)
    assert answer.status_code == 422
    place = said.index(f'id="{field}-say"')
    assert say in said[place : place + 300]
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
