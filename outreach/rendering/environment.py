"""The Jinja2 environment of emails and texts: sandboxed, strict, and escaping in everything that becomes HTML.

An author's words only ever come in as values, so braces and percent signs in them mean nothing here. A name that a
template does not get is an error, never an empty string.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from outreach.rules.links import safe_url

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"
_NOT_TEXT: Final = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def clean(text: str) -> str:
    """The text without the characters that neither XML nor an email can carry (control characters, lone surrogates)."""
    return _NOT_TEXT.sub("", text.replace("\v", " ").replace("\f", " "))


def _finalize(value: Any) -> Any:
    # Not for Markup, a subclass of str: that is a macro's output, already cleaned and escaped.
    return clean(value) if type(value) is str else value


@lru_cache(maxsize=1)
def environment() -> ImmutableSandboxedEnvironment:
    """The one environment of this room, made at first use."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=lambda name: name is None or not name.endswith(".txt.jinja"),
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters["safe_url"] = safe_url
    return made


def render(template: str, **values: Any) -> str:
    """The template's text. Raises jinja2.UndefinedError if the template names something it does not get."""
    return environment().get_template(template).render(**values)
