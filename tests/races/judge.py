"""When each address had to be silent, and every call that started meanwhile: by the harness's notes and the sandbox's file."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.judge import _begun, _calls
from tests.races.playing import Race


def judge(race: Race) -> list[str]:
    """Every breach, a line each; none when no call started for an address that had to be silent."""
    return [*_calls_in_silence(race), *(f"a task failed: {trouble}" for trouble in race.stage.troubles)]


def _calls_in_silence(race: Race) -> Iterator[str]:
    begun = _begun(race.stage.notes)
    silences = _silences(race)
    for call in _calls(race.stage.witness):
        started = min(call.came, begun.get(call.key, call.came))
        for since, until, door in silences.get((call.channel, call.address), ()):
            if since < started < until:
                yield (
                    f"the {call.channel} call for message {call.key[:8]} started {started - since:.3f} s after “{door}” was "
                    "confirmed for its address, and nobody had come back"
                )


def _silences(race: Race) -> dict[tuple[str, str], list[tuple[float, float, str]]]:
    """For each channel and address: from a confirmed opt-out to the beginning of the next act of coming back. (Acts about
    one address never overlap.)"""
    found: dict[tuple[str, str], list[tuple[float, float, str]]] = {}
    for act in sorted(race.acts, key=lambda act: act.at):
        spans = found.setdefault((act.channel, act.address), [])
        if act.out:
            spans.append((act.at, float("inf"), act.door))
        else:
            spans[:] = [(since, min(until, act.at), door) for since, until, door in spans]
    return found
