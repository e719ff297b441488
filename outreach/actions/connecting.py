"""The connections to the providers, made once per process from the settings."""

from functools import lru_cache

from django.conf import settings

from outreach.providers.base import EmailLists, EmailProvider
from outreach.providers.sendgrid import SendGrid
from outreach.providers.smtp import Smtp
from outreach.providers.twilio import Twilio


@lru_cache(maxsize=1)
def email_provider() -> EmailProvider:
    """SendGrid, or SMTP when EMAIL_PROVIDER says so."""
    if settings.EMAIL_PROVIDER == "smtp":
        return Smtp(
            settings.SMTP_HOST,
            settings.SMTP_PORT,
            user=settings.SMTP_USER,
            password=settings.SMTP_PASSWORD,
            starttls=settings.SMTP_STARTTLS,
        )
    return SendGrid(settings.SENDGRID_BASE_URL, settings.SENDGRID_API_KEY)


def email_lists() -> EmailLists | None:
    """SendGrid's own list of what it took; None when it cannot be asked (email goes by SMTP, or there is no key)."""
    provider = email_provider()
    return provider if isinstance(provider, SendGrid) and settings.SENDGRID_API_KEY else None


@lru_cache(maxsize=1)
def text_provider() -> Twilio:
    """Twilio."""
    token = settings.TWILIO_AUTH_TOKENS[0] if settings.TWILIO_AUTH_TOKENS else ""
    return Twilio(settings.TWILIO_BASE_URL, settings.TWILIO_ACCOUNT_SID, token, in_flight=settings.TWILIO_IN_FLIGHT)


def provider_name(channel: str) -> str:
    """What messages of a channel record as their provider."""
    return settings.EMAIL_PROVIDER if channel == "email" else "twilio"
