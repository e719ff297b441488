"""Every page and every kind of email names our own host, the centre's own website, and nobody else."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from outreach import urls
from outreach.actions import clock, drafting, links, publishing, schedules, staffing
from outreach.actions.dispatching import send_batch, send_confirmations
from outreach.actions.dispatching.rows import run
from outreach.models import Campaign, InboundEmail, Incident, Series, Subscriber
from tests import builders
from tests.flows import hosts
from tests.parts import Sandbox, running_sandbox

NOBODY = "a" * 40
STATIC = Path(__file__).resolve().parents[2] / "outreach" / "web" / "static"


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ('<img src="https://cdn.example.net/p.gif">', "cdn.example.net"),
        ('<img srcset="/a.png 1x, //cdn.example.net/b.png 2x">', "cdn.example.net"),
        ('<link rel="stylesheet" href="//fonts.example.net/css">', "fonts.example.net"),
        ('<style>@import "https://fonts.example.net/x.css";</style>', "fonts.example.net"),
        ('<p style="background:url(https://cdn.example.net/x)">', "cdn.example.net"),
        ('<meta http-equiv="refresh" content="0;url=https://evil.example.net/">', "evil.example.net"),
        ('<iframe srcdoc="&lt;img src=&quot;https://cdn.example.net/&quot;&gt;"></iframe>', "cdn.example.net"),
        ('<!--[if mso]><v:image src="https://cdn.example.net/"/><![endif]-->', "cdn.example.net"),
        ('<script>fetch("https://count.example.net/hit")</script>', "count.example.net"),
        ('<div hx-get="https://evil.example.net/"></div>', "evil.example.net"),
        ('<svg><image xlink:href="https://cdn.example.net/x"/></svg>', "cdn.example.net"),
    ],
)
def test_the_scan_sees_what_it_is_to_see(page: str, found: str) -> None:
    """A scan that finds nothing proves nothing unless it can."""
    assert found in {host for host, _ in hosts.of_html(page).loads}


def own_hosts() -> set[str]:
    organisation = schedules.current().organisation
    mailboxes = {organisation.email, schedules.current().senders.email.reply_to}
    return {
        str(urlsplit(settings.PUBLIC_URL).hostname),
        str(urlsplit(organisation.website or "").hostname),
        *(address.rpartition("@")[2] for address in mailboxes),
    }


def assert_ours(found: hosts.Hosts, where: str, *, persons: str = "") -> None:
    """`persons`: the host of a person's own mailbox, to which staff may write."""
    ours = own_hosts() | {persons}
    strangers = sorted({one for one in found.loads | found.links if one[0] not in ours})
    assert not strangers, f"{where}: {strangers}"


@dataclass
class Stage:
    """What the pages are about."""

    person: Subscriber
    series: Series
    campaign: Campaign
    incident: Incident
    mail: InboundEmail
    request: int  # a consent event that waits for a yes

    def path(self, url: str) -> str:
        return url.removeprefix(settings.PUBLIC_URL)


Page = Callable[[Stage], str]
# Every named URL that shows a page when it is opened.
PAGES: dict[str, Page] = {
    "unsubscribe": lambda s: s.path(links.unsubscribe_url(s.person.pk, s.campaign.pk)),
    "preferences": lambda s: s.path(links.preferences_url(s.person.pk)),
    "read_online": lambda s: s.path(links.read_online_url(s.series.steps.filter(channel="email")[0].pk, s.person.pk)),
    "confirm": lambda s: s.path(links.confirm_url(s.person.pk, s.request)),
    "subscribe": lambda s: "/subscribe/",
    "subscribe_framed": lambda s: "/subscribe/embed/",
    "links": lambda s: "/links/",
    "login": lambda s: "/login/",
    "login_link": lambda s: staffing.make_login_link(builders.make_staff("guest")),
    "today": lambda s: "/",
    "attention": lambda s: "/attention/",
    "series": lambda s: "/series/",
    "new_series": lambda s: "/new/series/",
    "one_series": lambda s: f"/series/{s.series.slug}/",
    "email_preview": lambda s: f"/series/{s.series.slug}/emails/1/",
    "series_article": lambda s: f"/series/{s.series.slug}/article/",
    "edit_email": lambda s: f"/series/{s.series.slug}/emails/1/edit/",
    "series_texts": lambda s: f"/series/{s.series.slug}/texts/",
    "newer": lambda s: f"/series/{s.series.slug}/newer/",
    "campaigns": lambda s: "/campaigns/",
    "new_campaign": lambda s: "/new/campaign/",
    "campaign": lambda s: f"/campaigns/{s.campaign.pk}/",
    "progress": lambda s: f"/campaigns/{s.campaign.pk}/progress/",
    "campaign_act": lambda s: f"/campaigns/{s.campaign.pk}/stop/",
    "people": lambda s: "/people/",
    "person": lambda s: f"/people/{s.person.pk}/",
    "sign_up_form": lambda s: "/sign-up-form/",
    "doubts": lambda s: "/doubts/",
    "catch_up": lambda s: "/catch-up/",
    "inbox": lambda s: "/inbox/",
    "incident": lambda s: f"/incidents/{s.incident.pk}/",
    "mail": lambda s: f"/mail/{s.mail.pk}/",
    "person_export": lambda s: f"/people/{s.person.pk}/export/",
    "person_erase": lambda s: f"/people/{s.person.pk}/erase/",
    "conversation": lambda s: f"/inbox/{s.incident.inbound_id}/",
}  # fmt: skip
TO_A_PERSON = {"mail", "incident"}  # staff answer a person's email from these
# These answer a POST alone, and staff's with a redirect or a piece of the pages above; the public ones are posted below.
POSTED = {
    "undo", "subscribe_start", "logout", "close_alert", "publish", "confirm_structure", "edit_sentence", "restore_line",
    "settle_edit", "ask_emails", "measure", "newer_difference", "draft_again", "hold", "resend", "close_conversation",
    "acknowledge", "close_incident", "decide_catch_up", "close_mail", "hold_number", "reply", "resume_lane",
}  # fmt: skip


@pytest.fixture
def stage(database: str) -> Stage:
    builders.apply_schedules()
    now = clock.now()
    person = builders.make_subscriber(now=now)
    series = builders.make_series(now=now)
    campaign = builders.make_campaign(series, now=now)
    request = builders.consent(person, "email", "family-notes", "requested", now=now)
    mail = InboundEmail.objects.create(
        mail_key="0" * 64, sender=str(person.email), subscriber=person, body="Can you call me?", intent="person",
        needs_person=True, at=now,
    )  # fmt: skip
    return Stage(person, series, campaign, builders.make_incident(person, at=now), mail, request.pk)


def test_every_named_address_is_scanned() -> None:
    """A page that is added to urls.py has to be added here."""
    named = {pattern.name for pattern in urls.urlpatterns if getattr(pattern, "name", None)}
    missing = {name for name in named if name not in PAGES and name not in POSTED}
    assert not missing, f"say in {Path(__file__).name} how to open {sorted(map(str, missing))}"


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_page_names_a_host_that_is_not_ours(stage: Stage, language: str) -> None:
    guest, client = (Client(headers={"accept-language": language}) for _ in range(2))
    client.force_login(builders.make_staff())
    for name, path in PAGES.items():
        opened = path(stage)
        answer = (guest if name == "login" else client).get(
            opened if name in ("login_link", "email_preview") else f"{opened}?lang={language}"
        )
        assert answer.status_code == 200, f"{name}: {answer.status_code}"
        assert_ours(hosts.of_html(answer.content.decode()), name, persons="example.org" if name in TO_A_PERSON else "")
    for path in ("/nowhere/", f"/p/{NOBODY}/"):
        assert_ours(hosts.of_html(client.get(path).content.decode()), path)


def test_no_answer_of_a_public_form_names_a_host_that_is_not_ours(stage: Stage) -> None:
    client = Client()
    unsubscribe, preferences = PAGES["unsubscribe"](stage), PAGES["preferences"](stage)
    posts: list[tuple[str, dict[str, str]]] = [
        ("/subscribe/start/", {"email": "nora@example.org"}), ("/subscribe/", {}), ("/subscribe/embed/", {"email": "x"}),
        (PAGES["confirm"](stage), {}), (preferences, {"act": "pause"}), (preferences, {"act": "leave"}),
        (preferences, {"act": "undo", "undo": "x"}), (unsubscribe, {}), (f"{unsubscribe}undo/", {"undo": "x"}),
    ]  # fmt: skip
    for path, form in posts:
        assert_ours(hosts.of_html(client.post(path, form).content.decode()), path)


def test_no_style_sheet_or_picture_names_a_host_that_is_not_ours(database: str) -> None:
    builders.apply_schedules()
    files = [path for path in STATIC.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".css", ".svg", ".js"}
    for path in files:
        text = path.read_text(encoding="utf-8")
        script = f"<script>{text}</script>" if path.suffix == ".js" else text
        assert_ours(hosts.of_css(text) if path.suffix == ".css" else hosts.of_html(script), path.name)


def sent_letters(sandbox: Sandbox, *addresses: str) -> list[tuple[str, str, str]]:
    """(address, html, text and headers) of each one's letters, as a mail program gets them."""
    letters = []
    for address in addresses:
        n = 1
        while "srcdoc=" in (page := sandbox.page(f"/inbox/{address}/{n}?view=letter")):
            found = re.search(r'srcdoc="([^"]*)"', page)
            assert found
            more = [sandbox.page(f"/inbox/{address}/{n}?view={view}") for view in ("text", "headers")]
            texts = "\n".join(html.unescape(re.sub(r"(?s)^.*</nav>", "", one)) for one in more)
            letters.append((address, html.unescape(found[1]), texts))
            n += 1
    return letters


SPANISH = """Dormir mejor

Cada noche el cuerpo descansa y la mente ordena lo que vivió durante el día, y por eso el sueño es una buena ayuda.

Apague la pantalla una hora antes de acostarse y deje el teléfono en otra habitación hasta la mañana siguiente.

Hable con una persona de confianza si no puede dormir varias noches seguidas, porque no tiene que llevarlo a solas.
"""


def test_no_email_names_a_host_that_is_not_ours(database: str) -> None:
    """The shipped article and a Spanish one, plain and discreet, and both confirmations: as the provider took them."""
    builders.apply_schedules()
    now = builders.NOW
    series_of = {"heroin.txt": (builders.ROOT / "outreach/samples/heroin_and_the_brain.txt").read_bytes(),
                 "dormir.txt": SPANISH.encode()}  # fmt: skip
    people = {"plain@example.org": False, "discreet@example.org": True}
    for address, discreet in people.items():
        builders.make_subscriber(email=address, channels=["email"], discreet=discreet, now=now)
    for name, article in series_of.items():
        series = drafting.draft_series(article, name, topic="recovery-notes", cadence="gentle", now=now)
        publishing.publish(series, now=now)
        series.refresh_from_db()
        builders.make_campaign(series)
    asked = {"new@example.org": "en", "nueva@example.org": "es"}
    for address, language in asked.items():
        person = builders.make_subscriber(email=address, channels=[], language=language, now=now)
        event = builders.consent(person, "email", action="requested")
        assert event.pk
    with running_sandbox() as sandbox:
        lane = sandbox.lane("email")
        for later in (now + timedelta(hours=3), now + timedelta(days=8)):
            sandbox.client.post("/sandbox/clock", {"now": later.isoformat()})
            at = lambda later=later: later  # noqa: E731
            while send_confirmations(lane, at).more or send_batch(lane, at).more:
                run("DELETE FROM sender_pace")
        letters = sent_letters(sandbox, *people, *asked)
    assert {address for address, _, _ in letters} == {*people, *asked}
    assert {"en", "es"} <= {found[1] for _, shown, _ in letters if (found := re.search(r'<html lang="(..)"', shown))}
    for address, shown, text in letters:
        found = hosts.of_html(shown)
        assert found.links, address
        assert not found.loads, f"{address}: an email loads nothing: {found.loads}"
        assert_ours(found, address)
        assert hosts.of_text(text) <= own_hosts(), address
