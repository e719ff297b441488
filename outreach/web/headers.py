"""Headers of every answer: nothing from a third party may load, nothing may leak where a person came from."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A public page is a document with a form: no script at all, not even ours.
PUBLIC_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
PUBLIC_PAGE = f"{PUBLIC_POLICY}; frame-ancestors 'none'"
# A compiled email brings its own styles, as mail must, and nothing else: no script, no form, no address it could call.
EMAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"
EMAIL_PAGE = f"{EMAIL_POLICY}; frame-ancestors 'none'"
EMAIL_IN_FRAME = f"{EMAIL_POLICY}; frame-ancestors 'self'; sandbox"
NO_POWERS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
_EVERYWHERE = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": NO_POWERS,
    "X-Robots-Tag": "noindex, nofollow",
}


class PrivacyHeaders:
    """Sets the content security policy, no-store for pages about people, and noindex everywhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        for name, value in _EVERYWHERE.items():
            answer.headers.setdefault(name, value)
        if not request.path.startswith("/static/"):
            answer.headers.setdefault("Cache-Control", "no-store")
        if "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]:
            answer.headers.setdefault("X-Frame-Options", "DENY")  # for browsers that do not know frame-ancestors
        return answer


def set_public(answer: HttpResponse, framed_by: Iterable[str] | None = None) -> None:
    """The stricter headers of a public page. `framed_by`: the only sites that may show it in a frame; None: none may.

    Its address holds a person's token, so no other page may learn it, not even one of ours. (Staff pages cannot go so far:
    a browser that hides where it comes from posts forms with `Origin: null`, and the check for forged posts refuses it.)
    """
    answer.headers["Referrer-Policy"] = "no-referrer"
    if framed_by is None:
        answer.headers["Content-Security-Policy"] = PUBLIC_PAGE
    else:
        ancestors = " ".join(["'self'", *framed_by])
        answer.headers["Content-Security-Policy"] = f"{PUBLIC_POLICY}; frame-ancestors {ancestors}"
