"""Credentials and signatures of the sandbox, made once per directory and kept there.

Email events are signed with ECDSA P-256 over timestamp + raw body (SendGrid's Event Webhook); text webhooks with
HMAC-SHA1 of the exact URL followed by the sorted form fields (X-Twilio-Signature).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from outreach.sandbox.options import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a client needs to talk to the sandbox, and what the sandbox signs with."""

    sendgrid_api_key: str
    twilio_account_sid: str
    twilio_auth_token: str
    event_key: ec.EllipticCurvePrivateKey

    @property
    def event_public_key(self) -> str:
        """Base64 SubjectPublicKeyInfo without a PEM frame, as SendGrid's settings page shows it."""
        der = self.event_key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(der).decode()

    def sign_events(self, timestamp: str, body: bytes) -> str:
        """The value of X-Twilio-Email-Event-Webhook-Signature: base64 of an ASN.1 DER signature."""
        return base64.b64encode(self.event_key.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))).decode()

    def sign_form(self, url: str, form: Mapping[str, str]) -> str:
        """The value of X-Twilio-Signature for a form POST to exactly this URL."""
        text = url + "".join(name + form[name] for name in sorted(form))
        digest = hmac.new(self.twilio_auth_token.encode(), text.encode(), hashlib.sha1).digest()
        return base64.b64encode(digest).decode()

    def as_json(self) -> dict[str, dict[str, str]]:
        """What GET /sandbox/keys.json answers: enough to configure a client of this sandbox."""
        return {
            "sendgrid": {"api_key": self.sendgrid_api_key, "event_public_key": self.event_public_key},
            "twilio": {"account_sid": self.twilio_account_sid, "auth_token": self.twilio_auth_token},
        }


def load_keys(options: Options) -> Keys:
    """The directory's keys, made on first use; a credential given in `options` wins over the kept one."""
    kept_at = options.directory / "keys.json"
    if kept_at.exists():
        kept = json.loads(kept_at.read_text())
    else:
        kept = {
            "sendgrid_api_key": f"SG.{secrets.token_urlsafe(16)}.{secrets.token_urlsafe(32)}",
            "twilio_account_sid": f"AC{secrets.token_hex(16)}",
            "twilio_auth_token": secrets.token_hex(16),
        }
        _write_private(kept_at, json.dumps(kept, indent=1).encode())
    return Keys(
        sendgrid_api_key=options.sendgrid_key or kept["sendgrid_api_key"],
        twilio_account_sid=options.twilio_sid or kept["twilio_account_sid"],
        twilio_auth_token=options.twilio_token or kept["twilio_auth_token"],
        event_key=_event_key(options.directory / "event-webhook.pem"),
    )


def _event_key(path: Path) -> ec.EllipticCurvePrivateKey:
    if path.exists():
        key = serialization.load_pem_private_key(path.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{path} is not an elliptic curve key; delete it and a new one is made")
        return key
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    _write_private(path, pem)
    return key


def _write_private(path: Path, data: bytes) -> None:
    """Readable by the owner alone, and whole or absent."""
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
