"""Doubtful messages: what nobody can say yet, and the decision to send one again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from outreach.actions import clock, resending
from outreach.errors import Refused
from outreach.web.staff.access import page, staff_only


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every message of which nobody can say whether it was taken, with why."""
    return page(request, "doubts", doubts=resending.doubts())


@staff_only
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends one again, at a person's word."""
    try:
        resending.resend(pk, now=clock.now(), actor=request.user)  # type: ignore[arg-type]
        messages.success(request, "It is due again. Consent, hours and caps are asked anew before it goes.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("doubts")
