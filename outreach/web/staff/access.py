"""Who may open a staff page, and the frame every staff page stands in."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect

from outreach.actions import clock, reading_incidents, schedules
from outreach.errors import Refused

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_only(view: View[P]) -> View[P]:
    """Lets staff in and sends everyone else to the login. A fragment asked for by htmx sends the whole page there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.htmx:  # type: ignore[attr-defined]  # set by HtmxMiddleware
                return HttpResponseClientRedirect(settings.LOGIN_URL)
            back = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
            return redirect_to_login(back)
        if not (request.user.is_active and request.user.is_staff):
            raise PermissionDenied
        if _holds_nul(request):
            raise BadRequest
        return view(request, *args, **kwargs)

    guarded.staff_only = True  # type: ignore[attr-defined]  # a test walks every staff URL and looks for it
    return cast(View[P], guarded)


def _holds_nul(request: HttpRequest) -> bool:
    """Whether something that was typed holds the one character that PostgreSQL stores in no text."""
    typed = (*request.GET.lists(), *request.POST.lists())
    return any("\0" in value for _, values in typed for value in values if isinstance(value, str))


def page(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """A staff page: the organisation's name and zone, the clock, and how many texts wait."""
    frame = {
        **organisation(request),
        "waiting_texts": reading_incidents.waiting_count(),
        "virtual": settings.VIRTUAL_CLOCK,
    }
    frame["now"] = values.pop("now", None) or clock.now()
    return render(request, f"staff/{template}.html", {**frame, **values}, status=status)


def fragment(request: HttpRequest, template: str, **values: Any) -> HttpResponse:
    """A piece of a staff page, as htmx asks for it."""
    return render(request, f"staff/{template}.html", {**organisation(request), **values})


def organisation(request: HttpRequest) -> dict[str, Any]:
    """The organisation's name and zone (UTC until schedules are applied), read once per request."""
    known: dict[str, Any] | None = getattr(request, "outreach_frame", None)
    if known is None:
        known = _organisation()
        request.outreach_frame = known  # type: ignore[attr-defined]
    return known


def _organisation() -> dict[str, Any]:
    try:
        in_force = schedules.current()
    except Refused as refused:
        return {"organisation": "Outreach", "zone": "UTC", "topics": {}, "not_ready": str(refused)}
    return {
        "organisation": in_force.organisation.name,
        "zone": in_force.quiet_hours.zone,
        "topics": {topic.key: topic.label for topic in in_force.topics},
        "not_ready": "",
    }
