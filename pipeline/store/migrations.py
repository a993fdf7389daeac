"""Changes to the tables, as a numbered list. What was applied stands in the table `migrations`.

A new change is a new function at the end of `MIGRATIONS`; an applied one is never edited.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, inspect, select, text

from pipeline.errors import StoreError
from pipeline.store.schema import metadata, migrations

Migration = Callable[[Connection], None]


def first_tables(connection: Connection) -> None:
    """The tables of version 0.1."""
    metadata.create_all(connection)


def ledger_is_append_only(connection: Connection) -> None:
    """An outcome, once recorded, is never altered; only withdrawing its experience removes it."""
    connection.execute(
        text(
            "CREATE TRIGGER outcomes_append_only BEFORE UPDATE ON outcomes "
            "BEGIN SELECT RAISE(ABORT, 'the outcome ledger is append-only'); END"
        )
    )


def imports_can_be_undone(connection: Connection) -> None:
    """What an import changed is kept; experiences have links and votes, sources their options."""
    metadata.create_all(connection)
    wanted = {
        "sources": {"options": "JSON NOT NULL DEFAULT '{}'"},
        "experiences": {"links": "JSON NOT NULL DEFAULT '[]'", "votes": "JSON"},
    }
    for table, columns in wanted.items():
        there = {column["name"] for column in inspect(connection).get_columns(table)}
        for column, kind in columns.items():
            if column not in there:
                connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {column} {kind}"))


def members_keep_things(connection: Connection) -> None:
    """Open problems, saved searches, who may be named; no entry of the ledger can be lost alone.

    An entry goes only with its experience (whose row is gone before those that hang on it), and
    neither is written over: SQLite's "OR REPLACE" would delete without asking.
    """
    metadata.create_all(connection)
    refusals = {
        "outcomes_stay BEFORE DELETE ON outcomes "
        "WHEN EXISTS (SELECT 1 FROM experiences WHERE id = OLD.experience)": (
            "the outcome ledger is append-only"
        ),
        "outcomes_not_replaced BEFORE INSERT ON outcomes "
        "WHEN EXISTS (SELECT 1 FROM outcomes WHERE id = NEW.id)": (
            "the outcome ledger is append-only"
        ),
        "experiences_not_replaced BEFORE INSERT ON experiences "
        "WHEN EXISTS (SELECT 1 FROM experiences WHERE id = NEW.id)": (
            "an experience is not written over"
        ),
    }
    for when, why in refusals.items():
        connection.execute(text(f"CREATE TRIGGER {when} BEGIN SELECT RAISE(ABORT, '{why}'); END"))


MIGRATIONS: tuple[Migration, ...] = (
    first_tables,
    ledger_is_append_only,
    imports_can_be_undone,
    members_keep_things,
)


def applied(connection: Connection) -> set[int]:
    """Numbers of the migrations that this database already has."""
    if not inspect(connection).has_table(migrations.name):
        return set()
    return set(connection.execute(select(migrations.c.number)).scalars())


def migrate(connection: Connection) -> int:
    """Apply what is missing, in order; returns how many were applied.

    Raises:
        StoreError: The database was written by a newer version of doubleloop.
    """
    done = applied(connection)
    if done and max(done) > len(MIGRATIONS):
        raise StoreError(
            "This community's database was written by a newer doubleloop "
            f"(migration {max(done)}, this version knows {len(MIGRATIONS)}).",
            hint="Update doubleloop.",
        )
    missing = [(n, m) for n, m in enumerate(MIGRATIONS, start=1) if n not in done]
    for number, migration in missing:
        migration(connection)
        connection.execute(
            insert(migrations).values(
                number=number, name=migration.__name__, applied=datetime.now(UTC).isoformat()
            )
        )
    return len(missing)
