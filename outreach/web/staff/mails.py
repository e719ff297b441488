"""One email that a person sent us: read it, answer it, close it; and the email lane that a person lets go on."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from outreach.actions import attending, clock, complaints, reading_mail
from outreach.web.staff.access import page, staff_only


@staff_only
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """What the person wrote, without what they quoted."""
    mail = reading_mail.one(pk)
    if mail is None:
        raise Http404
    return page(request, "mail", mail=mail, heard=reading_mail.heard(mail))


@staff_only
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes an email that was answered."""
    if attending.close_mail(pk, now=clock.now(), actor=request.user):  # type: ignore[arg-type]
        messages.success(request, "Closed.")
    return redirect("inbox")


@staff_only
@require_POST
def resume_lane(request: HttpRequest, channel: str) -> HttpResponse:
    """Lets a lane go on that stopped by itself."""
    if complaints.resume_lane(channel, clock.now(), actor=request.user):  # type: ignore[arg-type]
        messages.success(request, "Going on. What is due goes out from now on.")
    return redirect("today")
