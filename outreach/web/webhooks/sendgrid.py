"""SendGrid's event webhook: the signature is checked on the raw bytes before anything else looks at them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from outreach.actions import clock
from outreach.actions.receiving import storing
from outreach.providers import sendgrid


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
