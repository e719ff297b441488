"""Wiring: the only module that reads the environment.

Every name here that starts with an environment variable is listed in `.env.example` and in the README. A secret may be
given by value (`NAME`) or by file (`NAME_FILE`). A value that cannot be used stops the program at once, with one line.
"""

import os
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def _text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that `NAME_FILE` points to, or the default."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as e:
            raise ImproperlyConfigured(f"{name}_FILE points to {path}, which cannot be read ({e.strerror}).") from e
    return os.environ.get(name, default).strip()


def _list(name: str) -> list[str]:
    return [part.strip() for part in _text(name).split(",") if part.strip()]


def _flag(name: str, default: bool = False) -> bool:
    value = _text(name, "1" if default else "0").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} must be yes or no, not “{value}”.")


def _number(name: str, default: float) -> float:
    """A number above zero."""
    value = _text(name, str(default))
    try:
        number = float(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a number, not “{value}”.") from None
    if not 0 < number < 1e9:
        raise ImproperlyConfigured(f"{name} must be a number above zero, not “{value}”.")
    return number


def _level(name: str, default: str) -> str:
    value = _text(name, default).upper()
    if value not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
        raise ImproperlyConfigured(f"{name} must be debug, info, warning, error or critical, not “{value.lower()}”.")
    return value


def _parts_of(name: str, url: str) -> dict[str, Any]:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return conninfo_to_dict(url)
    except ProgrammingError as e:
        raise ImproperlyConfigured(f"{name} is not a PostgreSQL address: {str(e).strip()}") from None


def _database(name: str = "DATABASE_URL") -> dict[str, Any]:
    url = _text(name)
    # Without one the embedded server's address takes its place before the first query; `compile` never asks one.
    parts = _parts_of(name, url) if url else {}
    known = {k: parts.pop(k, "") for k in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": known["dbname"] or "outreach",
        "USER": known["user"] or "",
        "PASSWORD": known["password"] or "",
        "HOST": known["host"] or "",
        "PORT": str(known["port"] or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            **parts,
            "application_name": "outreach",
            # Only the spine's hot statements are prepared. They look rows up by index, whatever the values: one plan is enough.
            "prepare_threshold": 5,
            "options": f"{parts.get('options', '')} -c plan_cache_mode=force_generic_plan".strip(),
        },
    }


# Where embedded parts keep their files: database, broker folder, sandbox log, generated secrets.
STATE_DIR = Path(_text("OUTREACH_HOME", str(BASE_DIR / ".outreach"))).resolve()
EMBEDDED_DATABASE = not _text("DATABASE_URL")

SECRET_KEY = _text("OUTREACH_SECRET") or "set-by-the-embedded-start"
INSECURE_SECRET = SECRET_KEY == "set-by-the-embedded-start"
# Links in emails: the first key signs, all of them verify. Links live for ever, so old keys stay in the list.
TOKEN_KEYS = [k.encode() for k in _list("OUTREACH_TOKEN_KEYS")] or [SECRET_KEY.encode()]
# The key of the suppression hashes. It can never change: a suppression must hold after everything else is erased.
ADDRESS_SECRET = (_text("OUTREACH_ADDRESS_SECRET") or SECRET_KEY).encode()

DEBUG = _flag("OUTREACH_DEBUG")
PUBLIC_URL = _text("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = ["*"]  # links and webhook signatures use PUBLIC_URL, never a Host header
# The reverse proxy whose X-Forwarded-For says where a request came from: its IP address, or * when only it can reach us.
TRUSTED_PROXY = _text("OUTREACH_TRUSTED_PROXY")
TESTING = "pytest" in sys.modules

SCHEDULES_FILE = Path(_text("OUTREACH_SCHEDULES", str(BASE_DIR / "schedules.yaml")))

# Delivery
EMAIL_PROVIDER = _text("EMAIL_PROVIDER", "sendgrid")
if EMAIL_PROVIDER not in {"sendgrid", "smtp"}:
    raise ImproperlyConfigured(f"EMAIL_PROVIDER must be sendgrid or smtp, not “{EMAIL_PROVIDER}”.")
SENDGRID_API_KEY = _text("SENDGRID_API_KEY")
SENDGRID_BASE_URL = _text("SENDGRID_BASE_URL", "https://api.sendgrid.com").rstrip("/")
SENDGRID_WEBHOOK_KEYS = _list("SENDGRID_WEBHOOK_KEYS")
TWILIO_ACCOUNT_SID = _text("TWILIO_ACCOUNT_SID")
TWILIO_AUTH_TOKENS = _list("TWILIO_AUTH_TOKENS")
TWILIO_BASE_URL = _text("TWILIO_BASE_URL", "https://api.twilio.com").rstrip("/")
TWILIO_IN_FLIGHT = int(_number("TWILIO_IN_FLIGHT", 50))
SMTP_HOST = _text("SMTP_HOST", "127.0.0.1")
SMTP_PORT = int(_number("SMTP_PORT", 587))
SMTP_USER = _text("SMTP_USER")
SMTP_PASSWORD = _text("SMTP_PASSWORD")
SMTP_STARTTLS = _flag("SMTP_STARTTLS", True)
# Emails to us: the host whose mail comes in by SendGrid's Inbound Parse or a local mail server, and the password in the
# address of the parse webhook, for accounts whose parse posts are not signed.
INBOUND_MAIL_DOMAIN = _text("INBOUND_MAIL_DOMAIN").lower().strip(".")
INBOUND_MAIL_PASSWORD = _text("INBOUND_MAIL_PASSWORD")
if INBOUND_MAIL_PASSWORD and len(INBOUND_MAIL_PASSWORD) < 16:
    raise ImproperlyConfigured("INBOUND_MAIL_PASSWORD must have at least 16 characters.")
SANDBOX_URL = _text("SANDBOX_URL").rstrip("/")

# Work
REDIS_URL = _text("REDIS_URL")
BROKER_FOLDER = Path(_text("OUTREACH_BROKER_FOLDER", str(STATE_DIR / "broker")))
LEASE_SECONDS = _number("OUTREACH_LEASE_SECONDS", 60)
# Real time, or the virtual clock of the demo: an instant kept in the database that a person moves.
VIRTUAL_CLOCK = _flag("OUTREACH_VIRTUAL_CLOCK")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "outreach.apps.OutreachConfig",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "outreach.web.headers.PrivacyHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "outreach.web.faults.FaultLog",
]
ROOT_URLCONF = "outreach.urls"
WSGI_APPLICATION = "outreach.wsgi.application"
APPEND_SLASH = False  # a redirect would turn a one-click POST into a GET
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates" / "web"],
        "OPTIONS": {"environment": "outreach.web.pages.environment"},
    },
]

# The pages and workers own nothing in the database; migrations and the demo are the owner's (actions/migrating.py).
DATABASES = {
    "default": _database(),
    "owner": _database("DATABASE_OWNER_URL" if _text("DATABASE_OWNER_URL") else "DATABASE_URL"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en-us"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "outreach" / "web" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer would make browsers post forms with Origin: null
CSRF_FAILURE_VIEW = "outreach.web.lost.forged"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024

# Ids, counts and reasons only: no address, number, name, token or message text is ever logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "nowhere": {"class": "logging.NullHandler"},  # a logger without any handler would still print to stderr
    },
    "root": {"handlers": ["stderr"], "level": _level("OUTREACH_LOG", "WARNING")},
    "loggers": {
        # the paths of requests hold tokens
        "django.request": {"handlers": ["nowhere"], "propagate": False},
        "django.server": {"handlers": ["nowhere"], "propagate": False},
        "django.security": {"handlers": ["nowhere"], "propagate": False},
    },
}
