"""Today: what needs a person first, then what goes out, then what became of the last day."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from outreach.actions import alerts, clock, reading_today
from outreach.models import Campaign, Series
from outreach.web.staff.access import fragment, organisation, page, staff_only


@staff_only
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """The first page of the day."""
    now = clock.now()
    hours = reading_today.due_today(now, organisation(request)["zone"])
    return page(
        request,
        "today",
        now=now,
        attention=reading_today.attention(now),
        hours=hours,
        most=max((h.emails + h.texts for h in hours), default=1),
        summary=reading_today.summary(now),
        has_series=bool(hours) or Series.objects.exists(),
        has_campaigns=bool(hours) or Campaign.objects.exists(),
    )


@staff_only
@require_safe
def attention(request: HttpRequest) -> HttpResponse:
    """The part of the page that is asked for every ten seconds."""
    now = clock.now()
    return fragment(request, "_attention", now=now, attention=reading_today.attention(now))


@staff_only
@require_POST
def close_alert(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes an alert; it opens again when the trouble comes again."""
    if alerts.close_alert(pk, now=clock.now(), actor=request.user):  # type: ignore[arg-type]
        messages.success(request, "Closed. It opens again if the trouble comes back.")
    return redirect("today")
