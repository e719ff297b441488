"""Campaigns: the list, live progress, and starting, pausing, resuming and stopping with the consequence in numbers."""

import time
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from outreach.actions import campaigning, clock, reading_campaigns
from outreach.errors import Refused
from outreach.models import Campaign, Series
from outreach.rules import audience, lifecycle
from outreach.web.staff.access import fragment, page, staff_only

ACTS: dict[str, tuple[Callable[..., Any], str]] = {
    "start": (campaigning.start, "running"),
    "pause": (campaigning.pause, "paused"),
    "resume": (campaigning.resume, "running"),
    "stop": (campaigning.stop, "stopped"),
}
FASTEST, SLOWEST = 2, 60  # seconds between two looks at the progress


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every campaign, the newest first."""
    campaigns = list(reading_campaigns.all_campaigns())
    return page(
        request,
        "campaigns",
        campaigns=campaigns,
        runs=reading_campaigns.run_counts(campaigns),
        published=Series.objects.filter(status="published").exists(),
    )


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A draft campaign for a published series."""
    published = list(Series.objects.filter(status="published").order_by("-published_at"))
    chosen = request.POST.get("series") or request.GET.get("series", "")
    wanted = {name: request.POST.get(name, "") for name in ("role", "language", "tags", "without", "states")}
    said = ""
    if request.method == "POST":
        name = " ".join(request.POST.get("name", "").split())
        series = next((s for s in published if s.slug == chosen), None)
        try:
            if series is None or not name:
                raise Refused("Choose a series and give the campaign a name.")
            who = audience.chosen(**wanted)
            campaign = campaigning.create(series, name=name, who=who, now=clock.now(), actor=request.user)  # type: ignore[arg-type]
        except (Refused, audience.AudienceInvalid) as refused:
            said = str(refused)
        else:
            return redirect("campaign", campaign.pk)
    return page(
        request, "campaign_new", status=422 if said else 200, said=said, published=published, chosen=chosen,
        name=request.POST.get("name", ""), wanted=wanted,
    )  # fmt: skip


@staff_only
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """A campaign and its progress."""
    return page(request, "campaign", **_progress(pk))


@staff_only
@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that is asked for again and again while the campaign runs."""
    return fragment(request, "_progress", **_progress(pk))


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """GET says in numbers what the act will do; POST does it."""
    campaign = get_object_or_404(Campaign.objects.select_related("series"), pk=pk)
    if verb not in ACTS:
        raise Http404
    do, status = ACTS[verb]
    now = clock.now()
    if request.method == "POST":
        try:
            result = do(campaign, now=now, actor=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _done(verb, result))
        return redirect("campaign", pk)
    if not lifecycle.may("campaign", campaign.status, status) or (verb == "start") != (campaign.status == "draft"):
        messages.error(request, f"This campaign is {campaign.status}.")
        return redirect("campaign", pk)
    try:
        numbers = reading_campaigns.consequence_of_start if verb == "start" else reading_campaigns.consequence
        return page(request, "campaign_act", now=now, campaign=campaign, verb=verb, it=numbers(campaign, now))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("campaign", pk)


def _progress(pk: int) -> dict[str, Any]:
    """The progress, and how soon to look again: at most a tenth of the database's time goes into being watched."""
    began = time.monotonic()
    shown = reading_campaigns.progress(pk)
    if shown is None:
        raise Http404
    again = min(SLOWEST, max(FASTEST, round(10 * (time.monotonic() - began))))
    live = shown.campaign.status in ("running", "paused")
    return {"shown": shown, "again": again if live else 0, "now": clock.now()}


def _done(verb: str, result: Any) -> str:
    said = {
        "start": f"Started. {result:,} runs began, one per person and channel."
        if result
        else "Started. Nobody is in it.",
        "pause": "Paused. Nothing more starts until you resume it.",
        "resume": "It goes on.",
        "stop": f"Stopped. {result or 0:,} runs ended. Nothing more is sent.",
    }
    return said[verb]
