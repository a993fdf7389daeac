"""The tables. Every row belongs to a community; times are ISO 8601 text in UTC."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

migrations = Table(
    "migrations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("applied", String, nullable=False),
)

communities = Table(
    "communities",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("title", String, nullable=False, default=""),
    Column("version", Integer, nullable=False, default=0),
    Column("created", String, nullable=False),
)


def _community() -> Column[int]:
    return Column(
        "community", Integer, ForeignKey("communities.id", ondelete="CASCADE"), nullable=False
    )


sources = Table(
    "sources",
    metadata,
    Column("id", Integer, primary_key=True),
    _community(),
    Column("name", String, nullable=False),
    Column("connector", String, nullable=False),
    Column("path", String, nullable=False),
    Column("mapping", JSON, nullable=False, default=dict),
    Column("options", JSON, nullable=False, default=dict, server_default="{}"),
    Column("imported", String, nullable=False),
    UniqueConstraint("community", "name"),
)

documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    _community(),
    Column("source", Integer, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("key", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("run", Integer, nullable=False),
    UniqueConstraint("source", "key"),
    Index("documents_hash", "community", "content_hash"),
)

experiences = Table(
    "experiences",
    metadata,
    Column("id", String, primary_key=True),
    _community(),
    Column("document", Integer, ForeignKey("documents.id", ondelete="CASCADE"), index=True),
    Column("kind", String, nullable=False, default="shared"),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("parts", JSON, nullable=False),
    Column("author", String),
    Column("discipline", String),
    Column("date", String),
    Column("origin", Text, nullable=False, default=""),
    Column("status", String, nullable=False, default="unknown"),
    Column("links", JSON, nullable=False, default=list, server_default="[]"),
    Column("votes", JSON),
    Column("added", String, nullable=False),
    Index("experiences_date", "community", "date"),
)

experience_tags = Table(
    "experience_tags",
    metadata,
    Column(
        "experience", String, ForeignKey("experiences.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("tag", String, primary_key=True),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "experience",
        String,
        ForeignKey("experiences.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("part", String, nullable=False),
    sqlite_autoincrement=True,
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column(
        "experience",
        String,
        ForeignKey("experiences.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("status", String, nullable=False),
    Column("context", Text, nullable=False, default=""),
    Column("date", String),
    Column("author", String),
    Column("from_source", Boolean, nullable=False, default=False),
    Column("recorded", String, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    _community(),
    Column("kind", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("started", String, nullable=False),
    Column("seconds", Float, nullable=False, default=0.0),
    Column("detail", JSON, nullable=False),
)

earlier_versions = Table(
    "earlier_versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", Integer, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("source", Integer, ForeignKey("sources.id", ondelete="CASCADE"), nullable=False),
    Column("key", String, nullable=False),
    Column("version", JSON, nullable=False),
    Index("earlier_versions_run", "run"),
    Index("earlier_versions_key", "source", "key"),
)
"""Documents as they were before an import changed or removed them, so that it can be undone."""

questions = Table(
    "questions",
    metadata,
    Column("id", String, primary_key=True),
    _community(),
    Column("run", Integer, ForeignKey("runs.id", ondelete="CASCADE"), nullable=False),
    Column("problem", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("lens", String, nullable=False),
    Column("loop", String, nullable=False),
    Column("assumption", Text, nullable=False),
    Column("sibling", Text, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("status", String, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("drafted_by", String, nullable=False),
    Column("model", String, nullable=False),
    Column("prompt", String, nullable=False),
    Column("pattern", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("created", String, nullable=False),
    Index("questions_shown", "community", "status"),
)

open_problems = Table(
    "open_problems",
    metadata,
    Column("id", Integer, primary_key=True),
    _community(),
    Column("problem", Text, nullable=False),
    Column("filter", JSON, nullable=False),
    Column("kept", String, nullable=False),
    Column("kept_by", String, nullable=False),
    Column("looked_up_to", Integer, nullable=False, default=0),
    Column("looked_at", String),
    Column("closed", String),
    Index("open_problems_community", "community", "closed"),
    sqlite_autoincrement=True,
)

notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("problem", Integer, ForeignKey("open_problems.id", ondelete="CASCADE"), nullable=False),
    Column("experience", String, nullable=False, index=True),
    Column("nearness", Float, nullable=False),
    Column("found", String, nullable=False),
    Column("seen", String),
    Column("known_before", Boolean, nullable=False, default=False),
    UniqueConstraint("problem", "experience"),
    sqlite_autoincrement=True,
)
"""One for a problem and an experience, ever: so the experience is no foreign key, for a changed
document is taken out and put back. Those `known_before` were there when the problem was kept."""

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    _community(),
    Column("author", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False, default=""),
    Column("joined", String, nullable=False),
    Column("recorded_by", String, nullable=False),
    UniqueConstraint("community", "author"),
)
"""Who agreed to be named. Leaving deletes the row."""

saved_searches = Table(
    "saved_searches",
    metadata,
    Column("id", Integer, primary_key=True),
    _community(),
    Column("owner", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("filter", JSON, nullable=False),
    Column("order", String, nullable=False),
    Column("saved", String, nullable=False),
    Column("last_run", String),
    Column("looked_up_to", Integer, nullable=False, default=0),
    UniqueConstraint("community", "owner", "key"),
)
"""`key` is the name without case and needless space: two names that read alike are one."""
