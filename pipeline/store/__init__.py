"""The community's database, which is the truth: everything else can be rebuilt from it.

- `Store`: experiences, passages, facets, the outcome ledger, runs
- `incoming`: one import as one transaction; `contribute`, `remove_experience`
- `Staged`: what a long import has ready before it is committed
- `past_imports`, `undo_import`: the history of imports
- `keep_questions`, `asked_before`: the bank of questions
- `keep_problem`, `kept_problems`, `keep_notices`: open problems and what came for them
- `join_people`, `leave_people`, `named_people`: who agreed to be named
- `save_search`, `kept_searches`: searches with a name
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
from pipeline.store.open_problems import (
    came_after,
    close_problem,
    keep_notices,
    keep_problem,
    kept_problems,
    open_problem,
    problem_notices,
    see_notices,
)
from pipeline.store.people import (
    Told,
    authors_in,
    has_told,
    join_people,
    leave_people,
    named_people,
    told_in,
)
from pipeline.store.question_bank import asked_before, keep_questions, problems
from pipeline.store.saved_searches import (
    delete_search,
    kept_searches,
    last_passage,
    rename_search,
    save_search,
    saved_search,
    search_was_run,
)
from pipeline.store.source_names import KnownSource, known_sources, source_name
from pipeline.store.staged import Prepared, Staged, document_rows
from pipeline.store.store import Facets, Store
from pipeline.store.translate import translated
from pipeline.store.where_json import where_from_json, where_to_json

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
    "Told",
    "asked_before",
    "authors_in",
    "came_after",
    "close_problem",
    "contribute",
    "delete_search",
    "document_rows",
    "has_told",
    "incoming",
    "join_people",
    "keep_notices",
    "keep_problem",
    "keep_questions",
    "kept_problems",
    "kept_searches",
    "known_documents",
    "known_sources",
    "last_passage",
    "leave_people",
    "named_people",
    "open_problem",
    "past_imports",
    "problem_notices",
    "problems",
    "remove_experience",
    "rename_search",
    "save_search",
    "saved_search",
    "search_was_run",
    "see_notices",
    "source_name",
    "told_in",
    "translated",
    "undo_import",
    "where_from_json",
    "where_to_json",
]
