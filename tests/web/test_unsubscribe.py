"""The unsubscribe link: GET changes nothing, POST acts at once, nothing tells a forged link from a real one."""

import re
import time
import uuid

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from outreach.actions import links
from outreach.models import Batch, Campaign, Consent, ConsentEvent, Enrollment, Subscriber, Suppression
from tests import builders
from tests.web.conftest import words

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = "application/x-www-form-urlencoded"
FORGED = "a" * 40


@pytest.fixture
def campaign(applied: str) -> Campaign:
    return builders.make_campaign(builders.make_series(emails=2, texts=1), started=False)


def link(person: Subscriber, campaign: Campaign) -> str:
    url = links.unsubscribe_url(person.pk, campaign.pk)
    return url[url.index("/u/") :]


def everything() -> tuple[object, ...]:
    """All that an opt-out could change."""
    return (
        list(ConsentEvent.objects.values_list("pk", flat=True)),
        list(Consent.objects.order_by("pk").values_list("state", flat=True)),
        list(Suppression.objects.values_list("pk", "lifted_at")),
        list(Enrollment.objects.order_by("pk").values_list("status", flat=True)),
        list(Subscriber.objects.order_by("pk").values()),
    )


def undo_of(answer: HttpResponse) -> str:
    found = re.search(r'name="undo" value="([^"]+)"', words(answer))
    assert found
    return found[1]


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_link_changes_nothing(web: Client, campaign: Campaign, method: str) -> None:
    """Mail scanners open every link."""
    path = link(builders.make_subscriber(), campaign)
    before = everything()
    answer = getattr(web, method)(path)
    assert answer.status_code == 200 and not answer.cookies
    assert everything() == before


def test_a_one_click_post_opts_out_at_once_without_cookie_or_redirect(web: Client, campaign: Campaign) -> None:
    person = builders.make_subscriber()
    campaign = builders.make_campaign(campaign.series)
    answer = web.post(link(person, campaign), ONE_CLICK, FORM)
    assert answer.status_code == 200 and not answer.cookies and "Location" not in answer
    suppression = Suppression.objects.get()
    assert (suppression.channel, bytes(suppression.address_key)) == ("email", person.email_key)
    event = ConsentEvent.objects.get(action="revoked")
    assert (event.method, event.channel, event.topic, event.source) == (
        "one_click",
        "email",
        "*",
        f"campaign {campaign.pk}",
    )
    assert Enrollment.objects.get(channel="email").exit_reason == "opted_out"
    assert Enrollment.objects.get(channel="sms").status == "active"


def test_a_one_click_post_may_be_multipart(web: Client, campaign: Campaign) -> None:
    person = builders.make_subscriber()
    assert web.post(link(person, campaign), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert ConsentEvent.objects.get(action="revoked").method == "one_click"


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"anything=1"], ids=["empty", "no text", "something else"])
def test_any_post_opts_out_whatever_its_body(web: Client, campaign: Campaign, body: bytes) -> None:
    person = builders.make_subscriber()
    assert web.post(link(person, campaign), body, FORM).status_code == 200
    assert Suppression.objects.count() == 1


def test_a_broken_multipart_body_still_opts_out(web: Client, campaign: Campaign) -> None:
    person = builders.make_subscriber()
    answer = web.post(link(person, campaign), b"--x\r\nbroken", "multipart/form-data; boundary=y")
    assert answer.status_code == 200
    assert Suppression.objects.count() == 1


def test_pressing_twice_is_one_opt_out(web: Client, campaign: Campaign) -> None:
    path = link(builders.make_subscriber(), campaign)
    assert [web.post(path, ONE_CLICK, FORM).status_code for _ in range(2)] == [200, 200]
    assert ConsentEvent.objects.filter(action="revoked").count() == 1


def test_the_button_of_the_page_opts_out_and_can_be_undone(web: Client, campaign: Campaign) -> None:
    person = builders.make_subscriber()
    path = link(person, campaign)
    done = web.post(path, "", FORM)
    assert "Done. The emails have ended." in words(done)
    assert ConsentEvent.objects.get(action="revoked").method == "unsubscribe_page"
    undone = web.post(f"{path}undo/", {"undo": undo_of(done)})
    assert "You stay with us" in words(undone) and not undone.cookies
    assert not Suppression.objects.filter(lifted_at=None).exists()
    assert Consent.objects.get(subscriber=person, channel="email", topic="recovery-notes").state == "granted"


def test_an_undo_works_once_and_not_after_something_else_happened(web: Client, campaign: Campaign) -> None:
    person = builders.make_subscriber()
    path = link(person, campaign)
    undo = undo_of(web.post(path, "", FORM))
    web.post(f"{path}undo/", {"undo": undo})
    web.post(path, ONE_CLICK, FORM)  # the person changed their mind
    assert "could not be undone" in words(web.post(f"{path}undo/", {"undo": undo}))
    assert Suppression.objects.filter(lifted_at=None).count() == 1


@pytest.mark.parametrize("proof", ["", "nonsense", "WyJhIiwxXQ:1xyz:abc"])
def test_an_undo_without_proof_changes_nothing(web: Client, campaign: Campaign, proof: str) -> None:
    path = link(builders.make_subscriber(), campaign)
    web.post(path, ONE_CLICK, FORM)
    before = everything()
    assert "could not be undone" in words(web.post(f"{path}undo/", {"undo": proof}))
    assert everything() == before


def test_the_proof_of_one_link_undoes_no_other(web: Client, campaign: Campaign) -> None:
    ann, ben = builders.make_subscriber(), builders.make_subscriber()
    undo = undo_of(web.post(link(ann, campaign), "", FORM))
    web.post(link(ben, campaign), "", FORM)
    web.post(f"{link(ben, campaign)}undo/", {"undo": undo})
    assert Suppression.objects.filter(lifted_at=None).count() == 2


def test_a_complaint_is_not_undone_and_the_page_does_not_claim_it(web: Client, campaign: Campaign) -> None:
    person = builders.make_subscriber()
    Suppression.objects.create(channel="email", address_key=person.email_key, cause="complaint", at=builders.NOW)
    path = link(person, campaign)
    undo = undo_of(web.post(path, "", FORM))
    assert "could not be undone" in words(web.post(f"{path}undo/", {"undo": undo}))


def test_a_forged_link_gets_the_pages_of_a_real_one_and_changes_nothing(web: Client, campaign: Campaign) -> None:
    person = builders.make_subscriber()
    real, forged = link(person, campaign), f"/u/{FORGED}/"
    before = everything()

    def shape(answer: HttpResponse, path: str) -> str:
        return re.sub(r'value="[^"]+"', "", words(answer).replace(path, "PATH"))

    looked, pressed = web.get(forged), web.post(forged, ONE_CLICK, FORM)
    undone = web.post(f"{forged}undo/", {"undo": undo_of(pressed)})
    assert everything() == before
    assert shape(web.get(real), real) == shape(looked, forged)
    done = web.post(real, ONE_CLICK, FORM)
    assert (pressed.status_code, shape(pressed, forged)) == (done.status_code, shape(done, real))
    assert shape(web.post(f"{real}undo/", {"undo": undo_of(done)}), real) == shape(undone, forged)


def test_a_link_made_for_another_purpose_opts_nobody_out(web: Client, campaign: Campaign) -> None:
    person = builders.make_subscriber()
    token = links.preferences_url(person.pk).rsplit("/", 2)[1]
    web.post(f"/u/{token}/", ONE_CLICK, FORM)
    assert not Suppression.objects.exists()


def test_the_page_names_neither_the_person_nor_the_centre(web: Client, campaign: Campaign) -> None:
    """It may be opened on a shared screen."""
    person = builders.make_subscriber(first_name="Marguerite")
    shown = words(web.get(link(person, campaign)))
    for secret in ("Marguerite", str(person.email), "ALANA", "ecovery"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("path", "header", "said"),
    [
        ("?lang=es", "", "¿Dejar de recibir correos?"),
        ("", "es-MX,es;q=0.9,en;q=0.8", "¿Dejar de recibir correos?"),
        ("", "de,en;q=0.5", "Stop all emails?"),
        ("?lang=en", "es", "Stop all emails?"),
        ("?lang=xx", "", "Stop all emails?"),
    ],
)
def test_the_page_speaks_english_and_spanish(web: Client, applied: str, path: str, header: str, said: str) -> None:
    assert said in words(web.get(f"/u/{FORGED}/{path}", headers={"Accept-Language": header}))


def test_while_a_call_is_running_nothing_is_called_done(web: Client, applied: str) -> None:
    """A batch whose call does not end within the wait: the opt-out stands, but the page does not claim it."""
    person = builders.make_subscriber()
    campaign = builders.make_campaign(builders.make_series(emails=1, texts=0))
    batch = Batch.objects.create(
        channel="email", campaign=campaign, step_number=1, status="calling", subscriber_ids=[person.pk],
        key=uuid.uuid4(), moment=builders.NOW, lease_until="2099-01-01T00:00:00Z", calling_at=builders.NOW,
    )  # fmt: skip
    with psycopg.connect(applied) as call:  # as a worker does it: the batch's lock is held for the time of the call
        call.execute("SELECT id FROM batch WHERE id = %s FOR UPDATE", [batch.pk])
        answer = web.post(link(person, campaign), ONE_CLICK, FORM)
    assert answer.status_code == 503 and answer["Retry-After"]
    assert "press once more" in words(answer) and "undo" not in words(answer)
    assert Suppression.objects.count() == 1
    assert web.post(link(person, campaign), ONE_CLICK, FORM).status_code == 200


def test_leaving_works_before_any_schedules_are_applied(database: str) -> None:
    person = builders.make_subscriber()
    url = links.unsubscribe_url(person.pk, 1)
    assert Client().post(url[url.index("/u/") :], ONE_CLICK, FORM).status_code == 200
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("slash", ["/", ""])
@pytest.mark.parametrize("body", [ONE_CLICK, {"List-Unsubscribe": "One-Click"}], ids=["urlencoded", "multipart"])
def test_the_link_works_with_and_without_its_slash_and_never_redirects(
    web: Client, campaign: Campaign, slash: str, body: object
) -> None:
    """A redirect would turn the POST into a GET (RFC 8058 section 3.1)."""
    path = link(builders.make_subscriber(), campaign).rstrip("/") + slash
    answer = web.post(path, body, FORM) if isinstance(body, str) else web.post(path, body)
    assert answer.status_code == 200 and "Location" not in answer and not answer.cookies
    assert Suppression.objects.get().confirmed_at is not None


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "GoogleImageProxy"}, {"Origin": "https://mail.example.net"}, {"Referer": "https://evil.example.net/"},
        {"Sec-Fetch-Site": "cross-site"}, {"Cookie": "sessionid=x; csrftoken=y"}, {"Content-Type": "text/plain"},
    ],
)  # fmt: skip
def test_any_agent_may_press_the_button(web: Client, campaign: Campaign, headers: dict[str, str]) -> None:
    """From any site, with any cookie or none, CSRF checks being on."""
    assert web.post(link(builders.make_subscriber(), campaign), ONE_CLICK, FORM, headers=headers).status_code == 200
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize("method", ["options", "put", "patch", "delete", "trace"])
def test_other_methods_change_nothing(web: Client, campaign: Campaign, method: str) -> None:
    """OPTIONS says what there is."""
    path = link(builders.make_subscriber(), campaign)
    before = everything()
    answer = getattr(web, method)(path)
    assert answer.status_code == (200 if method == "options" else 405) and "POST" in answer["Allow"]
    assert everything() == before


def test_the_page_that_asks_holds_no_script(web: Client, campaign: Campaign) -> None:
    """A scanner that runs scripts presses nothing."""
    shown = words(web.get(link(builders.make_subscriber(), campaign)))
    assert "<script" not in shown and 'method="post"' in shown and "http-equiv" not in shown.casefold()


def test_the_link_of_an_old_email_works_after_its_key_was_rotated_and_its_person_erased(
    web: Client, campaign: Campaign
) -> None:
    """Months later: the address is gone, and its hash is suppressed for ever."""
    person = builders.make_subscriber()
    with override_settings(TOKEN_KEYS=[b"an-old-key-of-the-year-before"]):
        path = link(person, campaign)
    Subscriber.objects.filter(pk=person.pk).update(email=None, first_name="", last_name="", erased_at=builders.NOW)
    with override_settings(TOKEN_KEYS=[b"the-new-key-of-this-year", b"an-old-key-of-the-year-before"]):
        assert web.post(path, ONE_CLICK, FORM).status_code == 200
    assert bytes(Suppression.objects.get().address_key) == person.email_key


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_changed_token_gets_the_page_of_a_real_one(web: Client, campaign: Campaign, method: str) -> None:
    """Truncated, lengthened, one letter changed anywhere, in capitals; of the same length to the byte."""
    path = link(builders.make_subscriber(), campaign)
    token = path.strip("/").partition("/")[2]
    other = {"0": "1"}
    changed = [token[:n] + other.get(token[n], "0") + token[n + 1 :] for n in range(0, len(token), 5)]
    before = everything()
    answers = [
        getattr(web, method)(f"/u/{forged}/")
        for forged in [*changed, token[:-1], token[:-2], token + "00", token.upper()]
    ]
    assert everything() == before
    real = getattr(web, method)(path)
    for answer in answers[: len(changed)]:
        assert answer.status_code == real.status_code == 200
        assert len(answer.content) == len(real.content)
    assert {answer.status_code for answer in answers} == {200}


def test_the_proof_that_undoes_shows_nothing_of_what_it_names(web: Client, campaign: Campaign) -> None:
    """A signed text that could be read would tell a real link from a forged one."""
    path = link(builders.make_subscriber(), campaign)
    real, forged = undo_of(web.post(path, ONE_CLICK, FORM)), undo_of(web.post(f"/u/{FORGED}/", ONE_CLICK, FORM))
    assert len(real) == len(forged) and re.fullmatch(r"[0-9a-f]+", real) and re.fullmatch(r"[0-9a-f]+", forged)


def test_the_proof_that_undoes_grows_old(web: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page left open on a shared screen."""
    path = link(builders.make_subscriber(), campaign)
    undo = undo_of(web.post(path, ONE_CLICK, FORM))
    real = time.time()
    monkeypatch.setattr(time, "time", lambda: real + 15 * 60 + 5)
    assert "could not be undone" in words(web.post(f"{path}undo/", {"undo": undo}))
