"""Writes `docs/commands.md` from the command line itself; `--check` fails when it is stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from pipeline.cli import app

PAGE = Path(__file__).parent / "commands.md"
HEAD = """# Commands

Written by `make docs` from the command line itself. Exit codes: 0 done, 1 nothing found or not
good enough, 2 bad usage or input, 3 a model or service is missing.
"""


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every command below this one with its full name."""
    if hasattr(command, "commands"):
        for name in sorted(command.commands):
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


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write("docs/commands.md is stale; run: make docs\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
