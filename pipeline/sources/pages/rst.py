"""reStructuredText as light Markdown, in one pass and without running any of its directives."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DEEPEST = 12
_ADORNMENT = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}[ \t]*")
_DIRECTIVE = re.compile(r"(\s*)\.\. (?:\|[^|]{1,80}\| )?([A-Za-z][\w:+.-]{0,60})::[ \t]*(.*)")
_TARGET = re.compile(r"\s*\.\. (_[^\n]{0,500}|__ .*)$")
_NOTE = re.compile(r"(\s*)\.\. (\[[^\]]{1,60}\]) (.*)")
_COMMENT = re.compile(r"(\s*)\.\.(\s.*)?$")
_OPTION = re.compile(r"\s*:[\w -]{1,40}:(\s.*)?$")
_RULER = re.compile(r"\s*(\+[-=+]{2,}|=+([ \t]+=+)+)\s*$")
_CODE = {"code", "code-block", "sourcecode", "parsed-literal", "doctest", "math", "productionlist"}
_DROPPED = {
    "contents", "toctree", "image", "include", "literalinclude", "raw", "highlight", "sectnum",
    "meta", "index", "replace", "unicode", "default-role", "role", "currentmodule", "module",
}  # fmt: skip
_ROLE = re.compile(r":([a-zA-Z][\w:+.-]{0,40}):`([^`<\n]{0,300}?)\s?(?:<[^`>\n]{0,500}>)?`")
_REFERENCE = re.compile(r"`([^`<]{1,300}?)\s*<([^`<>\s]{1,500})>`__?")
_NAMED = re.compile(r"`([^`\n]{1,200})`__?(?!\w)")
_LITERAL = re.compile(r"``([^`\n]{1,500})``")
_NUMBERED = re.compile(r"(\[[#\w.-]{1,40}\])_(?!\w)")
_WORD = re.compile(r"(?<![\w`])([A-Za-z][\w.-]{1,60}[A-Za-z0-9])__?(?=[\s.,;:)]|$)")
_REPLACED = re.compile(r"\|([A-Za-z][^|\n]{0,60})\|_{0,2}")
_PREFIXES = {"pep": "PEP ", "rfc": "RFC "}


def markdown_of(text: str) -> str:
    r"""The text as Markdown: headings, notes, code and links as far as they are plain to see.

    Comments, tables of contents, pictures and what would be taken in from elsewhere are left
    out.

    >>> markdown_of("Why\n===\n\nSee :pep:`8` and ``x``_.\n\n.. note:: Mind the *gap*.\n")
    '## Why\n\nSee PEP 8 and `x`_.\n\nMind the *gap*.\n'
    """
    return "\n".join(_block(text.expandtabs(8).splitlines(), [], 0)) + "\n"


def heading_at(lines: Sequence[str], at: int) -> tuple[str, str, int] | None:
    """The heading that begins at a line: its title, its adornment, and the lines it takes.

    The adornment is one sign for a line below, two for a line above as well.
    """
    line = lines[at]
    above = _ADORNMENT.fullmatch(line)
    if above and at + 2 < len(lines) and lines[at + 2].rstrip() == line.rstrip():
        title = lines[at + 1].strip()
        if title and len(title) <= len(line.rstrip()) and not _ADORNMENT.fullmatch(title):
            return title, above[1] * 2, 3
    if above or not line.strip() or line[:1].isspace() or at + 1 >= len(lines):
        return None
    below = _ADORNMENT.fullmatch(lines[at + 1])
    before = at == 0 or not lines[at - 1].strip()
    long_enough = below and len(below[0].rstrip()) >= min(len(line.rstrip()), 200) - 3
    return (line.strip(), below[1], 2) if below and before and long_enough else None


def _block(lines: Sequence[str], levels: list[str], depth: int) -> list[str]:
    made: list[str] = []
    at = 0
    while at < len(lines):
        heading = heading_at(lines, at)
        if heading:
            made.append(f"{_level(heading[1], levels)} {_inline(heading[0])}")
            at += heading[2]
        elif lines[at].lstrip().startswith(".."):
            at = _explicit(lines, at, made, levels, depth)
        elif _RULER.match(lines[at]):
            at = _table(lines, at, made)
        elif lines[at].rstrip().endswith("::"):
            made.append(_inline(lines[at].rstrip()[:-1]).removesuffix(" :"))
            at = _literal(lines, at + 1, made, _indent(lines[at]))
        else:
            made.append(_inline(lines[at]))
            at += 1
    return made


def _level(adornment: str, levels: list[str]) -> str:
    """The signs of a heading: an adornment that is new stands below those that were seen."""
    if adornment not in levels:
        levels.append(adornment)
    return "#" * min(6, levels.index(adornment) + 2)


def _explicit(lines: Sequence[str], at: int, made: list[str], levels: list[str], depth: int) -> int:
    """What begins with two dots: a directive, a note, a target or a comment."""
    line = lines[at]
    if _DIRECTIVE.match(line):
        return _directive(lines, at, made, levels, depth)
    note = _NOTE.match(line)
    if note:
        made.append(_inline(f"{note[1]}{note[2]} {note[3]}"))
        return at + 1
    if _TARGET.match(line) or _COMMENT.match(line):
        end, _ = _indented(lines, at + 1, _indent(line))
        return end
    made.append(_inline(line))
    return at + 1


def _directive(
    lines: Sequence[str], at: int, made: list[str], levels: list[str], depth: int
) -> int:
    found = _DIRECTIVE.match(lines[at])
    if not found:
        return at + 1
    name, argument = found[2].lower(), found[3].strip()
    end, content = _indented(lines, at + 1, len(found[1]))
    while content and _OPTION.match(content[0]):
        content = content[1:]
    if name in _DROPPED:
        return end
    if name in _CODE or name.endswith("code-block"):
        made.extend(_fenced([argument, *content] if name == "math" and argument else content))
        return end
    if argument and name != "figure" and not name.endswith("table"):
        made.extend([_inline(argument), *([""] if content and not content[0].strip() else [])])
    inner = _dedented(content)
    made.extend(_block(inner, levels, depth + 1) if depth < _DEEPEST else inner)
    return end


def _table(lines: Sequence[str], at: int, made: list[str]) -> int:
    """The rows of a table, each on a line of its own, without its rulers."""
    end = at
    while end < len(lines) and lines[end].strip():
        end += 1
    rows = [line.strip() for line in lines[at:end] if not _RULER.match(line)]
    made.extend(_fenced(rows))
    return end


def _literal(lines: Sequence[str], at: int, made: list[str], indent: int) -> int:
    end, content = _indented(lines, at, indent)
    if any(line.strip() for line in content):
        made.extend(["", *_fenced(_dedented(content)), ""])
    return end


def _fenced(lines: Sequence[str]) -> list[str]:
    inner = list(_dedented(lines))
    while inner and not inner[-1].strip():
        inner.pop()
    while inner and not inner[0].strip():
        inner.pop(0)
    sign = "~~~~" if any(line.lstrip().startswith("```") for line in inner) else "```"
    return ["", sign, *inner, sign, ""] if inner else []


def _indented(lines: Sequence[str], at: int, indent: int) -> tuple[int, list[str]]:
    """Where the lines end that stand further in than `indent`, and these lines."""
    end = last = at
    while end < len(lines) and (not lines[end].strip() or _indent(lines[end]) > indent):
        end += 1
        if lines[end - 1].strip():
            last = end
    return last, list(lines[at:last])


def _dedented(lines: Sequence[str]) -> list[str]:
    least = min((_indent(line) for line in lines if line.strip()), default=0)
    return [line[least:] for line in lines]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _inline(line: str) -> str:
    line = line.replace("\\ ", "") if "\\ " in line else line
    if "`" in line:
        line = _ROLE.sub(lambda m: _PREFIXES.get(m[1].lower(), "") + m[2].lstrip("~!."), line)
        line = _REFERENCE.sub(r"[\1](\2)", line)
        pieces = re.split(r"(``[^`\n]{1,500}``)", line)
        line = "".join(
            _LITERAL.sub(r"`\1`", piece) if number % 2 else _NAMED.sub(r"\1", piece)
            for number, piece in enumerate(pieces)
        )
    line = _NUMBERED.sub(r"\1", line) if "]_" in line else line
    line = _REPLACED.sub(r"\1", line) if line.count("|") == 2 else line
    return _WORD.sub(r"\1", line) if "_" in line and "`" not in line else line
