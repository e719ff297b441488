"""`make bench`: every benchmark, or the named ones; a table and a plot in .outreach/bench/.

    python -m benchmarks [NAME …] [--runs 3] [--quick]

A benchmark is a module of this folder with `run(quick: bool) -> list[Row]`. Each figure is the median of the runs; ours,
the limit and the peer are taken in the same run, one after the other. `--quick`: small sizes, once, to see that it works.
Exit 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from html import escape
from pathlib import Path

from benchmarks.rows import Row, middle

ROOT = Path(__file__).resolve().parents[1]
ALL = sorted(
    path.stem for path in Path(__file__).parent.glob("*.py") if "\ndef run(" in path.read_text(encoding="utf-8")
)
HEAD = ("what", "size", "ours", "unit", "limit", "share", "peer", "times", "target")


def main() -> int:
    """Runs, prints, writes."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks")
    arguments.add_argument("names", nargs="*", metavar="NAME", help=f"any of {', '.join(ALL)} (default: all)")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--quick", action="store_true")
    given = arguments.parse_args()
    if unknown := set(given.names) - set(ALL):
        arguments.error(f"there is no {', '.join(sorted(unknown))}; known: {', '.join(ALL)}")
    found: list[Row] = []
    for name in given.names or ALL:
        print(f"{name} …", flush=True)
        measure = importlib.import_module(f"benchmarks.{name}").run
        rows = middle([measure(given.quick) for _ in range(1 if given.quick else given.runs)])
        found += rows
        print(table(rows), flush=True)
    folder = ROOT / ".outreach" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "table.md").write_text(table(found), encoding="utf-8")
    (folder / "plot.svg").write_text(plot(found), encoding="utf-8")
    (folder / "rows.json").write_text(json.dumps([cells(row) for row in found], indent=1), encoding="utf-8")
    missed = [row for row in found if row.reached is False]
    print(f"{folder}/table.md and plot.svg are written; {len(missed)} of {len(found)} figures miss their target.")
    return 1 if missed and not given.quick else 0


def cells(row: Row) -> tuple[str, ...]:
    """One row of the table, as text."""
    share = "" if row.share is None else f"{row.share:.0%}"
    times = "" if row.times_peer is None else f"{row.times_peer:.1f} ×"
    if row.target is None:
        target = ""
    elif row.target <= 1 and row.limit is not None:
        target = f"≥ {row.target:.0%}"
    else:
        target = f"{'≥' if row.unit.endswith('/s') else '≤'} {number(row.target)}"
    mark = {True: " ✓", False: " ✗", None: ""}[row.reached]
    return (
        row.what, row.size, number(row.ours), row.unit, number(row.limit), share, number(row.peer), times, target + mark,
    )  # fmt: skip


def number(value: float | None) -> str:
    """Three significant digits, thousands marked."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(rows: list[Row]) -> str:
    """A Markdown table."""
    lines = [HEAD, tuple("---" for _ in HEAD), *(cells(row) for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def plot(rows: list[Row]) -> str:
    """Bars: each figure as a share of its limit, the target as a line across it."""
    shown = [row for row in rows if row.share is not None]
    bars = []
    for at, row in enumerate(shown):
        y, share = 30 + at * 26, min(row.share or 0, 1.2)
        bars.append(f'<text x="310" y="{y + 13}" text-anchor="end">{escape(f"{row.what}, {row.size}")}</text>')
        bars.append(f'<rect x="320" y="{y}" width="{share * 300:.0f}" height="18" fill="#2f6f6b"/>')
        bars.append(f'<text x="{325 + share * 300:.0f}" y="{y + 13}">{row.share:.0%}</text>')
        if row.target is not None and row.target <= 1:
            x = 320 + row.target * 300
            bars.append(f'<path d="M{x:.0f} {y - 3}v24" stroke="#b3261e" stroke-width="2"/>')
    height = 40 + len(shown) * 26
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {height}" font-family="sans-serif" font-size="12">'
        f'<rect width="760" height="{height}" fill="#fff"/><text x="320" y="18">share of what the machine can do</text>'
        f"{''.join(bars)}</svg>\n"
    )


if __name__ == "__main__":
    sys.exit(main())
