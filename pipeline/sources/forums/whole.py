"""Whether a folder as a whole is one export: all that counts in it is of one kind."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.sources.reading.files import Sample, suffix

LOOKED_AT = 5
"""Files of a folder that are looked into, spread over it."""

_BESIDE = re.compile(
    r"(.*/)?((readme|licen[cs]e|copying|manifest)([._-][^/]*)?|schema\.json)",
    re.IGNORECASE,
)


def same_kind(sample: Sample, suffixes: tuple[str, ...], is_one: Callable[[Sample], bool]) -> float:
    """How sure it is that a folder holds files of one kind and nothing else.

    Args:
        sample: The folder.
        suffixes: What the names of such files end in.
        is_one: Whether a file is of that kind.

    Returns:
        0.95 when all that were looked at are and there are no others (a README does not count),
        0.4 when only some are, else 0.
    """
    names = [name for name in sample.names if not _BESIDE.fullmatch(name)]
    such = [name for name in names if suffix(name) in suffixes]
    if not such:
        return 0.0
    step = max(1, len(such) // LOOKED_AT)
    picked = such[::step][:LOOKED_AT]
    right = [is_one(look) for name in picked if (look := sample.within(name))]
    if right and all(right) and len(such) == len(names):
        return 0.95
    return 0.4 if any(right) else 0.0
