"""People: search, one person's page, and holding everything for a person.

What is searched for is kept in the session and not in the URL: addresses do not belong in histories and access logs.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import clock, holding, reading_people
from outreach.errors import Refused
from outreach.models import Subscriber
from outreach.web.staff.access import page, staff_only

_SEARCH = "people_search"


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """POST remembers what to look for; GET shows it, a page at a time."""
    if request.method == "POST":
        request.session[_SEARCH] = request.POST.get("q", "").strip()[:200]
        return redirect("people")
    query = request.session.get(_SEARCH, "")
    before = request.GET.get("before", "")
    found = reading_people.search(query, int(before) if before.isdecimal() and len(before) < 19 else None)
    return page(request, "people", query=query, found=found, first=not before)


@staff_only
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A person: the ledger, the past, the future."""
    now = clock.now()
    shown = reading_people.person_page(pk, now)
    if shown is None:
        raise Http404
    return page(request, "person", now=now, shown=shown)


@staff_only
@require_POST
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Holds everything for a person, or lets it go on."""
    if not Subscriber.objects.filter(pk=pk).exists():
        raise Http404
    now, actor = clock.now(), request.user
    try:
        if "unhold" in request.POST:
            holding.unhold(pk, now=now, actor=actor)  # type: ignore[arg-type]
            messages.success(request, "Messages go on from here. What was due meanwhile follows its own rule.")
        elif holding.hold(pk, reason=request.POST.get("reason", ""), now=now, actor=actor):  # type: ignore[arg-type]
            messages.success(request, "Everything is on hold for this person. Nothing is sent until you let it go on.")
        else:
            messages.warning(request, "On hold. A message may have been on its way at this very moment.")
    except Refused as refused:
        messages.error(request, str(refused))
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else reverse("person", args=[pk]))
