"""What an email to us means: an unsubscribe, a bounce, a complaint, an automatic reply, or a person's words.

Two things tell who left: the token in the address it was sent to, which only our email to that person carried; and the
sender, whom anybody can forge. Ending emails for a forged sender does little harm and overlooking a wish does much, so
both are honoured. Letting emails begin again at such a word would be the other way round: that is left to a person.
Sources: RFC 2369 (mailto in List-Unsubscribe), RFC 3834 (automatic replies), RFC 3464, RFC 5965.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.utils import parseaddr
from typing import Final, Literal

from outreach.rules import mail_quotes, mail_reports, replies, stop_words
from outreach.rules.mail import LONGEST_WORDS, Mail
from outreach.rules.replies import Intent

Kind = Literal["unsubscribe", "bounce", "complaint", "automatic", "words", "empty"]

# The local part of the address in List-Unsubscribe; what follows the sign is the token.
UNSUBSCRIBE_MAILBOX: Final = "unsub"
LONGEST_LOCAL: Final = 64  # RFC 5321 section 4.5.3.1.1
_MAILBOX: Final = re.compile(r"unsub(?:scribe)?(?:[+=]([0-9a-f]{1,160}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What one email means.

    kind: "unsubscribe" (the address it was sent to says so), "bounce" and "complaint" (a machine's report about an email of
    ours), "automatic" (nobody wrote it), "words" (`intent` says what they mean), "empty" (nothing of the person's own).
    tokens: what stood in the addresses it was sent to, to be verified. own: the person's own words. texts_too: they
    name texts. doubt: a person must look besides.
    """

    kind: Kind
    tokens: tuple[str, ...] = ()
    own: str = ""
    intent: Intent | None = None
    texts_too: bool = False
    doubt: bool = False

    @property
    def crisis(self) -> bool:
        """Whether somebody may be in danger; it can come with every other wish."""
        return self.intent is not None and self.intent.kind == "crisis"

    @property
    def stops(self) -> bool:
        """Whether the emails end."""
        return self.kind == "unsubscribe" or (self.intent is not None and self.intent.stops)


def understand(mail: Mail, *, own_address: str = "") -> Meaning:
    """What `mail` means. `own_address`: where our pages are, to know our own links in a quote. Never raises."""
    mailboxes = [found for to in mail.recipients if (found := _MAILBOX.fullmatch(to.partition("@")[0]))]
    tokens = tuple(dict.fromkeys(found[1] for found in mailboxes if found[1]))
    if kind := mail_reports.kind_of(mail):
        return Meaning(kind=kind, tokens=tokens)
    own = mail_quotes.own_words(mail.text, mail.html, own_address=own_address)[:LONGEST_WORDS]
    sign = automatic(mail, own)
    if sign == "likely" and (heard := hear(own)) and heard.kind == "crisis":
        sign = None  # a false alarm is the better mistake
    if sign:
        # A mailbox provider that unsubscribes for a person writes "auto-generated" (RFC 3834 section 5) to an address that
        # nobody else knows; a vacation reply is "auto-replied" and goes to the sender of an email, which this is not.
        by_machine = bool(tokens) and _says(mail, "auto-submitted").startswith("auto-generated")
        return Meaning(kind="unsubscribe" if by_machine else "automatic", tokens=tokens)
    return _words(mail, own, tokens, at_mailbox=bool(mailboxes))


def _words(mail: Mail, own: str, tokens: tuple[str, ...], *, at_mailbox: bool) -> Meaning:
    subject, answers = _subject(mail.subject)
    said = own
    if subject and not answers and _plain(subject) != _plain(own):
        said = f"{subject}\n{own}"  # a subject of their own
    elif _is_stop(subject):
        said = f"{subject}\n{own}"  # "Re: unsubscribe": no email of ours is called that
    intent = hear(said)
    texts_too = bool(_TEXTS.search(_plain(own)))
    if at_mailbox:
        # The address is the wish, whatever stands in the mail; other words are seen by a person as well.
        only = not own.strip() or (intent is not None and intent.kind == "stop" and "person" not in intent.also)
        return Meaning(kind="unsubscribe", tokens=tokens, own=own, intent=intent, texts_too=texts_too, doubt=not only)
    if intent is None:
        return Meaning(kind="empty")
    # who names texts in an email may mean them alone: both end, and a person asks
    doubt = intent.kind != "stop" or "person" in intent.also or texts_too
    return Meaning(kind="words", own=said.strip(), intent=intent, texts_too=texts_too, doubt=doubt)


_AT_ONCE: Final = (
    3000  # characters understood together: the rules are made for texts, and take their time with long ones
)
_TOO_LONG_A_WORD: Final = re.compile(r"\S{60,}")


def hear(text: str) -> Intent | None:
    """What a letter of any length means: that of its pieces, the gravest first. None when it says nothing."""
    plain = re.sub(r"\s*\n\s*", "\n", _TOO_LONG_A_WORD.sub(" ", text)).strip()
    heard = [replies.classify(piece) for piece in _pieces(plain)]
    if not heard:
        return None
    stops = [one for one in heard if one.stops]
    if crisis := next((one for one in heard if one.kind == "crisis"), None):
        return replace(crisis, also=("stop",)) if stops else crisis
    if stops and len(heard) > 1:
        return replace(stops[0], also=tuple(dict.fromkeys([*stops[0].also, "person"])))  # there is more to read
    urgent = next((one for one in heard if "urgent" in one.also), None)
    return stops[0] if stops else urgent or heard[0]


def _pieces(text: str) -> Iterator[str]:
    while text:
        end = (
            len(text) if len(text) <= _AT_ONCE else max(text.rfind("\n", 0, _AT_ONCE), text.rfind(" ", 0, _AT_ONCE)) + 1
        )
        yield text[: end or _AT_ONCE]
        text = text[end or _AT_ONCE :]


# --- automatic ------------------------------------------------------------------------------------------------------

_VACATION: Final = re.compile(
    r"^(?:re: ?)?(?:auto(?:matic|mated)?[- :]?(?:reply|response)\b|auto(?:matic)? ?re:|out of (?:the )?office"
    r"|away from (?:my|the) (?:desk|office)|ooo\b|vacation (?:reply|response|message|notice|auto)|on vacation\b"
    r"|i am (?:away|out of (?:the )?office)|(?:respuesta|contestacion) autom|fuera de (?:la )?oficina"
    r"|(?:aviso|mensaje|notificacion) de ausencia|ausente de la oficina|(?:estoy )?de vacaciones)"
)
_AWAY: Final = re.compile(
    r"\b(?:out of (?:the )?office|on (?:vacation|annual leave)|automatic (?:reply|response)|autoreply|auto-reply"
    r"|away (?:from the office|until)|fuera de (?:la )?oficina|de vacaciones hasta|respuesta automatica)\b"
)
_MACHINES: Final = re.compile(
    r"(?:mailer-daemon|postmaster|mail-daemon|no-?reply|do-?not-?reply|bounces?|auto-?(?:reply|responder))(?:[+.-].*)?"
)
_BY_MACHINE: Final = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})  # values of Precedence
_TEXTS: Final = re.compile(r"\b(?:texts?|texting|sms|text messages?|mensajes? de texto|celular)\b")


def automatic(mail: Mail, own: str = "") -> Literal["sure", "likely"] | None:
    """Whether a machine wrote it. "sure" by RFC 3834's header, the older ones, the null sender or a daemon's name; "likely" by
    a vacation's words. None: a person did.

    X-Auto-Response-Suppress is no sign by itself: Exchange sets it on people's own emails too. With the words of an
    absence it is.
    """
    submitted = _says(mail, "auto-submitted").split(";")[0].strip()
    if submitted and submitted != "no":
        return "sure"
    if any(_says(mail, name) not in ("", "no", "none") for name in ("x-autoreply", "x-autorespond", "x-autoresponse")):
        return "sure"
    if _says(mail, "precedence") in _BY_MACHINE or "list-unsubscribe" in mail.headers:
        return "sure"
    if mail.envelope_from == "" or not mail.sender or _MACHINES.fullmatch(mail.sender.partition("@")[0]):
        return "sure"
    away = "x-auto-response-suppress" in mail.headers and _AWAY.search(_plain(own[:1000]))
    return "likely" if away or _VACATION.match(_plain(mail.subject)) else None


def _says(mail: Mail, name: str) -> str:
    return mail.headers.get(name, "").strip().casefold()


# --- words ----------------------------------------------------------------------------------------------------------

_ANSWERS: Final = re.compile(r"^\s*(?:(?:re|fwd?|rv|aw|sv|rif|ref|enc)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def _subject(subject: str) -> tuple[str, bool]:
    """The subject without "Re:", and whether it had one: then the words are those of our email."""
    found = _ANSWERS.match(subject)
    return (subject[found.end() :] if found else subject).strip(), bool(found)


def _is_stop(subject: str) -> bool:
    return " ".join(re.findall(r"[^\W_]+", _plain(subject))) in stop_words.STOP_EXACT


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(letter for letter in folded if not unicodedata.combining(letter)).split())


def address_of(header: str) -> str:
    """The address of a From header, in lower case; "" when there is none."""
    address = parseaddr(header[:1000])[1].strip().casefold()
    return address if address.count("@") == 1 and " " not in address else ""


def mailto(token: str, domain: str) -> str | None:
    """The address in List-Unsubscribe that says who leaves; None where it would be longer than an address may be."""
    local = f"{UNSUBSCRIBE_MAILBOX}+{token}"
    return f"{local}@{domain}" if domain and len(local) <= LONGEST_LOCAL else None
