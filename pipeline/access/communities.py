"""Communities on this machine: their names and folders."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import InputError

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
RESERVED = {"models", "cache", "keys"}


def community_folder(home: Path, name: str) -> Path:
    """Where a community's data lie; the folder need not exist.

    >>> community_folder(Path("indexes"), "nurses").as_posix()
    'indexes/nurses'

    Raises:
        InputError: The name could lead out of the data folder or is reserved.
    """
    if not NAME.fullmatch(name) or name in RESERVED:
        raise InputError(
            f"'{name}' cannot be the name of a community.",
            hint="Use lower-case letters, digits, - and _, beginning with a letter or digit.",
        )
    return home / name


def community_names(home: Path, *, file_name: str) -> list[str]:
    """Names of the communities that have data here, in alphabetical order."""
    if not home.is_dir():
        return []
    folders = (path for path in home.iterdir() if NAME.fullmatch(path.name))
    return sorted(path.name for path in folders if (path / file_name).is_file())
