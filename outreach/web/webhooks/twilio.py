"""Twilio's webhooks: inbound texts and the status of ours.

The signature covers the URL that Twilio called. Behind a proxy this process sees another host and scheme, and a Host
header is the caller's to choose, so the URL is built from PUBLIC_URL and the raw path and query alone.
"""

import uuid
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from outreach.actions import clock
from outreach.actions.receiving import storing
from outreach.providers import twilio

MOST_FIELDS = 500


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """A text somebody wrote to us. The answer, if there is one, goes back in the response as TwiML."""
    form = _signed_form(request)
    if form is None:
        return HttpResponseForbidden()
    answer = storing.receive_text(form, clock.now())
    return HttpResponse(twilio.twiml_reply(answer), content_type="text/xml; charset=utf-8")


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
    try:
        form = parse_qsl(
            request.body.decode("utf-8"), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError:  # not UTF-8, or more fields than any honest text has
        return None
    query = request.META.get("QUERY_STRING", "")
    url = f"{settings.PUBLIC_URL}{request.path_info}{'?' if query else ''}{query}"
    signature = request.headers.get("X-Twilio-Signature", "")
    return form if twilio.verify_form(url, form, signature, settings.TWILIO_AUTH_TOKENS) else None


def _message_key(text: str) -> uuid.UUID:
    try:
        key = uuid.UUID(text)
    except ValueError:
        raise Http404 from None
    if key.hex != text:  # one message, one spelling
        raise Http404
    return key
