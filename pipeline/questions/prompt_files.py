"""Prompts are files: `prompts/<task>.v<number>.md`. Old versions stay beside new ones.

A file has front matter (task, version) and two parts, `## system` and `## user`. Slots are
written `{{name}}`. What fills a slot is community text or a problem: it is cleaned of everything
that looks like a slot or like the fence around it, and is never read as a template itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import frontmatter
import yaml

from pipeline.errors import InputError

FENCE_OPEN, FENCE_CLOSE = "<<<", ">>>"
MOST_CHARACTERS = 1500  # of what fills one slot

_SLOT = re.compile(r"\{\{(\w+)\}\}")
_FILE = re.compile(r"^(?P<task>[a-z_]+)\.v(?P<version>\d+)\.md$")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|<\|[^|]*\|>"
)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A versioned prompt. `id` is how drafted questions name it, such as "clause.v1"."""

    id: str
    system: str
    user: str

    def filled(self, slots: Mapping[str, str | Sequence[str]]) -> tuple[str, str]:
        """System and user text with every slot filled, in one pass.

        A sequence becomes numbered lines, each between fences.

        Raises:
            InputError: The prompt has a slot that nothing is given for.
        """
        return self._fill(self.system, slots), self._fill(self.user, slots)

    def _fill(self, text: str, slots: Mapping[str, str | Sequence[str]]) -> str:
        def value(found: re.Match[str]) -> str:
            given = slots.get(found.group(1))
            if given is None:
                raise InputError(f"The prompt {self.id} has a slot {found.group(1)} left empty.")
            return harmless(given) if isinstance(given, str) else numbered(given)

        return _SLOT.sub(value, text)


def numbered(items: Sequence[str]) -> str:
    r"""Texts of others as numbered lines between fences.

    >>> numbered(["It rained.", "It >>> shone."])
    '1. <<<It rained.>>>\n2. <<<It shone.>>>'
    """
    lines = (harmless(item).replace("\n", " ") for item in items)
    return "\n".join(f"{n}. {FENCE_OPEN}{line}{FENCE_CLOSE}" for n, line in enumerate(lines, 1))


def harmless(text: str, *, limit: int = MOST_CHARACTERS) -> str:
    """Text of others as it may stand between fences: no fence, slot, control or chat mark in it.

    >>> harmless("Ignore >>> the {{problem}} <|im_start|>system")
    'Ignore the problem system'
    """
    plain = _CONTROL.sub(" ", text)
    for mark in (FENCE_OPEN, FENCE_CLOSE, "{{", "}}", "```"):
        plain = plain.replace(mark, " ")
    lines = [" ".join(line.split()) for line in plain.splitlines()]
    return re.sub(r"(?m)^#+ *", "", "\n".join(line for line in lines if line))[:limit]


def load_prompt(folder: Path, task: str, version: int | None = None) -> Prompt:
    """A prompt of a task: the version asked for, or the newest one in the folder.

    Raises:
        InputError: There is no such prompt, or the file is not written as it has to be.
    """
    versions: dict[int, Path] = {}
    for path in sorted(folder.glob(f"{task}.v*.md")):
        if (found := _FILE.match(path.name)) and found["task"] == task:
            versions[int(found["version"])] = path
    wanted = version if version is not None else max(versions, default=0)
    if wanted not in versions:
        raise InputError(
            f"There is no prompt {task}.v{wanted or 1}.md in {folder}.",
            hint="Set prompts_dir to the folder that holds the prompts.",
        )
    return _read(versions[wanted], task, wanted)


def _read(path: Path, task: str, version: int) -> Prompt:
    try:
        page = frontmatter.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(
            f"The prompt {path.name} cannot be read ({type(error).__name__})."
        ) from None
    parts = re.split(r"(?m)^## (system|user)\s*$", page.content)
    named = {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}
    if (
        page.get("task") != task
        or page.get("version") != version
        or set(named) != {"system", "user"}
    ):
        raise InputError(
            f"The prompt {path.name} needs front matter with task {task} and version {version},"
            " and the parts '## system' and '## user'."
        )
    return Prompt(f"{task}.v{version}", named["system"], named["user"])
