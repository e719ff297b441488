"""What is held of a person, on the staff pages: handed out as a file, and erased after one clear question."""

import json

import pytest
from django.test import Client

from outreach.models import Activity, Subscriber
from tests import builders
from tests.web.conftest import words


@pytest.fixture
def staff(applied: str) -> Client:
    client = Client()
    client.force_login(builders.make_staff())
    return client


def test_the_file_holds_everything_and_is_kept_by_no_cache(staff: Client) -> None:
    ann = builders.make_subscriber(email="ann@example.org")
    answer = staff.get(f"/people/{ann.pk}/export/")
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == f'attachment; filename="person-{ann.pk}.json"', "the name names nobody"
    held = json.loads(answer.content)
    assert held["person"]["email"] == "ann@example.org" and len(held["ledger"]) == 2
    assert all(one["proof"]["unchanged"] for one in held["ledger"])
    assert staff.get("/people/999/export/").status_code == 404


def test_erasing_asks_first_and_says_what_goes_and_what_stays(staff: Client) -> None:
    ann = builders.make_subscriber(first_name="Ann", phone="+14045550142")
    builders.make_subscriber(phone="+14045550142")
    builders.make_text(ann)
    asked = words(staff.get(f"/people/{ann.pk}/erase/"))
    for say in ("Erase Ann", "for good?", "1 text", "2 entries", "1 other record"):
        assert say in asked, asked
    ann.refresh_from_db()
    assert ann.erased_at is None, "looking changes nothing"


def test_a_press_erases_once_and_the_page_says_so(staff: Client) -> None:
    ann = builders.make_subscriber(first_name="Ann")
    shown = words(staff.post(f"/people/{ann.pk}/erase/", follow=True))
    assert "Everything that could name this person is gone" in shown and "erased" in shown
    assert Subscriber.objects.get(pk=ann.pk).email is None
    assert Activity.objects.get(verb="erased").actor is not None
    again = words(staff.post(f"/people/{ann.pk}/erase/", follow=True))
    assert "was erased on" in again
    assert "nothing left to erase" in words(staff.get(f"/people/{ann.pk}/erase/"))
