"""The history of imports, and taking one back."""

from __future__ import annotations

from pipeline.access import require
from pipeline.flow.indexing import index_community
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.reports import PastImport
from pipeline.store import past_imports, undo_import


def imports(workspace: Workspace, *, limit: int = 100) -> list[PastImport]:
    """The imports of a community, newest first."""
    require(workspace.actor, "read")
    return past_imports(workspace.store, limit=limit)


def undo(
    workspace: Workspace, run: int, *, lose_entries: bool = False, progress: Progress = silent
) -> PastImport:
    """Take one import back and bring the index up to date; see `store.undo_import`.

    Raises:
        NothingFound: There is no such import.
        InputError: It cannot be undone; says why and what would have to come first.
    """
    require(workspace.actor, "import")
    past = undo_import(workspace.store, run, lose_entries=lose_entries)
    index_community(workspace, progress=progress)
    return past
