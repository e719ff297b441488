"""Emails of a local mail server, by file and by pipe; and lanes that wait, at the command line."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from typer.testing import CliRunner

from outreach.actions import complaints, pausing
from outreach.cli import mail
from outreach.cli.base import app
from outreach.errors import Refused
from outreach.models import InboundEmail, Suppression
from tests import builders

assert mail  # it registers its commands
LEAVING = (
    b"From: Ann <ann@example.org>\nTo: notes@example.org\nSubject: Re: x\nMessage-ID: <a@example.org>\n\nunsubscribe\n"
)


@pytest.fixture(autouse=True)
def person(database: str) -> None:
    builders.apply_schedules()
    builders.make_subscriber(email="ann@example.org")


def run(*arguments: str | Path, **more: Any) -> Any:
    return CliRunner().invoke(app, list(map(str, arguments)), **more)


def test_an_email_by_a_pipe_is_taken_in() -> None:
    """As `|outreach mailbox` in a mail server's aliases gives it."""
    done = run("mailbox", input=LEAVING)
    assert (done.exit_code, done.output.strip()) == (0, "1 email taken in.")
    assert Suppression.objects.count() == 1


def test_files_are_taken_in_and_an_email_given_twice_counts_once(tmp_path: Path) -> None:
    """By name, a dash for the pipe."""
    (tmp_path / "one.eml").write_bytes(LEAVING)
    done = run("mailbox", tmp_path / "one.eml", "-", input=LEAVING)
    assert (done.exit_code, done.output.strip()) == (0, "2 emails taken in.")
    assert InboundEmail.objects.count() == 1


def test_nothing_in_the_pipe_is_an_error_with_its_cure() -> None:
    """And so is a file that is not there."""
    for arguments, cure in ((["mailbox"], "pipe one in"), (["mailbox", "nowhere.eml"], "check the name")):
        done = run(*arguments, input=b" \n")
        assert isinstance(done.exception, Refused) and cure in str(done.exception)


def test_while_the_database_is_away_the_mail_server_is_asked_to_try_again() -> None:
    """Exit 75 of sysexits.h: nothing bounces, nothing is lost."""
    settings = connections["default"].settings_dict
    port = settings["PORT"]
    connections.close_all()
    settings["PORT"] = "1"
    settings["HOST"], host = "127.0.0.1", settings["HOST"]
    try:
        done = run("mailbox", input=LEAVING)
    finally:
        settings["PORT"], settings["HOST"] = port, host
        connections.close_all()
    assert done.exit_code == 75 and "ann@" not in done.output


def test_a_lane_that_stopped_is_shown_and_goes_on_at_a_persons_word() -> None:
    """In words and as JSON."""
    assert run("lanes").output.strip() == "No lane waits."
    pausing.pause_lane("email", pausing.UNTIL_RESUMED, complaints.REASON)
    pausing.pause_lane("sms", datetime(2999, 1, 1, tzinfo=UTC), "asked_to_wait")
    shown = run("lanes").output
    assert "email: waits until a person resumes it (complaints)" in shown
    assert "sms: waits until 2999-01-01 00:00 UTC (asked to wait)" in shown
    assert '"until": null' in run("lanes", "--json").output
    assert "email" not in run("lanes", "--resume", "email").output
    for lane, say in (("email", "does not wait"), ("fax", "no lane")):
        assert say in str(run("lanes", "--resume", lane).exception)


def test_without_a_domain_for_emails_to_us_the_link_stands_alone() -> None:
    """And with one, https comes first and the same token follows in the mailto."""
    from outreach.actions import links

    with override_settings(PUBLIC_URL="https://notes.example.org", INBOUND_MAIL_DOMAIN=""):
        link = links.unsubscribe_url(7, 3)
        assert links.list_headers("example.org")(link) == {
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": "<letters.example.org>",
        }
    with override_settings(PUBLIC_URL="https://notes.example.org", INBOUND_MAIL_DOMAIN="in.example.org"):
        token = link.rsplit("/", 2)[1]
        written = links.list_headers("example.org")(link)["List-Unsubscribe"]
        assert written == f"<{link}>, <mailto:unsub+{token}@in.example.org?subject=unsubscribe>"
        assert written.count("https://") == 1
        largest = links.unsubscribe_url(2**62, 2**62)
        assert "mailto" not in links.list_headers("example.org")(largest)["List-Unsubscribe"], (
            "longer than an address may be"
        )
        assert "mailto" in links.list_headers("example.org")(links.unsubscribe_url(10**8, 10**5))["List-Unsubscribe"]
