"""The links in our messages: opaque, unguessable, per person and list, good for ever, with no address in them."""

from collections.abc import Callable

from django.conf import settings

from outreach.rules import tokens

UNSUBSCRIBE = "unsubscribe"
PREFERENCES = "preferences"
READ_ONLINE = "read"
CONFIRM = "confirm"


def unsubscribe_url(subscriber: int, campaign: int) -> str:
    """Where one tap ends the emails: GET asks, POST acts (RFC 8058)."""
    return f"{settings.PUBLIC_URL}/u/{_make(UNSUBSCRIBE, subscriber, campaign)}/"


def preferences_url(subscriber: int) -> str:
    return f"{settings.PUBLIC_URL}/p/{_make(PREFERENCES, subscriber)}/"


def read_online_url(step: int, subscriber: int) -> str:
    return f"{settings.PUBLIC_URL}/r/{_make(READ_ONLINE, step, subscriber)}/"


def confirm_url(subscriber: int, event: int) -> str:
    """Where a person confirms a sign-up (double opt-in): GET asks, POST acts."""
    return f"{settings.PUBLIC_URL}/c/{_make(CONFIRM, subscriber, event)}/"


def email_links(campaign: int, step: int) -> Callable[[int], tuple[str, str, str]]:
    """The links of the emails of one step, for one who writes to a thousand: from a subscriber to the urls to unsubscribe,
    to the preferences and to read it online, the same as the functions above give."""
    key, base = settings.TOKEN_KEYS[0], settings.PUBLIC_URL
    unsubscribe, preferences, read_online = (
        tokens.maker(purpose, key) for purpose in (UNSUBSCRIBE, PREFERENCES, READ_ONLINE)
    )
    after, before = tokens.packed(campaign), tokens.packed(step)

    def links_of(subscriber: int) -> tuple[str, str, str]:
        person = tokens.packed(subscriber)
        return (
            f"{base}/u/{unsubscribe(person + after)}/",
            f"{base}/p/{preferences(person)}/",
            f"{base}/r/{read_online(before + person)}/",
        )

    return links_of


def read(purpose: str, token: str) -> tuple[int, ...] | None:
    """The ids of a genuine token of this purpose, made with any of our keys; None for anything else."""
    return tokens.read(token, purpose, settings.TOKEN_KEYS)


def _make(purpose: str, *ids: int) -> str:
    return tokens.make(purpose, ids, settings.TOKEN_KEYS[0])
