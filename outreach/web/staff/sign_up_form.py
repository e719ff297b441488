"""The sign-up form for the centre's own website: what to copy, and where it may stand."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from outreach.actions import schedules
from outreach.errors import Refused
from outreach.web.staff.access import page, staff_only

HEIGHT = 1500  # pixels: the whole form on a phone, so that it has no scroll bar of its own


@staff_only
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Three ways, the simplest first: a link, a frame, a plain form. All of them load nothing from anybody else."""
    base = settings.PUBLIC_URL
    link, framed, start = (base + reverse(name) for name in ("subscribe", "subscribe_framed", "subscribe_start"))
    try:
        sites = schedules.current().organisation.form_sites
    except Refused:
        sites = ()
    snippets = [
        (
            "A link",
            "The simplest way, and the most discreet. It works everywhere.",
            f'<a href="{link}">Sign up</a>\n<a href="{link}?lang=es" lang="es">Suscribirse</a>',
        ),
        (
            "The whole form in a frame",
            "The form stands within your page and answers there. It works without cookies and without JavaScript.",
            f'<iframe src="{framed}?lang=en" title="Sign up for our notes"\n'
            f'        width="100%" height="{HEIGHT}" loading="lazy" referrerpolicy="no-referrer"></iframe>',
        ),
        (
            "One field, for a footer",
            "It takes the email address along. What people agree to is shown and ticked on our page, so that the exact words "
            "are kept.",
            f'<form action="{start}?lang=en" method="post">\n'
            '  <label for="notes-email">Email address</label>\n'
            '  <input id="notes-email" name="email" type="email" autocomplete="email">\n'
            "  <button>Sign up</button>\n</form>",
        ),
    ]
    return page(request, "sign_up_form", snippets=snippets, sites=sites)
