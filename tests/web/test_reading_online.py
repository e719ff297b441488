"""Reading a part in the browser: the words of the email, and nobody's name or links."""

from django.test import Client

from outreach.actions import links
from outreach.models import Series, Step
from tests import builders
from tests.web.conftest import words


def link(step: Step, person: int) -> str:
    url = links.read_online_url(step.pk, person)
    return url[url.index("/r/") :]


def test_the_page_holds_the_email_and_no_personal_link(web: Client, applied: str) -> None:
    """The link is forwarded; whoever opens it must not be able to unsubscribe the person it came from."""
    person = builders.make_subscriber(first_name="Marguerite")
    step = builders.make_series().steps.get(channel="email", number=1)
    answer = web.get(link(step, person.pk))
    shown = words(answer)
    assert answer.status_code == 200 and "drink a glass of water" in shown
    for secret in ("Marguerite", str(person.email), "/u/", "/p/", "/r/"):
        assert secret not in shown
    assert "/links/" in shown and not answer.cookies


def test_the_page_may_run_no_script_and_load_nothing(web: Client, applied: str) -> None:
    step = builders.make_series().steps.get(channel="email", number=1)
    policy = web.get(link(step, builders.make_subscriber().pk))["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'none'" in policy


def test_a_discreet_person_sees_the_neutral_name_and_subject(web: Client, applied: str) -> None:
    step = builders.make_series().steps.get(channel="email", number=1)
    shown = words(web.get(link(step, builders.make_subscriber(discreet=True).pk)))
    assert "<title>Your note 1</title>" in shown and "A. Health Notes" in shown


def test_a_draft_and_a_forged_link_show_nothing(web: Client, applied: str) -> None:
    draft: Series = builders.make_series(published=False)
    step = draft.steps.get(channel="email", number=1)
    assert web.get(link(step, builders.make_subscriber().pk)).status_code == 404
    assert web.get(f"/r/{'c' * 40}/").status_code == 404


def test_the_page_about_links_says_where_they_are(web: Client, applied: str) -> None:
    assert "at the end of any email" in words(web.get("/links/"))
