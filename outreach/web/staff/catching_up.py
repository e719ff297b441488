"""After a standstill: what waits, what each step's own rule would make of it, and the decision."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from outreach.actions import catching_up, clock
from outreach.errors import Refused
from outreach.web.staff.access import page, staff_only


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every standstill that waits for a decision, in numbers by campaign and step."""
    now = clock.now()
    return page(request, "catch_up", now=now, plans=catching_up.plans(now), longest=catching_up.LONGEST_SPREAD)


@staff_only
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Lets the rules decide, or spreads what would go now over the hours that were entered."""
    now, actor = clock.now(), request.user
    try:
        if request.POST.get("how") == "spread":
            hours = request.POST.get("hours", "").strip()
            catching_up.spread(pk, int(hours) if hours.isdecimal() else 0, now=now, actor=actor)  # type: ignore[arg-type]
            messages.success(
                request, f"It goes out over {hours} hours. Consent, hours and caps are asked anew for each."
            )
        else:
            catching_up.confirm(pk, now=now, actor=actor)  # type: ignore[arg-type]
            messages.success(request, "It goes on. Consent, hours and caps are asked anew for each message.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("catch_up")
