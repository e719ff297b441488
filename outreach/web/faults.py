"""Our own faults in the log: where it happened, and never what with.

Django's own log of a failed request holds its path, and so tokens; the words of an exception can quote an address.
"""

import logging
from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from outreach.errors import trace

log = logging.getLogger(__name__)


class FaultLog:
    """Logs the view, the kind of error and the places in the code it came through."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> None:
        """Called by Django when a view raised; the answer stays Django's."""
        if isinstance(fault, Http404 | PermissionDenied):
            return
        view = request.resolver_match.view_name if request.resolver_match else ""
        log.error("%s failed: %s", view or "a request", trace(fault))
