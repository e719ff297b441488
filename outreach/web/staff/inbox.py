"""Inbox: crises on top with their timer, then who waits for an answer, then everyone else."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from outreach.actions import attending, clock, reading_inbox, reading_mail
from outreach.models import InboundText, Incident
from outreach.web.staff.access import page, staff_only


@staff_only
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Every conversation."""
    waiting, others = reading_inbox.conversations()
    return page(
        request,
        "inbox",
        incidents=reading_inbox.open_incidents(),
        waiting=waiting,
        others=others,
        mails=reading_mail.waiting(),
        other_mails=reading_mail.others(),
    )


@staff_only
@require_safe
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """One conversation, in the order it happened."""
    shown = reading_inbox.conversation(pk)
    if shown is None:
        raise Http404
    return page(request, "conversation", shown=shown)


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
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a crisis on: everyone sees who has it."""
    incident = get_object_or_404(Incident, pk=pk)
    if attending.acknowledge(pk, now=clock.now(), actor=request.user):  # type: ignore[arg-type]
        messages.success(request, "It is yours. Call now; close it here when the person is safe.")
    else:
        messages.warning(request, "Somebody has taken this on already.")
    return redirect("conversation", incident.inbound_id)


@staff_only
@require_POST
def close_incident(request: HttpRequest, pk: int) -> HttpResponse:
    """Closes a crisis. Only a person does."""
    if attending.close_incident(pk, now=clock.now(), actor=request.user):  # type: ignore[arg-type]
        messages.success(request, "The crisis is closed.")
    return redirect("inbox")
