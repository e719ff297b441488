"""The program's URLs with one that breaks, to see the page for our own faults."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from outreach import urls
from outreach.urls import handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def fault(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault made for a test")


urlpatterns = [path("fault/", fault), *urls.urlpatterns]
