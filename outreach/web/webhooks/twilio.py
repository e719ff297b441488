"""Twilio's webhooks: inbound texts and the status of ours.

The signature covers the URL that Twilio called. Behind a proxy this process sees another host and scheme, and a Host
header is the caller's to choose, so the URL is built from PUBLIC_URL and the raw path and query alone.
"""

import logging
import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from outreach.actions import answering, clock, paging
from outreach.actions.receiving import storing
from outreach.providers import twilio

log = logging.getLogger(__name__)
TWIML = "text/xml; charset=utf-8"


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """A text somebody wrote to us. The answer, if there is one, goes back in the response as TwiML."""
    form = _signed_form(request)
    if form is None:
        return HttpResponseForbidden()
    now = clock.now()
    try:
        answer = storing.receive_text(form, now)
    except Exception as e:
        answer = answering.without_records(dict(form).get("Body", ""))
        if answer is None:
            raise
        log.error("a text could not be taken in and was answered all the same: %s", type(e).__name__)
    return Answered(now, twilio.twiml_reply(answer, _callback(form) if answer else None), content_type=TWIML)


def _callback(form: list[tuple[str, str]]) -> str | None:
    """Where the provider says what became of our answer, when somebody waits to hear it."""
    try:
        key = answering.key_to_watch(twilio.parse_inbound(dict(form)).provider_id)
    except (ValueError, DatabaseError):  # answered without any record: there is nothing to write the report to
        return None
    return f"{settings.PUBLIC_URL}/hooks/twilio/status/{key.hex}/" if key else None


class Answered(HttpResponse):
    """An answer after which, when the person has it, whoever is on call is paged: a crisis waits for no beat and no worker."""

    def __init__(self, now: datetime, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now

    def close(self) -> None:
        """Called by the web server when the answer is out."""
        try:
            paging.page_due(self._now)
        except Exception as e:  # noqa: BLE001  # the answer is given; the workers page in a few seconds
            log.error("the door could not page: %s", type(e).__name__)
        super().close()


@csrf_exempt
@require_POST
def status(request: HttpRequest, key: str) -> HttpResponse:
    """What became of one of our texts; `key` is our own id of the message."""
    form = _signed_form(request)
    if form is None:
        return HttpResponseForbidden()
    storing.receive_status(form, _message_key(key), clock.now())
    return HttpResponse(content_type="text/plain")  # not 204: waitress ends the connection after that


def _signed_form(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Every field, blank ones too, if Twilio signed exactly these; else None."""
    query = request.META.get("QUERY_STRING", "")
    url = f"{settings.PUBLIC_URL}{request.path_info}{'?' if query else ''}{query}"
    signature = request.headers.get("X-Twilio-Signature", "")
    content_type = request.headers.get("Content-Type", "")
    return twilio.read_signed(url, request.body, content_type, signature, settings.TWILIO_AUTH_TOKENS)


def _message_key(text: str) -> uuid.UUID:
    try:
        key = uuid.UUID(text)
    except ValueError:
        raise Http404 from None
    if key.hex != text:  # one message, one spelling
        raise Http404
    return key
