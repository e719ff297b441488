"""One-time login links for staff: single use, a quarter of an hour, for one person.

The link carries the moment of the last login, and using it moves that moment: the second use finds another one. Real time
throughout, whatever the clock of the messages says: a link's life is about a door, not about the schedule.
"""

from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import User
from django.core import signing

VALID = timedelta(minutes=15)
_SALT = "outreach.login-link"


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
