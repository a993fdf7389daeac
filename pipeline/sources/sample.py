"""The sample community that comes with the package."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

_FOLDER = Path(__file__).resolve().parent / "sample_community"


@dataclass(frozen=True, slots=True)
class SamplePair:
    """Two experiences of the sample that belong together, by their ids in the files, and why."""

    a: str
    b: str
    relation: Literal["same pattern", "contradicts"]
    why: str


def sample_folder() -> Path:
    """The folder with the sample community's experiences, to be read as `jsonl`."""
    return _FOLDER


@cache
def sample_pairs() -> tuple[SamplePair, ...]:
    """The pairs that were chosen by hand: the same pattern in two fields, or a contradiction."""
    pairs = json.loads((_FOLDER / "pairs.json").read_text(encoding="utf-8"))
    return tuple(SamplePair(p["a"], p["b"], p["relation"], p["why"]) for p in pairs)
