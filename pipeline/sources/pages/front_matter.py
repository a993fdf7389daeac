"""What a page says of itself before its text: YAML between dashes, or TOML between plus signs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

import frontmatter
import yaml

from pipeline.sources.base import ReadOptions
from pipeline.sources.reading.values import scalar
from pipeline.sources.tables.columns import Row, flat
from pipeline.sources.tables.headers import PARTS, field_of, plain

_LONGEST = 1 << 16
_YAML = re.compile(r"\A---[ \t]*\r?\n.{0,65536}?^(---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE)
_TOML = re.compile(r"\A\+\+\+[ \t]*\r?\n(.{0,65536}?)^\+\+\+[ \t]*$", re.DOTALL | re.MULTILINE)
_TELLS = frozenset(
    plain(word)
    for word in (
        "situation", "problem", "challenge", "action", "actions", "action_taken", "actions_taken",
        "outcome", "outcomes", "result", "results", "insight", "insights", "lesson", "lessons",
        "lesson_learned", "lessons_learned", "takeaway", "takeaways", "root_cause",
    )
)  # fmt: skip


def has_matter(text: str) -> bool:
    """Whether a text begins with front matter."""
    return bool(_YAML.match(text) or _TOML.match(text))


def matter_of(text: str, name: str, options: ReadOptions) -> tuple[dict[str, Any], str]:
    """The front matter of a page, and the text after it; a broken one is left in the text."""
    found = _YAML.match(text) or _TOML.match(text)
    if not found or found.end() > _LONGEST:
        return {}, text
    try:
        held = _parsed(found)
    except (yaml.YAMLError, ValueError, ArithmeticError, RecursionError, TypeError, AttributeError):
        options.notice(f"{name}: the front matter cannot be read; it was left in the text.")
        return {}, text
    return held, text[found.end() :]


def _parsed(found: re.Match[str]) -> dict[str, Any]:
    if found[0].startswith("+++"):
        return tomllib.loads(found[1].replace("\r\n", "\n"))
    held = frontmatter.loads(found[0] + "\n").metadata
    return held if isinstance(held, dict) else {}


def row_of(matter: Mapping[str, Any], chosen: Mapping[str, str]) -> Row:
    """Front matter as the row of a table, with what says something of the page.

    Descriptions for search engines and switches are left out; what a page was mapped to by its
    user (`chosen`) stays.
    """
    row = flat(
        {
            str(k): v
            for k, v in matter.items()
            if isinstance(v, str | int | float | date | list | dict)
        }
    )
    pairs = [(name, _simple(value)) for name, value in row if _says(name, value, chosen)]
    return [*pairs, *_authors(matter, pairs)]


def _says(name: str, value: object, chosen: Mapping[str, str]) -> bool:
    if any(plain(column) == plain(name) for column in chosen):
        return True
    if field_of(name) in PARTS:
        return plain(name) in _TELLS and isinstance(value, str | list)
    return not isinstance(value, bool)


def _simple(value: object) -> object:
    if isinstance(value, list):
        return [_name(item) if isinstance(item, Mapping) else item for item in value]
    return value


def _name(item: Mapping[str, object]) -> str:
    return next((word for key in ("name", "label", "title") if (word := scalar(item.get(key)))), "")


def _authors(matter: Mapping[str, Any], row: Row) -> Row:
    """The first of several authors, where none is named alone."""
    held = matter.get("authors")
    if held is None or any(field_of(name) == "author" for name, _ in row):
        return []
    first = held[0] if isinstance(held, list) and held else held
    author = _name(first) if isinstance(first, Mapping) else scalar(first)
    return [("author", author)] if author else []
