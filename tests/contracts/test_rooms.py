"""Promises of the whole: what the docs say of settings, prompts and data is so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [*sorted((ROOT / "pipeline").rglob("*.py")), ROOT / "app.py"]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_no_file_uses_pickle_or_unsafe_html(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"\bpickle\b(?!\s*=\s*False)|unsafe_allow_html|allow_dangerous", text)
    assert not re.search(r"yaml\.load\(|\.extractall\(|shell=True|(?<!\.)\beval\(", text)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_a_file_stays_short_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420


def test_every_setting_of_the_readme_exists() -> None:
    named = set(re.findall(r"DOUBLELOOP_([A-Z_]+)", (ROOT / "README.md").read_text()))

    assert {name.lower() for name in named} <= set(Settings.model_fields)


def test_prompts_carry_their_version_in_their_name() -> None:
    names = [path.name for path in (ROOT / "prompts").glob("*.md")]

    assert names
    assert all(re.fullmatch(r"[a-z_]+\.v\d+\.md", name) for name in names)


def test_links_in_the_docs_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name}: {link}"
