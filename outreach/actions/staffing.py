"""One-time login links for staff: single use, a quarter of an hour, for one person.

The link carries the moment of the last login, and using it moves that moment: the second use finds another one. Real time
throughout, whatever the clock of the messages says: a link's life is about a door, not about the schedule.
"""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction

from outreach.actions.recording import note
from outreach.errors import Refused

VALID = timedelta(minutes=15)
_SALT = "outreach.login-link"


@transaction.atomic
def add_staff(name: str, *, first_name: str = "", last_name: str = "", now: datetime) -> User:
    """A staff account without a password: its owner comes in by a login link. Raises Refused for a name that is taken or
    cannot be one."""
    user = User(username=name, first_name=first_name, last_name=last_name, is_staff=True)
    user.set_unusable_password()
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as e:
        raise Refused(f"“{name}” cannot be a login name: {' '.join(e.messages)}") from None
    user.save()
    note("added", user, now=now, actor=None)
    return user


def staff_named(name: str) -> User:
    """The staff account of this name. Raises Refused with the known ones."""
    user = User.objects.filter(username=name, is_staff=True, is_active=True).first()
    if user is None:
        known = ", ".join(User.objects.filter(is_staff=True).order_by("username").values_list("username", flat=True))
        raise Refused(f"No staff account is called “{name}”. Known: {known or 'none yet'}.")
    return user


def make_login_link(user: User) -> str:
    """The path of a fresh link for `user`; put PUBLIC_URL before it. A login in between makes it useless."""
    token = signing.dumps([user.pk, _stamp(user)], salt=_SALT)
    return f"/login/link/{token}/"


def use_login_link(token: str) -> User | None:
    """The user of a genuine, fresh, unused link, which is used up by this; else None. Of two at once, one gets in."""
    try:
        pk, stamp = signing.loads(token, salt=_SALT, max_age=VALID)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True, is_staff=True).first()
    if user is None or _stamp(user) != stamp:
        return None
    used = User.objects.filter(pk=pk, last_login=user.last_login).update(last_login=datetime.now(UTC))
    return user if used else None


def _stamp(user: User) -> str:
    return user.last_login.isoformat() if user.last_login else ""
