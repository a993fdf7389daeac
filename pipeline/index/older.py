"""Reading an index as the first version wrote it: three files, all of them read into memory.

The next change writes it as segments.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from pipeline.index.categories import coded
from pipeline.index.columns import CODED, Columns
from pipeline.index.columns import joined as joined_columns
from pipeline.index.faiss_index import read_plain
from pipeline.index.files import damaged
from pipeline.index.manifest import Manifest
from pipeline.index.postings import Postings
from pipeline.index.segment import Segment
from pipeline.index.vectors import Vectors

FORMAT = 1


def read_older(manifest: Manifest, folder: Path) -> Segment:
    """The rows of an index of format 1, in memory.

    Raises:
        StoreError: A file is damaged.
    """
    rows, words, vectors = (folder / name for name in sorted(manifest.files, key=_place))
    try:
        with np.load(rows, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        names = json.loads(words.read_text(encoding="utf-8"))
        matrix = read_plain(vectors, dimension=manifest.dimension)
        columns = _columns(arrays, names)
        slots = np.flatnonzero(arrays["alive"])
        in_order, order = joined_columns([(columns, slots)])
        postings = Postings.of_rows(
            names["terms"], arrays["term_lengths"], arrays["term_codes"], arrays["term_counts"]
        )
    except (OSError, ValueError, KeyError, IndexError) as error:
        raise damaged(folder, str(error)) from error
    taken = slots if order is None else slots[order]
    return Segment(in_order, postings.taken(taken), Vectors(matrix[taken]))


def _place(name: str) -> int:
    return ("rows", "words", "vectors").index(name.partition("-")[0])


def _columns(arrays: dict[str, np.ndarray], names: dict[str, list[object]]) -> Columns:
    """Columns of all slots, those of removed rows among them."""
    made = {}
    for name in CODED:
        values = names[name]
        texts = [json.dumps(value) if name == "tags" else value for value in values]
        made[name] = coded([texts[code] for code in arrays[f"code_{name}"].tolist()])
    return Columns(
        arrays["ids"],
        arrays["created"],
        {name: codes for name, (_, codes) in made.items()},
        {name: categories for name, (categories, _) in made.items()},
    )
