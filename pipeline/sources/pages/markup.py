"""What the makers of sites and notes add to Markdown, turned into what a reader would see.

Obsidian (links between notes, callouts, inline fields, tags), Docusaurus and MkDocs (admonitions,
MDX, tabs), MyST, Jekyll and Carpentries lessons (Liquid, kramdown attributes, fenced divisions).
One pass over the lines; code is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_LONGEST = 20_000
_FENCE = re.compile(r"\s{0,12}(?:[>*-]\s+){0,4}(`{3,}|~{3,})\s*(.*)$")
_ADMONITION = re.compile(
    r"(?:!!!|\?\?\?\+?)\s+([\w-]{1,40})(?: inline)?(?: end)?(?:\s+\"([^\"\n]{0,300})\")?$"
    r"|===[+!]?\s+()\"([^\"\n]{0,300})\"$"
)
_KINDS = {
    "note", "abstract", "summary", "tldr", "info", "todo", "tip", "hint", "important", "success",
    "check", "done", "question", "help", "faq", "warning", "caution", "attention", "failure",
    "fail", "missing", "danger", "error", "bug", "example", "quote", "cite",
}  # fmt: skip
_DIVISION = re.compile(
    r"\s{0,12}:{3,}+\s*+(\{[^}\n]{0,300}\}|[\w-]{1,60})?\s*+([^\n]{0,300}?)[\s:]*+$"
)
_CALLOUT = re.compile(r"((?:\s{0,3}>)+)\s*\[!([\w -]{1,40})(?:\|[^\]\n]{0,40})?\][+-]?\s*(.*)$")
_SETEXT = re.compile(r"\s{0,3}(=+|-+)\s*$")
_HEADING = re.compile(r"\s{0,3}(#{1,6})[ \t]+(.{1,300}?)[ \t#]*$")
_MDX = re.compile(
    r"(import\s++(?:[\w*{}\s,$]{1,400}\sfrom\s++)?['\"][^'\"\n]{1,400}['\"];?\s*$"
    r"|export\s+(?:const|let|var|default|function|async)\s)"
)
_TAG_ONLY = re.compile(r"\s*(?:</?[A-Z][\w.]{0,60}(?:\s[^<>\n]{0,1000})?/?>\s*)+$")
_TAG = re.compile(r"</?[A-Z][\w.]{0,60}(?:\s[^<>\n]{0,1000})?/?>|\{/\*.{0,1000}?\*/\}")
_LIQUID = re.compile(r"\{%-?[^\n]{0,1000}?%\}")
_EXPRESSION = re.compile(r"\{\{[^\n]{0,1000}?\}\}")
_LABEL = re.compile(r"\[([^\[\]{}\n]{1,200})\]\(")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,300}\}|(?<!\s)\s*+\{\s?[#.][^{}\n]{1,300}\}")
_ROLE = re.compile(r"\{[\w:-]{1,30}\}`([^`<\n]{0,300}?)\s?(?:<[^`>\n]{0,500}>)?`")
_LINK = re.compile(
    r"(!?)\[\[([^\[\]|#^\n]{0,300})(?:[#^]([^\[\]|\n]{0,300}))?(?:\\?\|([^\[\]\n]{0,300}))?\]\]"
)
_TAGGED = re.compile(r"(?<![\w/#&(])#([^\W\d_][\w/-]{0,60})")
_ONLY_TAGS = re.compile(r"\s*(?:#[^\W\d_][\w/-]{0,60}[\s,]*)+$")
_FIELD = re.compile(r"\s*(?:[-*]\s+)?(?:\*\*)?([A-Za-z][\w -]{0,40}?)(?:\*\*)?::\s+(\S.*)$")
_INLINE_FIELD = re.compile(r"([\[(])([A-Za-z][\w -]{0,40})::\s*([^\[\]()\n]{1,300})[\])]")
_BLOCK_ID = re.compile(r"\s\^[\w-]{1,60}$")
_SNIPPET = re.compile(r"\s*-{1,2}8<-{1,2}")
_MARKED = re.compile(r"==([^=\n]{1,300})==")
_DROPPED_FENCES = {"toctree", "dataview", "dataviewjs", "image", "figure", "contents", "button"}
_READ_FENCES = {
    "note", "warning", "tip", "important", "caution", "danger", "attention", "hint", "error",
    "admonition", "seealso", "dropdown", "glossary", "epigraph", "topic", "card", "grid", "tab-set",
    "tab-item", "callout", "sidebar", "margin",
}  # fmt: skip
_BLOCKS = {
    "{% comment": "endcomment",
    "{%- comment": "endcomment",
    "%%": "%%",
}


@dataclass(slots=True)
class Seen:
    """A page as its reader sees it.

    `heading` is its first heading of the first level, else its first one at all; `targets` are
    the notes that it links to, `fields` what stands in its lines as `name:: value`.
    """

    text: str = ""
    heading: str = ""
    top: bool = False
    tags: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    fields: list[tuple[str, str]] = field(default_factory=list)


def seen(text: str, *, notes: bool = False, mdx: bool = False) -> Seen:
    r"""What a reader sees of a page of Markdown.

    Args:
        text: The page after its front matter.
        notes: It stands in a vault of notes, so that `#words` are tags.
        mdx: It may hold components of JSX.

    >>> seen("# Pumps\n\nSee [[Valves|the valves]].\n{: .callout}\n").text
    '# Pumps\n\nSee the valves.\n\n'
    """
    reader = _Reader(notes=notes or "[[" in text, mdx=mdx or _has_imports(text))
    for line in text.splitlines():
        reader.line(line)
    made = reader.page
    made.text = "\n".join(reader.lines) + ("\n" if text.endswith("\n") else "")
    made.tags = list(dict.fromkeys(made.tags))
    made.targets = list(dict.fromkeys(made.targets))
    return made


def _has_imports(text: str) -> bool:
    before_code = text[:4000].split("```", 1)[0]
    return any(_MDX.match(line) for line in before_code.splitlines())


class _Reader:
    """Takes the lines of a page one by one."""

    def __init__(self, *, notes: bool, mdx: bool) -> None:
        self.page = Seen()
        self.lines: list[str] = []
        self._notes = notes
        self._mdx = mdx
        self._fence = ""
        self._dropped = False
        self._read: list[str] = []
        self._until = ""
        self._export = False
        self._shift = 0

    def line(self, line: str) -> None:
        """Add what is seen of a line."""
        line = self._dedented(line)
        if self._fence:
            self._in_code(line)
        elif self._until:
            self._until = "" if self._until in line else self._until
        elif not self._code(line) and not self._apart(line):
            self._words(line)

    def _dedented(self, line: str) -> str:
        while self._shift and line.strip() and line[: self._shift].strip():
            self._shift -= 4
        return line[self._shift :] if self._shift else line

    def _in_code(self, line: str) -> None:
        sign = line.strip().lstrip("> ")
        if sign.startswith(self._fence) and not sign.strip(self._fence[0]):
            self._fence = ""
            if self._dropped:
                self._dropped = False
                return
        if not self._dropped:
            self.lines.append(line)

    def _code(self, line: str) -> bool:
        """Whether a line opens a block of code, or opens or closes one that is read as text."""
        found = _FENCE.match(line)
        if not found:
            return False
        sign, about = found[1], found[2].strip()
        if self._read and not about and sign[0] == self._read[-1][0]:
            self._read.pop()
            return True
        kind, _, title = about.partition(" ")
        name = kind.strip("{}").removeprefix("ad-").casefold()
        if kind.startswith(("{", "ad-")) and name in _READ_FENCES:
            self._read.append(sign)
            self._titled(title)
            return True
        self._fence = sign
        self._dropped = name in _DROPPED_FENCES
        if not self._dropped:
            self.lines.append(line)
        return True

    def _apart(self, line: str) -> bool:
        """Whether a line is markup as a whole: it is taken in here."""
        bare = line.strip()
        if self._export or (self._mdx and _MDX.match(line)):
            self._export = bool(bare) and not (bare.startswith("import") and not self._export)
            return True
        for sign, end in _BLOCKS.items():
            if bare.startswith(sign):
                self._until = "" if end in bare[len(sign) :] else end
                return True
        if bare.startswith(":::"):
            found = _DIVISION.match(line)
            self._titled(_title(found[2]) if found else "")
            return bool(found)
        if bare.startswith(("!!!", "???", "=== ")):
            return self._admonition(_ADMONITION.match(bare))
        return bool(_SNIPPET.match(line) or (self._notes and self._tag_line(line)))

    def _admonition(self, found: re.Match[str] | None) -> bool:
        if not found:
            return False
        kind = found[1] or ""
        self._titled(found[2] or found[4] or ("" if kind.casefold() in _KINDS else kind))
        self._shift += 4
        return True

    def _tag_line(self, line: str) -> bool:
        if not _ONLY_TAGS.match(line):
            return False
        self.page.tags.extend(_TAGGED.findall(line))
        return True

    def _titled(self, title: str) -> None:
        self.lines.extend(["", f"**{title.strip()}**", ""] if title.strip() else [""])

    def _words(self, line: str) -> None:
        """Add a line of text."""
        if len(line) > _LONGEST:
            self.lines.append(line)
            return
        if _TAG_ONLY.match(line):
            return
        callout = _CALLOUT.match(line) if "[!" in line else None
        if callout:
            line = f"{callout[1]} **{callout[3]}**" if callout[3].strip() else callout[1]
        line = _outside_code(_ROLE.sub(r"\1", line) if "}`" in line else line, self._inline)
        if self._notes:
            line = _BLOCK_ID.sub("", line)
            self._field(line)
        self._heading(line)
        self.lines.append(line)

    def _inline(self, text: str) -> str:
        if "{" in text:
            text = _EXPRESSION.sub(_label, _LIQUID.sub("", text))
            text = _ATTRIBUTES.sub("", text)
        if self._mdx and ("<" in text or "{/*" in text):
            text = _TAG.sub("", text)
        if self._notes:
            text = _LINK.sub(self._link, text)
            text = _INLINE_FIELD.sub(self._inline_field, text)
            text = _MARKED.sub(r"\1", text)
            self.page.tags.extend(_TAGGED.findall(text))
        return text

    def _link(self, found: re.Match[str]) -> str:
        embedded, target, heading, alias = found.groups()
        if target.strip():
            self.page.targets.append(target.strip())
        if embedded:
            return ""
        return (alias or target.rsplit("/", 1)[-1] or heading or "").strip()

    def _inline_field(self, found: re.Match[str]) -> str:
        self.page.fields.append((found[2].strip(), found[3].strip()))
        return found[3] if found[1] == "(" else f"{found[2]}: {found[3]}"

    def _field(self, line: str) -> None:
        found = _FIELD.match(line)
        if found:
            self.page.fields.append((found[1].strip(), found[2].strip()))

    def _heading(self, line: str) -> None:
        if self.page.top:
            return
        found = _HEADING.match(line)
        level, title = (len(found[1]), found[2]) if found else (0, "")
        if not found and _SETEXT.match(line) and self.lines and self.lines[-1].strip():
            level, title = (1 if "=" in line else 2), self.lines[-1][:300]
            if "|" in title or title.lstrip().startswith(("#", ">", "-", "*", "`")):
                return
        if title.strip() and (level == 1 or not self.page.heading):
            self.page.heading, self.page.top = title.strip(), level == 1


def _outside_code(line: str, change: Callable[[str], str]) -> str:
    if "`" not in line:
        return change(line)
    pieces = re.split(r"(`[^`\n]{0,2000}`)", line)
    return "".join(piece if at % 2 else change(piece) for at, piece in enumerate(pieces))


def _label(found: re.Match[str]) -> str:
    """The words of a link that an expression would make, else nothing."""
    label = _LABEL.search(found[0])
    return label[1] if label else ""


def _title(words: str) -> str:
    return words.strip().removeprefix("[").removesuffix("]").strip('"')
