"""The inputs from which fuzzing starts: small valid exports for every connector."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.fuzzing import seeds_chat, seeds_forums, seeds_pages
from benchmarks.fuzzing.inputs import Input

SEEDS: Mapping[str, Callable[[], list[Input]]] = {
    **seeds_chat.SEEDS,
    **seeds_forums.SEEDS,
    **seeds_pages.SEEDS,
}
"""For each connector, by its name, what makes its inputs. A new connector brings its own."""


def seeds_of(name: str) -> list[Input]:
    """The seeds of one connector.

    Raises:
        KeyError: It has none.
    """
    return SEEDS[name]()
