"""Writes `docs/commands.md` and `docs/formats.md` from the code; `--check` fails when stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from pipeline.cli import app
from pipeline.flow.opening import formats

HERE = Path(__file__).parent
FORMATS = """# Formats

Written by `make docs` from the connectors themselves. Each is recognised by its content; the word
in the first column is for `--format`.

| `--format` | name | reads |
|---|---|---|
"""
HEAD = """# Commands

Written by `make docs` from the command line itself. Exit codes: 0 done, 1 nothing found or not
good enough, 2 bad usage or input, 3 a model or service is missing.
"""


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command below this one with its full name."""
    if hasattr(command, "commands"):
        for name in sorted(command.commands):
            if not command.commands[name].hidden:
                yield from commands(command.commands[name], f"{path} {name}")
    else:
        yield path, command


def section(path: str, command: Any) -> str:
    """One command as Markdown: usage, help, parameters."""
    lines = [f"## {path}", "", (command.help or "").strip(), ""]
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    named = " ".join(a.name.upper() if a.required else f"[{a.name.upper()}]" for a in arguments)
    lines += ["```", f"{path} {named}".strip() + " [OPTIONS]", "```", ""]
    for parameter in command.params:
        told = getattr(parameter, "help", None) or ""
        if parameter.param_type_name == "argument":
            lines.append(f"- `{parameter.name.upper()}` {told}".rstrip())
        elif parameter.name != "help":
            lines.append(f"- `{', '.join(parameter.opts)}` {told}".rstrip())
    return "\n".join(lines).rstrip() + "\n"


def page() -> str:
    """The whole page."""
    root = typer.main.get_command(app)
    return HEAD + "\n" + "\n".join(section(*one) for one in commands(root, "doubleloop"))


def format_page() -> str:
    """The page of formats."""
    return FORMATS + "".join(
        f"| `{name}` | {title} | {reads} |\n" for name, title, reads in formats()
    )


def main() -> int:
    """Write the pages, or compare them."""
    pages = {"commands.md": page(), "formats.md": format_page()}
    if "--check" not in sys.argv:
        for name, text in pages.items():
            (HERE / name).write_text(text, encoding="utf-8")
        return 0
    stale = [
        name
        for name, text in pages.items()
        if not (HERE / name).is_file() or (HERE / name).read_text(encoding="utf-8") != text
    ]
    for name in stale:
        sys.stderr.write(f"docs/{name} is stale; run: make docs\n")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())
