"""Proposals of Decidim with what people commented: open data CSV, API JSON and JSON lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.deliberation._decidim_debates import debates
from pipeline.sources.deliberation._decidim_records import Item, items, kind_of
from pipeline.sources.reading.files import Sample, files_below, look_at

_LOOKED_AT = 12
_ASIDE = ("readme", "license", "licence", "copying")


class Decidim:
    """Reads one document from each proposal, with its comments as posts."""

    name = "decidim"
    title = "Decidim proposals and comments"
    description = "a folder or file with proposals and comments: open data CSV, JSON, JSON lines"

    def recognise(self, sample: Sample) -> float:
        """Certain of records with the fields of proposals or comments, and of a folder of them."""
        if not sample.folder:
            return 0.97 if kind_of(sample) else 0.0
        names = [name for name in sample.names if not name.lower().startswith(_ASIDE)]
        looks = [sample.within(name) for name in names[: _LOOKED_AT + 1]]
        kinds = [kind_of(look) if look else None for look in looks]
        return 0.95 if "proposals" in kinds and None not in kinds else 0.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every proposal as a document, every record that is left out as skipped."""
        return accounted(debates(_records(path, options), options), options)


def _records(path: Path, options: ReadOptions) -> Iterator[Item | Skipped]:
    if not path.is_dir():
        yield from items(path, options)
        return
    found = False
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file
            continue
        name = file.relative_to(path).as_posix()
        try:
            ours = kind_of(look_at(file)) is not None
        except UnreadableSource as error:
            yield Skipped(name, error.message)
            continue
        if ours:
            found = True
            yield from items(file, options)
        else:
            yield Skipped(name, "neither proposals nor comments")
    if not found:
        raise UnreadableSource(f"The folder {path} holds no proposals or comments of Decidim.")


CONNECTOR = Decidim()
