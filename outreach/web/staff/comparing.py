"""A newer version of a series' article, or of the rules: handed in, compared, and taken in when a person says so."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from outreach.actions import clock, reading_changes, recompiling
from outreach.errors import Refused
from outreach.models import Article, Series
from outreach.rules.article import ArticleRefused
from outreach.web.staff.access import page, staff_only
from outreach.web.staff.series import article_in

_SALT = "outreach.newer"  # a signed pair says: this article was handed in for this series


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def newer(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes a newer version, or the same article once more, and leads to the difference."""
    series = get_object_or_404(Series.objects.select_related("article"), slug=slug)
    said = ""
    if request.method == "POST":
        try:
            article = series.article if "again" in request.POST else _handed_in(request, series)
        except (Refused, ArticleRefused) as refused:
            said = str(refused)
        else:
            return redirect("newer_difference", slug, signing.dumps([series.pk, article.pk], salt=_SALT))
    text = request.POST.get("text", "")
    return page(request, "series_newer", status=422 if said else 200, series=series, said=said, text=text)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def difference(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """What would change; a POST makes it so, for the words that were on the page."""
    series = get_object_or_404(Series.objects.select_related("article"), slug=slug)
    article = _article(series, token)
    try:
        if request.method == "POST":
            return _taken_in(request, series, article)
        shown = reading_changes.difference(series, article)
    except (Refused, ArticleRefused) as refused:
        messages.error(request, str(refused))
        return redirect("newer", slug)
    return page(request, "series_difference", shown=shown)


@staff_only
@require_POST
def again(request: HttpRequest, slug: str) -> HttpResponse:
    """Makes a new draft of a published series, from the same article and with the same edits."""
    series = get_object_or_404(Series.objects.select_related("article"), slug=slug)
    try:
        return _taken_in(request, series, series.article)
    except (Refused, ArticleRefused) as refused:
        messages.error(request, str(refused))
        return redirect("one_series", slug)


def _handed_in(request: HttpRequest, series: Series) -> Article:
    data, name = article_in(request)
    return recompiling.hand_in(series, data, name, now=clock.now(), actor=cast(User, request.user))


def _taken_in(request: HttpRequest, series: Series, article: Article) -> HttpResponse:
    seen = request.POST.get("seen", "")
    made = recompiling.take_in(series, article, seen=seen, now=clock.now(), actor=cast(User, request.user))
    if made.pk == series.pk:
        messages.success(request, "The draft is the newer version now, with staff’s edits.")
    else:
        messages.success(request, f"Here is the new draft. “{series.title}” as it was published stays as it is.")
    return redirect("one_series", made.slug)


def _article(series: Series, token: str) -> Article:
    """The article a token names. Only one that was handed in for this very series may be used."""
    try:
        of_series, article = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise Http404 from None
    if of_series != series.pk:
        raise Http404
    return get_object_or_404(Article, pk=article)
