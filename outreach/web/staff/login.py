"""Logging in and out, by password or by a one-time link."""

from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from outreach.actions import staffing


class StaffForm(AuthenticationForm):
    """Name and password of someone on the staff."""

    def confirm_login_allowed(self, user: User) -> None:
        """Refuses people who are not on the staff, in the words a wrong password gets."""
        super().confirm_login_allowed(user)
        if not user.is_staff:
            raise ValidationError(self.error_messages["invalid_login"], params={"username": "name"})


class Login(LoginView):
    """The login page."""

    template_name = "staff/login.html"
    authentication_form = StaffForm
    redirect_authenticated_user = True


class Logout(LogoutView):
    """POST only; goes to the login page."""

    next_page = "/login/"


@require_http_methods(["GET", "HEAD", "POST"])
def login_link(request: HttpRequest, token: str) -> HttpResponse:
    """A one-time link. GET shows a button, so that nothing that merely looks at the link uses it up; POST logs in."""
    if request.method != "POST":
        return render(request, "staff/login_link.html", {"used": False})
    user = staffing.use_login_link(token)
    if user is None:
        return render(request, "staff/login_link.html", {"used": True}, status=403)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    return redirect("today")
