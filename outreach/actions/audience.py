"""An audience as SQL: the conditions of rules/audience.py as a WHERE over `subscriber s`."""

from collections.abc import Mapping
from typing import Any


def where(condition: Mapping[str, Any] | None) -> tuple[str, list[Any]]:
    """(SQL, values) for a condition; everyone when it is empty."""
    if not condition:
        return "TRUE", []
    raise NotImplementedError
