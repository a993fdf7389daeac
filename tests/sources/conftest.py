"""Small files of many kinds, and the one way in which tests read them."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.registry import connector


class Made:
    """Writes files into a folder and reads them with a connector."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def packed(self, name: str, content: str) -> Path:
        return self.file(name, gzip.compress(content.encode()))

    def lines(self, name: str, *records: object) -> Path:
        return self.file(name, "".join(json.dumps(record) + "\n" for record in records))

    def read(
        self, path: Path, name: str, options: ReadOptions | None = None
    ) -> tuple[list[Document], list[Skipped]]:
        records = list(connector(name).read(path, options or ReadOptions()))
        documents = [record for record in records if isinstance(record, Document)]
        return documents, [record for record in records if isinstance(record, Skipped)]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    return Made(tmp_path)
