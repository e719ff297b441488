"""The links in our messages: opaque, unguessable, per person and list, good for ever, with no address in them."""

from collections.abc import Callable

from django.conf import settings

from outreach.rules import mail_replies, tokens

UNSUBSCRIBE = "unsubscribe"
PREFERENCES = "preferences"
READ_ONLINE = "read"
CONFIRM = "confirm"
_PATHS = {UNSUBSCRIBE: "u", PREFERENCES: "p", READ_ONLINE: "r", CONFIRM: "c"}


def unsubscribe_url(subscriber: int, campaign: int) -> str:
    """Where one tap ends the emails: GET asks, POST acts (RFC 8058)."""
    return _maker(UNSUBSCRIBE)(_packed(subscriber, campaign))


def preferences_url(subscriber: int) -> str:
    return _maker(PREFERENCES)(_packed(subscriber))


def read_online_url(step: int, subscriber: int) -> str:
    return _maker(READ_ONLINE)(_packed(step, subscriber))


def confirm_url(subscriber: int, event: int) -> str:
    """Where a person confirms a sign-up (double opt-in): GET asks, POST acts."""
    return _maker(CONFIRM)(_packed(subscriber, event))


def email_links(campaign: int, step: int) -> Callable[[int], tuple[str, str, str]]:
    """The links of the emails of one step, for one who writes to a thousand: from a subscriber to the urls to unsubscribe,
    to the preferences and to read it online, the same as the functions above give."""
    unsubscribe, preferences, read_online = (
        tokens.maker(purpose, settings.TOKEN_KEYS[0]) for purpose in (UNSUBSCRIBE, PREFERENCES, READ_ONLINE)
    )
    leave, choose, online = (
        f"{settings.PUBLIC_URL}/{_PATHS[purpose]}/" for purpose in (UNSUBSCRIBE, PREFERENCES, READ_ONLINE)
    )
    after, before, packed = _packed(campaign), _packed(step), tokens.packed

    def links_of(subscriber: int) -> tuple[str, str, str]:
        person = packed(subscriber)
        return (
            f"{leave}{unsubscribe(person + after)}/",
            f"{choose}{preferences(person)}/",
            f"{online}{read_online(before + person)}/",
        )

    return links_of


def list_headers(sender_domain: str) -> Callable[[str], dict[str, str]]:
    """From an unsubscribe link to the headers that let a mailbox leave by itself (RFC 8058, 2369, 2919): the one https address
    first, then the mailto address with the same token, when emails to us come in at INBOUND_MAIL_DOMAIN.

    There is one list, whatever the topic: a header must not say what somebody reads, and one tap ends them all.
    """
    list_id, domain = f"<letters.{sender_domain}>", settings.INBOUND_MAIL_DOMAIN

    def headers_of(unsubscribe: str) -> dict[str, str]:
        address = mail_replies.mailto(unsubscribe.rsplit("/", 2)[1], domain) if domain else None
        by_mail = f", <mailto:{address}?subject=unsubscribe>" if address else ""
        return {
            "List-Unsubscribe": f"<{unsubscribe}>{by_mail}",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": list_id,
        }

    return headers_of


def read(purpose: str, token: str) -> tuple[int, ...] | None:
    """The ids of a genuine token of this purpose, made with any of our keys; None for anything else."""
    return tokens.read(token, purpose, settings.TOKEN_KEYS)


def _maker(purpose: str) -> Callable[[bytes], str]:
    """From packed ids to the link of this purpose."""
    token, begin = tokens.maker(purpose, settings.TOKEN_KEYS[0]), f"{settings.PUBLIC_URL}/{_PATHS[purpose]}/"
    return lambda ids: f"{begin}{token(ids)}/"


def _packed(*ids: int) -> bytes:
    return b"".join(map(tokens.packed, ids))
