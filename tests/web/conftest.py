"""A client on the real database, a browser tab, and the keys that the providers' webhooks are signed with."""

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connections
from django.http import HttpResponse
from django.test import Client, override_settings
from twilio.request_validator import RequestValidator
from waitress.server import create_server

PUBLIC = "https://notes.example.org"
TOKEN = "0123456789abcdef0123456789abcdef"
STAMP = "X-Twilio-Email-Event-Webhook-Timestamp"
SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"


@dataclass
class Signer:
    """Signs as SendGrid and Twilio do."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def public_key(self) -> str:
        return base64.b64encode(
            self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        ).decode()

    def event_headers(self, body: bytes, at: datetime | None = None) -> dict[str, str]:
        stamp = str(int((at or datetime.now(UTC)).timestamp()))
        signature = self.key.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        return {STAMP: stamp, SIGNATURE: base64.b64encode(signature).decode()}

    def form_headers(self, path: str, form: dict[str, Any], token: str = TOKEN) -> dict[str, str]:
        return {"X-Twilio-Signature": RequestValidator(token).compute_signature(PUBLIC + path, form)}


@pytest.fixture
def signer() -> Iterator[Signer]:
    made = Signer()
    with override_settings(
        SENDGRID_WEBHOOK_KEYS=[made.public_key],
        TWILIO_AUTH_TOKENS=["another-token-in-rotation", TOKEN],
        PUBLIC_URL=PUBLIC,
    ):
        yield made


@pytest.fixture
def applied(database: str) -> str:
    """A database with the shipped schedules in force."""
    from tests import builders  # needs Django to be set up, which happens after this file is read

    builders.apply_schedules()
    return database


@pytest.fixture
def web(applied: str) -> Client:
    """Somebody without a cookie; CSRF checks are on, as in life."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def staff(applied: str) -> Client:
    """Someone on the staff, logged in. CSRF has tests of its own."""
    from tests import builders

    client = Client()
    client.force_login(builders.make_staff())
    return client


@pytest.fixture
def site(applied: str) -> Iterator[str]:
    """The program behind a real web server."""
    from outreach.wsgi import application

    def served(environ: dict[str, Any], start: Any) -> Any:
        try:
            return application(environ, start)
        finally:
            connections.close_all()  # threads of the server must not hold the test's database

    server = create_server(served, host="127.0.0.1", port=0, threads=2)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


@pytest.fixture
def tab(site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A browser tab that knows the site, and fails the test for anything the page was denied or tripped over."""
    from playwright.sync_api import sync_playwright

    from tests.web.browsing import CHROMIUM

    monkeypatch.setenv(
        "DJANGO_ALLOW_ASYNC_UNSAFE", "1"
    )  # Playwright runs a loop in this thread; the ORM is fine with it
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(base_url=site, viewport={"width": 375, "height": 812})
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.on(
            "request", lambda r: complaints.append(r.url) if not r.url.startswith((site, "data:", "about:")) else None
        )
        yield page
        browser.close()
    assert not complaints


def words(answer: HttpResponse) -> str:
    """The answer as text."""
    return answer.content.decode(settings.DEFAULT_CHARSET)
