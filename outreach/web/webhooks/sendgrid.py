"""SendGrid's webhooks: the signature is checked on the raw bytes before anything else looks at them."""

import base64
import binascii
import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from outreach.actions import alerts, clock
from outreach.actions.receiving import storing
from outreach.providers import inbound_mail, sendgrid


@csrf_exempt
@require_POST
def events(request: HttpRequest) -> HttpResponse:
    """Stores and applies signed events. 403 says nothing about why; a fault of ours before storing is a 500, so that
    SendGrid tries again."""
    now = clock.now()
    body = request.body
    if not sendgrid.verify(request.headers, body, settings.SENDGRID_WEBHOOK_KEYS, now):
        return HttpResponseForbidden()
    storing.receive_events(body, now)
    return HttpResponse(content_type="text/plain")  # not 204: waitress ends the connection after that


@csrf_exempt
@require_POST
def inbound(request: HttpRequest) -> HttpResponse:
    """An email somebody sent us, by Inbound Parse: signed, or with the password of the webhook's own address. Without either
    being set, every post is refused: anybody could write it."""
    now = clock.now()
    body = request.body
    signed = sendgrid.verify(request.headers, body, settings.SENDGRID_WEBHOOK_KEYS, now)
    if not _knows_password(request.headers.get("Authorization", "")) and not signed:
        return HttpResponseForbidden()
    mail = inbound_mail.read_post(body, request.headers.get("Content-Type", ""))
    if mail is None:
        say = "SendGrid posted an email that could not be read. Please check the parse webhook's settings."
        alerts.raise_alert("mail_unread", say, now)
    else:
        storing.receive_mail(mail, now)
    return HttpResponse(content_type="text/plain")


def _knows_password(authorization: str) -> bool:
    """Basic authentication, as a webhook address like https://outreach:PASSWORD@host/… makes the caller send it."""
    wanted = settings.INBOUND_MAIL_PASSWORD.encode()
    scheme, _, credentials = authorization.partition(" ")
    try:
        given = base64.b64decode(credentials.strip(), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        given = b""
    return scheme.lower() == "basic" and hmac.compare_digest(given, wanted) and bool(wanted)
