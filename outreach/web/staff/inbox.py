"""Inbox: crises on top with their timer, then who waits for an answer, then everyone else; conversations, and answers."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from outreach.actions import attending, clock, holding, reading_inbox, reading_incidents, replying
from outreach.actions.replying import Replied
from outreach.errors import Refused
from outreach.models import InboundText, Incident
from outreach.web.staff.access import page, staff_only

BECAME = {
    "sent": "Sent.",
    "going": "It is on its way.",
    "uncertain": "The provider gave no clear answer. It is asked again; please do not send it a second time.",
    "returned": "It was not sent: the provider could not be reached. Your words are still here; try again, or call.",
    "failed": "It was not sent: the provider refuses texts to this number. Please call.",
    "skipped": "It was not sent: the person has opted out of texts. Please call, or write an email yourself.",
}


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every conversation."""
    waiting, others = reading_inbox.inbox()
    return page(request, "inbox", crises=reading_incidents.open_crises(), waiting=waiting, others=others)


@staff_only
@require_safe
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """One conversation, in the order it happened."""
    return _conversation(request, pk)


def _conversation(request: HttpRequest, pk: int, body: str = "", status: int = 200) -> HttpResponse:
    """The page, with a fresh key: whatever was sent before, the next text is another one."""
    shown = reading_inbox.conversation(pk)
    if shown is None:
        raise Http404
    return page(
        request, "conversation", shown=shown, key=uuid.uuid4(), body=body, longest=replying.LONGEST, status=status
    )  # fmt: skip


@staff_only
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answers a conversation by text. The form's key makes a second press the same text."""
    answered = get_object_or_404(InboundText.objects.select_related("subscriber"), pk=pk)
    body = request.POST.get("body", "")
    try:
        key = uuid.UUID(request.POST.get("key", ""))
        became = attending.reply(answered, key=key, body=body, now=clock.now, actor=request.user)  # type: ignore[arg-type]
    except ValueError:
        messages.error(request, "This form was too old. Your words are still here; please send them again.")
        return _conversation(request, pk, body, 400)
    except Refused as refused:
        messages.error(request, str(refused))
        return _conversation(request, pk, body, 400)
    return _say(request, pk, became, body)


def _say(request: HttpRequest, pk: int, became: Replied, body: str) -> HttpResponse:
    if became.status in ("sent", "going"):
        waits = InboundText.objects.filter(pk=pk, needs_person=True, closed_at=None).exists()
        messages.success(
            request, BECAME[became.status] + (" It waits in the inbox until you close it." if waits else "")
        )
        return redirect("conversation", pk)
    messages.error(request, BECAME[became.status])
    return _conversation(request, pk, body) if became.status == "returned" else redirect("conversation", pk)


@staff_only
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes what waits in a conversation, up to the text that was on the page."""
    newest = get_object_or_404(InboundText, pk=pk)
    attending.close_conversation(newest, now=clock.now(), actor=request.user)  # type: ignore[arg-type]
    messages.success(request, "Closed.")
    return redirect("inbox")


@staff_only
@require_POST
def hold_number(request: HttpRequest, pk: int) -> HttpResponse:
    """Holds everything for everyone who has this number."""
    text = get_object_or_404(InboundText, pk=pk)
    try:
        reason = request.POST.get("reason", "")
        if holding.hold_number(text, reason=reason, now=clock.now(), actor=request.user):  # type: ignore[arg-type]
            messages.success(request, "Everything is on hold. Nothing of any series is sent until you let it go on.")
        else:
            messages.warning(request, "On hold. A message may have been on its way at this very moment.")
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect("conversation", pk)


@staff_only
@require_safe
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """One crisis whole: what was said, who was paged, what was done."""
    shown = reading_incidents.incident_page(pk)
    if shown is None:
        raise Http404
    return page(request, "incident", shown=shown)


@staff_only
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a crisis on: everyone sees who has it, and the pages stop."""
    found = get_object_or_404(Incident, pk=pk)
    if attending.acknowledge(pk, now=clock.now(), actor=request.user):  # type: ignore[arg-type]
        messages.success(request, "It is yours. Call now; close it here when the person is safe.")
    elif found.closed_at:
        messages.warning(request, "This crisis is closed.")
    else:
        messages.warning(request, "Somebody has taken this on already.")
    text = InboundText.objects.filter(crisis_messages__incident=found).order_by("-pk").first()
    return redirect("conversation", text.pk) if text else redirect("incident", pk)


@staff_only
@require_POST
def close_incident(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes a crisis. Only a person does."""
    keep = "keep_hold" in request.POST
    if attending.close_incident(pk, now=clock.now(), actor=request.user, keep_hold=keep):  # type: ignore[arg-type]
        messages.success(request, f"The crisis is closed.{' Everything stays on hold.' if keep else ''}")
    return redirect("inbox")
