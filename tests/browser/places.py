"""Ways to every state of the public pages: what must be in the database, and what a person does to get there."""

from collections.abc import Callable
from typing import Any

from outreach.actions import clock, holding, links, preferring
from outreach.models import Subscriber, Suppression
from tests import builders

Way = Callable[[Any, str], None]  # a tab and a language
EMAIL = "nora@example.org"


def path_of(url: str) -> str:
    """The part of a link after the host."""
    return "/" + url.split("/", 3)[3]


def person(**fields: Any) -> Subscriber:
    return builders.make_subscriber(now=clock.now(), **fields)


def subscribe(tab: Any, language: str) -> None:
    tab.goto(f"/subscribe/?lang={language}")


def subscribe_wrong(tab: Any, language: str) -> None:
    subscribe(tab, language)
    tab.fill("#email", "nora@")
    tab.fill("#zip", "303")
    tab.check("input[value='email/recovery-notes']")
    tab.check("input[value='sms/recovery-notes']")
    tab.click("#send")
    tab.wait_for_selector("#said")


def fill_in(tab: Any) -> None:
    tab.check("input[value='email/recovery-notes']")
    tab.check("input[value='sms/family-notes']")
    tab.fill("#first_name", "Nora")
    tab.fill("#email", EMAIL)
    tab.fill("#phone", "404 555 0155")
    tab.check("#adult")


def send_as_a_person(tab: Any) -> None:
    """Sends the form as if two seconds had passed since the page was made."""
    from outreach.web.public import timely

    tab.evaluate(
        "made => document.querySelector('[name=made]').value = made", timely.stamp(clock.now().timestamp() - 60)
    )
    tab.click("#send")


def subscribed(tab: Any, language: str) -> None:
    subscribe(tab, language)
    fill_in(tab)
    send_as_a_person(tab)
    tab.wait_for_selector("h1#said")


def too_many(tab: Any, language: str) -> None:
    from outreach.actions import limiting

    for _ in range(limiting.PER_PROXY):
        limiting.network_may("127.0.0.1", clock.now())
    subscribed(tab, language)


def embedded(tab: Any, language: str) -> None:
    tab.goto(f"/subscribe/embed/?lang={language}")


def embedded_wrong(tab: Any, language: str) -> None:
    embedded(tab, language)
    tab.click("#send")
    tab.wait_for_selector("#said")


def confirm(tab: Any, language: str) -> None:
    asked = person(email=EMAIL, channels=[])
    event = builders.consent(asked, "email", action="requested")
    tab.goto(f"{path_of(links.confirm_url(asked.pk, event.pk))}?lang={language}")


def confirmed(tab: Any, language: str) -> None:
    confirm(tab, language)
    tab.click("main button")
    tab.wait_for_load_state()


def nothing_to_confirm(tab: Any, language: str) -> None:
    asked = person(email=EMAIL, channels=[])
    event = builders.consent(asked, "email", action="requested")
    builders.consent(asked, "email", topic="*", action="revoked")
    tab.goto(f"{path_of(links.confirm_url(asked.pk, event.pk))}?lang={language}")


def preferences(tab: Any, language: str) -> None:
    tab.goto(f"{path_of(links.preferences_url(person(language=language).pk))}?lang={language}")


def _act(act: str) -> Way:
    def way(tab: Any, language: str) -> None:
        preferences(tab, language)
        tab.click(f"button[value={act}]")
        tab.wait_for_selector("#said")

    return way


preferences_saved, preferences_paused = _act("save"), _act("pause")
preferences_left, preferences_emails_left = _act("leave"), _act("leave_emails")


def preferences_wrong(tab: Any, language: str) -> None:
    preferences(tab, language)
    tab.fill("#zip", "303")
    tab.click("button[value=save]")
    tab.wait_for_selector("#said")


def preferences_stale(tab: Any, language: str) -> None:
    preferences(tab, language)
    builders.consent(Subscriber.objects.get(), "email", topic="*", action="revoked")
    tab.click("button[value=save]")
    tab.wait_for_selector("#said")


def preferences_undone(tab: Any, language: str) -> None:
    preferences_left(tab, language)
    tab.click("button[value=undo]")
    tab.wait_for_load_state()


def preferences_of_someone_held_stopped_and_waiting(tab: Any, language: str) -> None:
    held = person(channels=["email"])
    builders.consent(held, "sms", action="requested")
    holding.hold(held.pk, reason="asked for it", now=clock.now())
    preferring.pause(held.pk, now=clock.now())
    tab.goto(f"{path_of(links.preferences_url(held.pk))}?lang={language}")


def preferences_after_a_stop(tab: Any, language: str) -> None:
    stopped = person()
    Suppression.objects.create(channel="sms", address_key=stopped.phone_key, cause="provider_stop", at=clock.now())
    Suppression.objects.create(channel="email", address_key=stopped.email_key, cause="bounce", at=clock.now())
    tab.goto(f"{path_of(links.preferences_url(stopped.pk))}?lang={language}")


def unsubscribe(tab: Any, language: str) -> None:
    campaign = builders.make_campaign(started=False)
    tab.goto(f"{path_of(links.unsubscribe_url(person().pk, campaign.pk))}?lang={language}")


def unsubscribed(tab: Any, language: str) -> None:
    unsubscribe(tab, language)
    tab.click("main button")
    tab.wait_for_selector("[name=undo]", state="attached")


def undone(tab: Any, language: str) -> None:
    unsubscribed(tab, language)
    tab.click("main button")
    tab.wait_for_selector("[name=undo]", state="detached")


def read_online(tab: Any, language: str) -> None:
    series = builders.make_series(emails=1, texts=0)
    tab.goto(path_of(links.read_online_url(series.steps.get().pk, person().pk)))


def where_links_are(tab: Any, language: str) -> None:
    tab.goto(f"/links/?lang={language}")


def broken_link(tab: Any, language: str) -> None:
    tab.goto(f"/p/{'a' * 40}/?lang={language}")


def not_here(tab: Any, language: str) -> None:
    tab.goto(f"/nowhere/?lang={language}")


def our_fault(tab: Any, language: str) -> None:
    tab.goto(f"/fault/?lang={language}")


WAYS: tuple[Way, ...] = (
    subscribe, subscribe_wrong, subscribed, too_many, embedded, embedded_wrong, confirm, confirmed, nothing_to_confirm,
    preferences, preferences_saved, preferences_paused, preferences_wrong, preferences_stale, preferences_left,
    preferences_emails_left, preferences_undone, preferences_of_someone_held_stopped_and_waiting, preferences_after_a_stop,
    unsubscribe, unsubscribed, undone, read_online, where_links_are, broken_link, not_here, our_fault,
)  # fmt: skip
NAMES = {
    preferences_saved: "preferences_saved", preferences_paused: "preferences_paused",
    preferences_left: "preferences_left", preferences_emails_left: "preferences_emails_left",
}  # fmt: skip


def name_of(way: Way) -> str:
    return NAMES.get(way, way.__name__)
