"""The README tells the truth: every setting and command it should name, and none that is not there."""

import re
from pathlib import Path

import typer.main

from outreach.cli import load_commands
from outreach.cli.base import app
from outreach.rules import cadence

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENV = (ROOT / ".env.example").read_text(encoding="utf-8")
load_commands()


def settings_read() -> set[str]:
    source = (ROOT / "outreach" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'_(?:text|list|flag|number|level)\("([A-Z_]+)"', source))


def test_every_setting_is_in_the_readme_and_in_the_example() -> None:
    named = settings_read()
    assert len(named) > 20
    assert [n for n in sorted(named) if n not in README] == []
    assert [n for n in sorted(named) if not re.search(rf"^{n}=", ENV, re.M)] == []


def test_the_example_names_no_setting_that_is_not_read() -> None:
    assert set(re.findall(r"^([A-Z_]+)=", ENV, re.M)) <= settings_read() | {
        "POSTGRES_PASSWORD",
        "POSTGRES_APP_PASSWORD",
    }


def test_every_command_is_in_the_readme() -> None:
    group = typer.main.get_command(app)
    names = set(group.commands)  # type: ignore[attr-defined]
    assert {"compile", "audit", "enroll"} <= names
    assert [n for n in sorted(names) if not re.search(rf"(outreach |`)({n})\b", README)] == []


def test_every_make_target_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in set(re.findall(r"\bmake ([a-z]+)\b", README)) - {"of", "and", "or"}:
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_the_shipped_schedules_parse_and_their_articles_are_there() -> None:
    found = cadence.parse((ROOT / "schedules.yaml").read_text(encoding="utf-8"))
    assert [p.slug for p in found.series if not (ROOT / p.article).exists()] == []


def test_no_file_holds_a_placeholder() -> None:
    assert "@@" not in README
