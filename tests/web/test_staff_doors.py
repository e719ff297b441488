"""Who gets in: every staff page asks for a login, every change asks for a POST with its token."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, reverse

from outreach import urls
from outreach.actions import staffing
from tests import builders
from tests.web.conftest import words

PIECES = {"channel": "email", "pk": 1, "slug": "series-1", "number": 1, "verb": "stop", "token": "x"}
STAFF_URLS = [pytest.param(pattern, id=str(pattern.name)) for pattern in urls.staff]


def path_of(pattern: URLPattern) -> str:
    return reverse(str(pattern.name), kwargs={name: PIECES[name] for name in pattern.pattern.converters})


def test_every_url_belongs_to_one_door() -> None:
    """A page that is in no list would be in no walk below."""
    doors = [*urls.webhooks, *urls.public, *urls.entrance, *urls.staff]
    assert urls.urlpatterns == doors
    assert all(getattr(pattern.callback, "staff_only", False) for pattern in urls.staff)


@pytest.mark.parametrize("pattern", STAFF_URLS)
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_stranger_is_sent_to_the_login(web: Client, pattern: URLPattern, method: str) -> None:
    answer = getattr(web, method)(path_of(pattern))
    if method == "post" and answer.status_code == 403:
        return  # refused even earlier: a POST without its token
    assert answer.status_code == 302 and answer["Location"].startswith("/login/")


@pytest.mark.parametrize("pattern", STAFF_URLS)
def test_an_account_that_is_not_staff_is_refused(applied: str, pattern: URLPattern) -> None:
    client = Client()
    client.force_login(builders.make_staff(is_staff=False))
    assert client.get(path_of(pattern)).status_code == 403


@pytest.mark.parametrize("pattern", STAFF_URLS)
def test_a_post_without_its_token_is_refused(applied: str, pattern: URLPattern) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(builders.make_staff())
    answer = client.post(path_of(pattern))
    assert answer.status_code in (403, 405)


def test_a_fragment_asked_for_after_the_session_ended_sends_the_page_to_the_login(web: Client) -> None:
    answer = web.get("/attention/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/login/"


def test_a_login_leads_back_to_the_page_that_asked(applied: str) -> None:
    builders.make_staff(password="a long enough password")
    answer = Client().post(
        "/login/?next=/inbox/", {"username": "dana", "password": "a long enough password", "next": "/inbox/"}
    )
    assert (answer.status_code, answer["Location"]) == (302, "/inbox/")


def test_a_login_never_leads_to_another_host(applied: str) -> None:
    builders.make_staff(password="a long enough password")
    answer = Client().post(
        "/login/", {"username": "dana", "password": "a long enough password", "next": "https://elsewhere.example.org/"}
    )
    assert answer["Location"] == "/"


@pytest.mark.parametrize(("is_staff", "password"), [(True, "wrong"), (False, "a long enough password")])
def test_wrong_password_and_no_staff_sound_the_same(applied: str, is_staff: bool, password: str) -> None:
    builders.make_staff(password="a long enough password", is_staff=is_staff)
    answer = Client().post("/login/", {"username": "dana", "password": password})
    assert answer.status_code == 200 and "do not belong together" in words(answer)


def test_a_login_link_lets_in_once_and_only_by_post(applied: str) -> None:
    path = staffing.make_login_link(builders.make_staff())
    client = Client()
    assert client.get(path).status_code == 200
    assert client.get("/").status_code == 302  # looking at it let nobody in
    assert client.post(path)["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Client().post(path).status_code == 403


def test_a_login_link_is_useless_after_another_login(applied: str) -> None:
    user = builders.make_staff()
    first, second = staffing.make_login_link(user), staffing.make_login_link(user)
    Client().post(first)
    assert Client().post(second).status_code == 403


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_a_login_link_of_someone_who_left_lets_nobody_in(applied: str, change: dict[str, bool]) -> None:
    user = builders.make_staff()
    path = staffing.make_login_link(user)
    User.objects.filter(pk=user.pk).update(**change)
    assert Client().post(path).status_code == 403


@pytest.mark.parametrize("path", ["/login/link/x/", "/login/link/WzEsIiJd:1xyz:abc/"])
def test_a_forged_login_link_lets_nobody_in(applied: str, path: str) -> None:
    builders.make_staff()
    assert Client().post(path).status_code == 403


def test_a_login_link_lasts_a_quarter_of_an_hour(applied: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = staffing.make_login_link(builders.make_staff())
    monkeypatch.setattr(staffing, "VALID", timedelta(seconds=-1))
    assert Client().post(path).status_code == 403


def test_logging_out_takes_a_post(staff: Client) -> None:
    assert staff.get("/logout/").status_code == 405
    assert staff.post("/logout/")["Location"] == "/login/"
    assert staff.get("/").status_code == 302


@pytest.mark.parametrize("path", ["/", "/people/", "/login/", "/links/", "/nowhere/"])
def test_no_page_may_load_or_frame_anything_from_outside(staff: Client, path: str) -> None:
    answer = staff.get(path)
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy and "frame-ancestors 'none'" in policy
    assert "no-store" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] in ("same-origin", "no-referrer") and answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/", "/series/", "/campaigns/", "/people/", "/inbox/", "/new/series/", "/new/campaign/"]
)
def test_no_page_holds_inline_script_or_style_or_a_foreign_address(staff: Client, path: str) -> None:
    """The policy would block them, and a page that needs what is blocked is broken."""
    shown = words(staff.get(path))
    assert " style=" not in shown and "<style" not in shown and " onclick" not in shown
    assert "<script>" not in shown and "://" not in shown.replace("http://www.w3.org", "")


def test_before_schedules_are_applied_the_pages_say_what_to_do(database: str) -> None:
    client = Client()
    client.force_login(builders.make_staff())
    for path in ("/", "/series/", "/campaigns/", "/people/", "/inbox/"):
        answer = client.get(path)
        assert answer.status_code == 200 and "outreach schedules apply" in words(answer)
