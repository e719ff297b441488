"""What the centre holds of one person: handed out as a file, and erased at their wish."""

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import clock, erasing, reading_person
from outreach.errors import Refused
from outreach.models import Subscriber
from outreach.web.staff.access import page, staff_only


@staff_only
@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that is held of the person, as a JSON file."""
    try:
        held = reading_person.everything(pk)
    except Refused:
        raise Http404 from None
    body = json.dumps(held, ensure_ascii=False, indent=1, default=str)
    return HttpResponse(
        body,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="person-{pk}.json"', "Cache-Control": "no-store"},
    )


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """GET asks once and says what goes and what stays; POST erases."""
    person = Subscriber.objects.filter(pk=pk).first()
    if person is None:
        raise Http404
    if request.method != "POST":
        return page(request, "person_erase", person=person, taken=erasing.to_erase(pk))
    try:
        done = erasing.erase(pk, now=clock.now(), actor=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        say = "Everything that could name this person is gone, and their addresses get nothing any more."
        messages.success(request, say if done else say + " A message may have been on its way at this very moment.")
    return redirect("person", pk)
