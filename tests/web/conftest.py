"""A client on the real database, and the keys that the providers' webhooks are signed with."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings
from twilio.request_validator import RequestValidator

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


def words(answer: HttpResponse) -> str:
    """The answer as text."""
    return answer.content.decode(settings.DEFAULT_CHARSET)
