"""The community's database, which is the truth: everything else can be rebuilt from it.

- `Store`: experiences, passages, facets, the outcome ledger, runs
- `incoming`: one import as one transaction; `contribute`, `remove_experience`
- `keep_questions`, `asked_before`: the bank of questions
- `source_name`, `known_sources`: what was imported under which name
"""

from pipeline.store.database import FILE_NAME, Database
from pipeline.store.incoming import Incoming, Prepared, contribute, incoming, remove_experience
from pipeline.store.question_bank import asked_before, keep_questions, problems
from pipeline.store.source_names import KnownSource, known_sources, source_name
from pipeline.store.store import Facets, Store
from pipeline.store.translate import translated

__all__ = [
    "FILE_NAME",
    "Database",
    "Facets",
    "Incoming",
    "KnownSource",
    "Prepared",
    "Store",
    "asked_before",
    "contribute",
    "incoming",
    "keep_questions",
    "known_sources",
    "problems",
    "remove_experience",
    "source_name",
    "translated",
]
