"""The automatic answer to a crisis: whether one is due, and whether it got through. An email is answered by an email.

In a text it goes back with the provider's webhook, the fastest way there is; a status callback reports on it. But when
Twilio refuses it (the number has stopped us at Twilio: error 21610), no message comes into being and nobody calls back.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower, Now, Trim

from outreach.actions import connecting, keywords, replying, schedules
from outreach.actions.dispatching import Lane
from outreach.actions.dispatching.rows import run
from outreach.actions.incidents import CRISIS_WINDOW, answered_lately
from outreach.actions.naming import who_answers
from outreach.actions.replying import Replied
from outreach.models import CrisisMessage, InboundEmail, InboundText, Incident, Message, Reply, Subscriber, Suppression
from outreach.providers.base import Inbound, ListUnavailable, TextProvider
from outreach.rules import cadence, delivery, replies, reply_texts, verdicts
from outreach.rules.schedule_values import Channel

log = logging.getLogger(__name__)
SILENCE = timedelta(seconds=60)  # in real time: so long may a status callback take before the list is asked
PATIENCE = timedelta(minutes=3)  # and so long may the list be out of reach before a person is told
AROUND = timedelta(minutes=10)
REPLY: Final = "crisis"  # what stands on an email that got the lifelines
TRIES = 100  # a call every few seconds within the window
_ANSWERS: Final = uuid.UUID("8d8d8a4e-31f5-4d1c-9a5c-6f3e0c1f9b07")  # a name space: of no meaning, must only be ours


def key_of_answer(provider_id: str) -> uuid.UUID:
    """The key of the message that answers a text: always the same one, so that it can be recorded only once."""
    return uuid.uuid5(_ANSWERS, provider_id)


def key_to_watch(provider_id: str) -> uuid.UUID | None:
    """The key under which the provider is to report on the answer to this text; None when nobody waits for that."""
    return CrisisMessage.objects.filter(inbound__provider_id=provider_id).values_list("answer_key", flat=True).first()


def planned(inbound: Inbound, address_key: bytes, now: datetime, *, reachable: bool, in_webhook: bool) -> str:
    """What will become of the answer to a crisis text, as far as is known when it comes in: one of models/inbox.ANSWERS.

    `in_webhook`: the provider waits for it now. Else the text was found late, and a call brings the answer while it still
    makes sense.
    """
    if not reachable:
        return "none"
    if answered_lately("sms", address_key, now):
        return "earlier"
    if inbound.opt_out_type == "STOP" or stopped_at_provider(address_key):
        return "none"
    if in_webhook:
        return "given"
    return "due" if now - (inbound.at or now) < CRISIS_WINDOW else "none"


def stopped_at_provider(address_key: bytes) -> bool:
    """Whether Twilio itself refuses texts to this number: it has told us so, or the last of the words it acts on was a stop."""
    if Suppression.objects.filter(
        channel="sms", address_key=address_key, lifted_at=None, cause="provider_stop"
    ).exists():
        return True
    speaker = keywords.speaker()
    words = verdicts.PROVIDER_WORDS[speaker.sender if speaker else "10dlc"]
    stops, starts = words & verdicts.PROVIDER_STOPS, words & verdicts.PROVIDER_STARTS
    said = InboundText.objects.filter(address_key=address_key).annotate(word=Lower(Trim("body")))
    acted_on = said.filter(Q(opt_out_type__in=("STOP", "START")) | Q(word__in=stops | starts))
    last = acted_on.order_by("-at", "-pk").first()
    return last is not None and (last.opt_out_type == "STOP" or (not last.opt_out_type and last.word in stops))


def without_records(body: str) -> str | None:
    """The lifelines for a text that could not be taken in, or None when it is no crisis. They claim nothing about staff: for
    all we know nobody has heard. The text itself is found again in the provider's list."""
    intent = replies.classify(body)
    if intent.kind != "crisis":
        return None
    try:
        organisation = schedules.current().organisation
    except Exception:  # noqa: BLE001  # the database is away: the file says who we are
        organisation = cadence.parse(settings.SCHEDULES_FILE.read_text(encoding="utf-8")).organisation
    return reply_texts.crisis(organisation, intent.keyword, intent.language, stopped=False, alerted=False)


def follow_up(now: datetime, *, texts: TextProvider | None = None) -> None:
    """Looks how the answers to open crises fared, and brings those that a call must bring. Whatever failed is a person's to
    answer: the next page says so. `texts` None: the configured provider."""
    _hear_reports(now)
    for message in _open_answers("given").filter(recorded_at__lt=Now() - SILENCE):
        _safely(lambda message: _ask_list(message, texts, now), message, now)
    # who took an email in answers it at once: what is due so long was left behind by a process that ended
    for message in _open_answers("due").exclude(channel="email", recorded_at__gte=Now() - SILENCE):
        _safely(lambda message: _bring(message, now, texts=texts), message, now)


def answer_email(crisis_message: int, now: datetime, *, answered: str) -> None:
    """Sends the lifelines to somebody whose email was taken in at `now`. `answered`: the email's Message-ID, or empty.

    It is the one email that nobody asked consent for, so it never goes to an address that has confirmedly left: there a
    person answers, and is paged at once. It goes under a batch's lock, as everything that is sent: an opt-out by any other
    way stops it, or waits for it; one in the same email does not, until it is confirmed. Call it outside a transaction. It
    raises nothing.
    """
    for message in _open_answers("due").filter(pk=crisis_message):
        _safely(lambda message: _bring(message, now, answered=answered, leaving_at=now), message, now)


def _safely(step: Callable[[CrisisMessage], None], message: CrisisMessage, now: datetime) -> None:
    """One answer that cannot be looked after must not keep back another, or the pages."""
    try:
        step(message)
    except Exception as e:  # noqa: BLE001  # whatever it is: a person answers then
        log.error("the answer to crisis message %s could not be followed up: %s", message.pk, type(e).__name__)
        failed(message.pk, now)


def _open_answers(answer: str) -> QuerySet[CrisisMessage]:
    return CrisisMessage.objects.filter(answer=answer).select_related("inbound").order_by("pk")


def _hear_reports(now: datetime) -> None:
    """The provider's own reports about answers: status callbacks, and facts already written to their messages."""
    rows = run(
        """SELECT c.id, d.provider, d.event, d.code FROM crisis_message c JOIN incident i ON i.id = c.incident_id
        JOIN delivery_event d ON d.message_key = c.answer_key
        WHERE c.answer = 'given' OR (c.answer = 'sent' AND i.closed_at IS NULL) ORDER BY d.id"""
    )
    for message, provider, word, detail in rows:
        code, _, kind = detail.partition("|")
        meaning = delivery.meaning(provider, word, code=code or None, kind=kind or None)
        if meaning.fact in ("failed_at", "bounced_at"):
            failed(message, now)
        elif meaning.settles == "sent":
            CrisisMessage.objects.filter(pk=message, answer="given").update(answer="sent")


@transaction.atomic
def failed(message: int, now: datetime) -> bool:
    """An answer did not get through: staff are told at once, whoever has the crisis on. False when that was known."""
    found = CrisisMessage.objects.filter(pk=message, answer__in=("given", "due", "sent"))
    if not found.update(answer="failed"):
        return False
    Incident.objects.filter(said=message, closed_at=None).update(page_due_at=now, round_open=False)
    return True


def _ask_list(message: CrisisMessage, texts: TextProvider | None, now: datetime) -> None:
    """No report has come: is the answer in the provider's own list? If not, Twilio never took it (a refusal makes no
    message, a late answer is thrown away), and a call brings it."""
    try:
        listed = (texts or connecting.text_provider()).list_sent(to=message.address, since=message.at - AROUND)
    except ListUnavailable:
        if CrisisMessage.objects.filter(pk=message.pk, recorded_at__lt=Now() - PATIENCE).exists():
            failed(message.pk, now)  # nobody can say; a person must not learn of it too late
        return
    bodies = {_lifelines(message, stopped=stopped) for stopped in (True, False)}
    found = [one for one in listed if one.body in bodies and one.at <= message.at + AROUND]
    if any(one.status not in ("failed", "undelivered", "canceled") for one in found):
        CrisisMessage.objects.filter(pk=message.pk, answer="given").update(answer="sent")
    elif found:
        failed(message.pk, now)
    else:
        Message.objects.filter(key=str(message.answer_key), failed_at=None).update(failed_at=now)
        CrisisMessage.objects.filter(pk=message.pk, answer="given").update(answer="due")


def _bring(
    message: CrisisMessage,
    now: datetime,
    *,
    texts: TextProvider | None = None,
    answered: str = "",
    leaving_at: datetime | None = None,
) -> None:
    """Sends the lifelines by a call of ours, while they still make sense and unless they were given since."""
    assert message.address_key is not None
    due = CrisisMessage.objects.filter(pk=message.pk, answer="due")
    if answered_lately(message.channel, bytes(message.address_key), now):
        due.update(answer="earlier")
        return
    if now - message.at >= CRISIS_WINDOW:
        failed(message.pk, now)
        return
    sent = _call(message, texts, now, answered, leaving_at)
    if sent.status == "sent":
        due.update(answer="sent", answer_key=sent.key)
        if message.channel == "email":
            InboundEmail.objects.filter(pk=message.source_id or 0).update(reply=REPLY)
    elif sent.status in ("failed", "skipped", "uncertain"):
        failed(message.pk, now)


def _lifelines(message: CrisisMessage, *, stopped: bool) -> str:
    """An email says less of who we are: nobody knows who else sees the mailbox."""
    if message.channel == "email":
        organisation = schedules.current().organisation.as_neutral()
    else:
        organisation = who_answers(bytes(message.address_key or b""))
    return reply_texts.crisis(organisation, message.kind or None, message.language, stopped=stopped)


def _call(
    message: CrisisMessage, texts: TextProvider | None, now: datetime, answered: str, leaving_at: datetime | None
) -> Replied:
    """One try; after one that surely was not taken, another with a key of its own."""
    channel: Channel = "email" if message.channel == "email" else "sms"
    lane = Lane("sms", schedules.current(), sms=texts) if texts and channel == "sms" else None
    body = _lifelines(message, stopped=False)
    for attempt in range(TRIES):
        key = uuid.uuid5(_ANSWERS, f"{message.pk} {attempt}")
        if not Reply.objects.filter(key=key).exists() or replying.outcome(key).status != "returned":
            break
    return replying.reply(
        key=key, to=message.address, body=body, now=lambda: now, actor=None, lane=lane, channel=channel,
        language=message.language, subscriber=_writer(message), answered=answered, leaving_at=leaving_at,
    )  # fmt: skip


def _writer(message: CrisisMessage) -> Subscriber | None:
    if message.inbound is not None:
        return message.inbound.subscriber
    email = InboundEmail.objects.filter(pk=message.source_id or 0).select_related("subscriber").first()
    return email.subscriber if email else None
