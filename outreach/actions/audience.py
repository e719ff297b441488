"""An audience as SQL: the conditions of rules/audience.py as a WHERE over `subscriber s`. Values are never pasted in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from outreach.actions.dispatching.rows import run
from outreach.errors import Refused
from outreach.rules.audience import AudienceInvalid, Condition, Every, Is, Not, Some, parse, tags_of
from outreach.rules.yaml_tree import did_you_mean

_COLUMNS = {"role": "s.role", "language": "s.language", "zone": "s.zone", "state": "s.state", "discreet": "s.discreet"}


def where(condition: Mapping[str, Any] | None) -> tuple[str, list[Any]]:
    """(SQL, values) for a condition; everyone when it is empty. Raises Refused with the place and the cure."""
    try:
        return _sql(parse(condition or {}))
    except AudienceInvalid as e:
        raise Refused(e.say) from None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom something reaches, as SQL over `subscriber s`: what has to be joined to each person, one row at most, and what
    must hold then. Each with its values."""

    joins: str = ""
    join_values: tuple[Any, ...] = ()
    condition: str = "TRUE"
    values: tuple[Any, ...] = ()


def who_may_get(
    channel: str, topic: str, condition: str, values: Sequence[Any], *, stale_before: datetime | None = None
) -> Reach:
    """Those of an audience (a `where`) with an address, with consent to the topic, and not suppressed. Enrolling and
    simulating ask by this same text, so that the one foretells the other. The reaches of several channels can be joined
    side by side.

    `stale_before`: for texts, a consent from before it needs a text that went to the number since.
    """
    column = {"email": "email", "sms": "phone"}[channel]
    consent, suppression = f"c_{channel}", f"x_{channel}"
    fresh = f"AND ({consent}.since >= %s OR texted_since(s.phone_key, %s))" if channel == "sms" and stale_before else ""
    return Reach(
        joins=f"""LEFT JOIN consent {consent} ON {consent}.subscriber_id = s.id AND {consent}.channel = %s
            AND {consent}.topic = %s
            LEFT JOIN suppression {suppression} ON {suppression}.channel = %s
            AND {suppression}.address_key = s.{column}_key AND {suppression}.lifted_at IS NULL""",
        join_values=(channel, topic, channel),
        condition=f"""s.{column} IS NOT NULL AND s.erased_at IS NULL AND ({condition}) AND {consent}.state = 'granted'
            AND {suppression}.address_key IS NULL {fresh}""",
        values=(*values, *([stale_before] * 2 if fresh else ())),
    )


def check_tags(condition: Mapping[str, Any]) -> None:
    """Raises Refused for a tag that nobody has: one that was mistyped after “none of these” would leave nobody out."""
    named = tags_of(parse(condition))
    if not named:
        return
    known = [tag for (tag,) in run("SELECT DISTINCT tag FROM subscriber s, unnest(s.tags) AS tag ORDER BY 1")]
    if unknown := sorted(named - set(known)):
        hint = did_you_mean(unknown[0], known)
        raise Refused(
            f"Nobody is tagged “{unknown[0]}”. {hint or 'There are: ' + (', '.join(known[:40]) or 'none') + '.'}"
        )


def _sql(condition: Condition) -> tuple[str, list[Any]]:
    match condition:
        case Every(of):
            return _joined(" AND ", "TRUE", of)
        case Some(of):
            return _joined(" OR ", "FALSE", of)
        case Not(of):
            sql, values = _sql(of)
            return f"NOT coalesce({sql}, FALSE)", values
        case Is(name, value):
            return _plain(name, value)


def _joined(word: str, empty: str, of: tuple[Condition, ...]) -> tuple[str, list[Any]]:
    parts = [_sql(one) for one in of]
    if not parts:
        return empty, []
    return f"({word.join(sql for sql, _ in parts)})", [value for _, values in parts for value in values]


def _plain(name: str, value: str | bool | date) -> tuple[str, list[Any]]:
    if name in _COLUMNS:
        return f"{_COLUMNS[name]} = %s", [value]
    if name == "tag":
        return "%s = ANY(s.tags)", [value]
    if name == "reachable":
        column = {"email": "email", "sms": "phone"}[str(value)]
        return (
            f"(s.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM suppression y WHERE y.channel = %s "
            f"AND y.address_key = s.{column}_key AND y.lifted_at IS NULL))",
            [value],
        )
    if name == "consented":
        channel, _, topic = str(value).partition("/")
        return (
            "EXISTS (SELECT 1 FROM consent y WHERE y.subscriber_id = s.id AND y.channel = %s AND y.topic = %s "
            "AND y.state = 'granted')",
            [channel, topic],
        )
    sign = "<" if name == "joined_before" else ">="
    return f"(s.created_at AT TIME ZONE 'UTC')::date {sign} %s", [value]
