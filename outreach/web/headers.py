"""Headers of every answer: nothing from a third party may load, nothing may leak where a person came from."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A compiled email brings its own styles, as mail must, and nothing else: no script, no form, no address it could call.
EMAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
EMAIL_PAGE = f"{EMAIL_POLICY}; frame-ancestors 'none'"
EMAIL_IN_FRAME = f"{EMAIL_POLICY}; frame-ancestors 'self'; sandbox"


class PrivacyHeaders:
    """Sets the content security policy, no-store for pages about people, and noindex everywhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        answer.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        if not request.path.startswith("/static/"):
            answer.headers.setdefault("Cache-Control", "no-store")
        return answer
