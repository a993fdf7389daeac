"""What is typical of each field of a community, learned once for each state of it."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from pipeline.flow.workspace import Workspace
from pipeline.retrieval.candidates import Reader
from pipeline.retrieval.masking import Fields, learn_fields

_kept: WeakKeyDictionary[Workspace, tuple[int, Fields]] = WeakKeyDictionary()
_turn = threading.Lock()


def fields_of(workspace: Workspace, read: Reader) -> Fields:
    """What is typical of each discipline, or of each source where disciplines are not named."""
    version = workspace.store.database.version()
    with _turn:
        there = _kept.get(workspace)
    if there is not None and there[0] == version:
        return there[1]
    facets = workspace.store.facets()
    learned = learn_fields(
        workspace.index, read, disciplines=facets.disciplines, sources=facets.sources
    )
    with _turn:
        _kept[workspace] = (version, learned)
    return learned
