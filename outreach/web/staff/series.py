"""Series: the list, a new one, a series with its parts beside each other, its previews, and publishing it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import clock, drafting, publishing, reading_previews, reading_series, schedules
from outreach.errors import Refused
from outreach.fetching import pages
from outreach.models import Series
from outreach.rules.readers import ArticleRefused
from outreach.web.headers import EMAIL_IN_FRAME
from outreach.web.staff.access import page, staff_only


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every series, the newest first."""
    return page(request, "series_list", series=reading_series.all_series())


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An article, or a library of ready messages, uploaded, fetched or pasted, becomes a draft series."""
    try:
        in_force = schedules.current()
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("series")
    said = ""
    if request.method == "POST":
        try:
            data, name = article_in(request)
            series = drafting.draft_series(
                data,
                name,
                topic=request.POST.get("topic", ""),
                cadence=request.POST.get("cadence", ""),
                now=clock.now(),
                actor=request.user,  # type: ignore[arg-type]
                attribution=request.POST.get("attribution"),
            )
        except (Refused, ArticleRefused) as refused:
            said = str(refused)
        else:
            messages.success(request, "Here is the draft. Read it once as a subscriber would, then publish it.")
            return redirect("one_series", series.slug)
    return page(
        request,
        "series_new",
        status=422 if said else 200,
        said=said,
        cadences=in_force.cadences,
        given=request.POST,
    )


@staff_only
@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """A series: what waits for a decision, problems, emails and texts, what staff changed."""
    shown = reading_series.series_page(slug)
    if shown is None:
        raise Http404
    return page(request, "series", shown=shown)


@staff_only
@require_safe
def preview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One email as it would be sent, for a frame on a series' pages: no script, no form, no outside address."""
    email = reading_previews.email_preview(slug, number, discreet="discreet" in request.GET)
    if email is None:
        raise Http404
    return HttpResponse(email.html, headers={"Content-Security-Policy": EMAIL_IN_FRAME})


@staff_only
@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publishes the exact words on the page."""
    series = get_object_or_404(Series, slug=slug)
    try:
        publishing.publish(series, now=clock.now(), actor=request.user, seen=request.POST.get("seen", ""))  # type: ignore[arg-type]
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Published. Nothing is sent yet: make a campaign to say who gets it.")
    return redirect("one_series", slug)


@staff_only
@require_POST
def confirm(request: HttpRequest, slug: str) -> HttpResponse:
    """A person says that the structure, which the file did not tell, is as the author meant it."""
    series = get_object_or_404(Series, slug=slug)
    if publishing.needs_confirmation(series):
        publishing.confirm_structure(series, now=clock.now(), actor=request.user, seen=request.POST.get("seen", ""))  # type: ignore[arg-type]
        messages.success(request, "Thank you. The structure is confirmed.")
    return redirect("one_series", slug)


def article_in(request: HttpRequest) -> tuple[bytes, str]:
    """The article a form brings, uploaded or pasted, with its file's name. Raises Refused when there is none."""
    upload = request.FILES.get("file")
    if upload is not None:
        return upload.read(), upload.name or "article.txt"
    if address := request.POST.get("address", "").strip():
        found = pages.fetch(address)
        return found.data, found.name
    text = request.POST.get("text", "")
    if not text.strip():
        raise Refused("Choose a file, give an address or paste the article.")
    return text.encode(), "pasted.txt"
