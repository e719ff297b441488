"""A draft as staff read and change it: the article, each email, the texts, and what was changed."""

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outreach.actions import clock, editing, reading_article, reading_editor, reading_texts
from outreach.errors import Refused
from outreach.models import Series
from outreach.rules.article import ArticleRefused
from outreach.rules.draft import email_from_dict
from outreach.rules.edits import OF_AN_EMAIL, EditKind
from outreach.web.staff.access import fragment, page, staff_only


@staff_only
@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """The author's sentences in order, each with what it became."""
    shown = reading_article.article_page(slug)
    if shown is None:
        raise Http404
    return page(request, "series_article", shown=shown)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def email(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One email: its subjects and preheaders are saved here, its sentences by `sentence`."""
    said, given = "", QueryDict()
    if request.method == "POST":
        try:
            _word_email(request, slug, number)
        except (Refused, ArticleRefused) as refused:
            said, given = str(refused), request.POST
        else:
            return _back("edit_email", slug, number, anchor="lines")
    shown = reading_editor.email_editor(slug, number)
    if shown is None:
        raise Http404
    return page(request, "series_email", status=422 if said else 200, shown=shown, said=said, given=given)


@staff_only
@require_safe
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """The texts as phones show them, and the sentences that became none."""
    shown = reading_texts.texts_page(slug)
    if shown is None:
        raise Http404
    return page(request, "series_texts", shown=shown)


@staff_only
@require_POST
def sentence(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Changes one sentence, or the text made of it, as the pressed button says."""
    series = get_object_or_404(Series, slug=slug)
    act = request.POST.get("act", "")
    if act not in _ACTS:
        raise Http404
    if not _done(request, lambda: _ACTS[act](request, series, number)):
        return _back("series_texts" if "text" in act else "series_article", slug)
    if "text" in act:
        return _back("series_texts", slug, anchor=f"c{number}" if act == "leave_out_text" else f"t{number}")
    series.refresh_from_db()
    stands = reading_article.email_of(series, number)
    if stands is None:
        return _back("series_article", slug, anchor=f"s{number}")
    return _back("edit_email", slug, stands, anchor=f"s{number}")


@staff_only
@require_POST
def line(request: HttpRequest, slug: str) -> HttpResponse:
    """Puts a line back that was left out of the article."""
    series = get_object_or_404(Series, slug=slug)
    given, as_heading = request.POST.get("line", "").split(), request.POST.get("act") == "heading"
    left_out = next((d["line"] for d in series.dropped if d["line"].split() == given), " ".join(given))

    def restore() -> None:
        editing.restore_line(series, left_out, as_heading=as_heading, now=clock.now(), actor=_who(request))

    if not _done(request, restore):
        return _back("series_article", slug)
    series.refresh_from_db()
    at = reading_article.sentence_of(series, left_out)
    return _back("series_article", slug, anchor=f"s{at}" if at else "out")


@staff_only
@require_POST
def edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Takes an edit back, or keeps it where the author wrote something else since."""
    series = get_object_or_404(Series, slug=slug)
    now, who, seen = clock.now(), _who(request), request.POST.get("now")
    if request.POST.get("act") == "keep":
        _done(request, lambda: editing.keep(series, pk, now=now, actor=who, seen=seen))
    else:
        _done(request, lambda: editing.discard(series, pk, now=now, actor=who))
    return _back("one_series", slug, anchor="changed")


@staff_only
@require_POST
def count(request: HttpRequest, slug: str) -> HttpResponse:
    """Asks for a number of emails; an empty field leaves it to the rules."""
    series = get_object_or_404(Series, slug=slug)
    given = request.POST.get("emails", "").strip()
    if given and not (given.isdecimal() and len(given) < 4):
        messages.error(request, "Write how many emails there shall be, as a number, or leave the field empty.")
        return _back("one_series", slug)
    wanted = int(given) if given else None
    done = _done(request, lambda: editing.ask_emails(series, wanted, now=clock.now(), actor=_who(request)))
    return _back("one_series", slug, anchor="emails" if done else "")


@staff_only
@require_POST
def measure(request: HttpRequest, slug: str) -> HttpResponse:
    """How long a subject or preheader is, or what a text costs, while it is written. Changes nothing."""
    series = get_object_or_404(Series.objects.select_related("article"), slug=slug)
    kind = request.POST.get("kind", "")
    if kind in OF_AN_EMAIL:
        return fragment(request, "_length", length=reading_editor.length(kind, request.POST.get(kind, "")))
    cost = reading_texts.cost_of(reading_texts.Scales.of(series), request.POST.get("words", ""))
    return fragment(request, "_cost", cost=cost)


def _word_email(request: HttpRequest, slug: str, number: int) -> None:
    series = get_object_or_404(Series, slug=slug)
    back = request.POST.get("back", "")
    if back in OF_AN_EMAIL:
        step = series.steps.filter(channel="email", number=number).first()
        cut_from = email_from_dict(step.content).cut_from if step else ()
        editing.take_back(series, [cast(EditKind, back)], cut_from, now=clock.now(), actor=_who(request))
        return
    kinds = cast(list[EditKind], [kind for kind in OF_AN_EMAIL if kind in request.POST])
    words = {kind: request.POST[kind] for kind in kinds}
    seen = {kind: request.POST.get(f"was_{kind}", "") for kind in kinds}
    editing.word_email_lines(series, number, words, seen=seen, now=clock.now(), actor=_who(request))


def _reword(request: HttpRequest, series: Series, number: int) -> None:
    words, seen = request.POST.get("words", ""), request.POST.get("seen", "")
    editing.reword(series, number, words, now=clock.now(), actor=_who(request), seen=seen)


def _strike(request: HttpRequest, series: Series, number: int) -> None:
    editing.strike(series, number, now=clock.now(), actor=_who(request), seen=request.POST.get("seen", ""))


def _take_back(request: HttpRequest, series: Series, number: int) -> None:
    seen = request.POST.get("seen", "")
    editing.take_back(series, ["reword", "strike"], [number], now=clock.now(), actor=_who(request), seen=seen)


def _word_text(request: HttpRequest, series: Series, number: int) -> None:
    words, seen = request.POST.get("words", ""), request.POST.get("seen", "")
    editing.word_text(series, number, words, now=clock.now(), actor=_who(request), seen=seen)


def _leave_out_text(request: HttpRequest, series: Series, number: int) -> None:
    editing.leave_out_text(series, number, now=clock.now(), actor=_who(request), seen=request.POST.get("seen", ""))


def _take_text_back(request: HttpRequest, series: Series, number: int) -> None:
    seen = request.POST.get("seen", "")
    editing.take_back(series, ["text", "no_text"], [number], now=clock.now(), actor=_who(request), seen=seen)


_ACTS: dict[str, Callable[[HttpRequest, Series, int], None]] = {
    "save": _reword,
    "strike": _strike,
    "back": _take_back,
    "save_text": _word_text,
    "leave_out_text": _leave_out_text,
    "take_text_back": _take_text_back,
}


def _done(request: HttpRequest, act: Callable[[], None]) -> bool:
    """Whether the act was done; when it was refused, the page says why."""
    try:
        act()
    except (Refused, ArticleRefused) as refused:
        messages.error(request, str(refused))
        return False
    return True


def _back(name: str, *args: str | int, anchor: str = "") -> HttpResponse:
    return redirect(reverse(name, args=args) + (f"#{anchor}" if anchor else ""))


def _who(request: HttpRequest) -> User:
    return cast(User, request.user)
