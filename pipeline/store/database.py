"""Opening a community's database: SQLite in WAL mode through SQLAlchemy Core."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Table, create_engine, event, insert, select, text, update

from pipeline.store.migrations import MIGRATIONS, applied, migrate
from pipeline.store.rows import now
from pipeline.store.schema import communities
from pipeline.store.translate import busy, translated

FILE_NAME = "community.db"
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA temp_store=MEMORY",
)


class Database:
    """One community's database file. What a `write` block did is committed when it ends.

    One process writes at a time, held by a lock file beside the database; readers are never
    blocked. Within the process, threads take turns.
    """

    def __init__(self, folder: Path, *, name: str) -> None:
        self.path = folder / FILE_NAME
        self.name = name
        self._turn = threading.RLock()
        self._view = threading.local()
        with translated(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = FileLock(folder / "writing.lock", thread_local=False)
            self._engine = create_engine(f"sqlite:///{self.path}")
            event.listen(self._engine, "connect", _prepare)
            event.listen(self._engine, "begin", _begin)
            self._migrate()
            self.community = self._community_id()

    def _migrate(self) -> None:
        with self._engine.connect() as connection:
            if len(applied(connection)) == len(MIGRATIONS):
                return
        with self.write() as connection:
            migrate(connection)

    def _community_id(self) -> int:
        query = select(communities.c.id).where(communities.c.name == self.name)
        with self.read() as connection:
            found = connection.execute(query).scalar()
        if found is not None:
            return int(found)
        with self.write() as connection:
            values = {"name": self.name, "title": self.name, "created": now()}
            return new_row(connection, communities, **values)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state."""
        held: Connection | None = getattr(self._view, "connection", None)
        if held is not None:
            yield held
            return
        with translated(self.path), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def one_view(self) -> Iterator[None]:
        """Let all reads of this thread see one and the same state, over one connection.

        What is written meanwhile is not seen until the block ends.
        """
        with self.read() as connection:
            self._view.connection = connection
            try:
                yield
            finally:
                self._view.connection = None

    @contextmanager
    def write(self, *, wait: float = 10.0) -> Iterator[Connection]:
        """A transaction: all of it is kept, or nothing when the block raises.

        Raises:
            StoreBusy: Another process is still writing after `wait` seconds.
            StoreFull: The disk is full; nothing was changed.
        """
        with (
            self._turn,
            self.writing(wait=wait),
            translated(self.path),
            self._engine.begin() as connection,
        ):
            yield connection

    @contextmanager
    def writing(self, *, wait: float = 0.0) -> Iterator[None]:
        """Be the only writing process of this community; may be nested.

        Raises:
            StoreBusy: Another process holds the lock.
        """
        try:
            held = self._lock.acquire(timeout=wait)
        except Timeout as error:
            raise busy(self.path) from error
        with held:
            yield

    def version(self) -> int:
        """A number that grows whenever experiences or their outcomes change."""
        query = select(communities.c.version).where(communities.c.id == self.community)
        with self.read() as connection:
            return int(connection.execute(query).scalar_one())

    def changed(self, connection: Connection) -> None:
        """Note, within a transaction, that experiences or their outcomes changed."""
        mine = update(communities).where(communities.c.id == self.community)
        connection.execute(mine.values(version=communities.c.version + 1))

    def tidy(self) -> None:
        """Empty the write-ahead log into the file, so that words that were deleted leave it too.

        While somebody is reading it stays as it is, and is emptied with a later write.
        """
        with translated(self.path), self._engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            if raw is not None:
                cursor = raw.cursor()
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                cursor.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def new_row(connection: Connection, table: Table, **values: Any) -> int:
    """Insert one row and return its number."""
    key = connection.execute(insert(table).values(**values)).inserted_primary_key
    return int(key[0]) if key else 0


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's own BEGIN below decides
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.execute(text("BEGIN"))
