"""The community's database, which is the truth: everything else can be rebuilt from it.

- `Store`: experiences, passages, facets, the outcome ledger, runs
- `incoming`: one import as one transaction; `contribute`, `remove_experience`
- `Staged`: what a long import has ready before it is committed
- `past_imports`, `undo_import`: the history of imports
- `keep_questions`, `asked_before`: the bank of questions
- `source_name`, `known_sources`: what was imported under which name
"""

from pipeline.store.database import FILE_NAME, Database
from pipeline.store.history import past_imports, undo_import
from pipeline.store.incoming import (
    Incoming,
    Known,
    contribute,
    incoming,
    known_documents,
    remove_experience,
)
from pipeline.store.question_bank import asked_before, keep_questions, problems
from pipeline.store.source_names import KnownSource, known_sources, source_name
from pipeline.store.staged import Prepared, Staged, document_rows
from pipeline.store.store import Facets, Store
from pipeline.store.translate import translated

__all__ = [
    "FILE_NAME",
    "Database",
    "Facets",
    "Incoming",
    "Known",
    "KnownSource",
    "Prepared",
    "Staged",
    "Store",
    "asked_before",
    "contribute",
    "document_rows",
    "incoming",
    "keep_questions",
    "known_documents",
    "known_sources",
    "past_imports",
    "problems",
    "remove_experience",
    "source_name",
    "translated",
    "undo_import",
]
