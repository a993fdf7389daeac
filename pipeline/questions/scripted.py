"""A chat model that says what it was told to say: for tests, and to try a prompt without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import DoubleloopError, ServiceError
from pipeline.questions.chat_model import Writes


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived."""

    system: str
    user: str
    schema: Mapping[str, Any] | None
    grammar: str | None
    max_tokens: int


class ScriptedChatModel:
    """Gives its answers one after the other; an error among them is raised instead.

    `calls` records every request. When the answers have run out it does not answer any more.

    >>> model = ScriptedChatModel(["yes"])
    >>> model.complete("system", "user"), len(model.calls)
    ('yes', 1)
    """

    def __init__(
        self,
        answers: Iterable[str | DoubleloopError],
        *,
        writes: Writes = "clauses",
        name: str = "scripted",
    ) -> None:
        self.name = name
        self.writes: Writes = writes
        self.calls: list[Call] = []
        self.closed = False
        self._answers = iter(answers)

    def complete(
        self,
        system: str,
        user: str,
        *,
        schema: Mapping[str, Any] | None = None,
        grammar: str | None = None,
        max_tokens: int = 256,
    ) -> str:
        """The next answer.

        Raises:
            ServiceError: No answer is left.
        """
        self.calls.append(Call(system, user, schema, grammar, max_tokens))
        answer = next(self._answers, None)
        if answer is None:
            raise ServiceError(f"The language model {self.name} did not answer.")
        if isinstance(answer, DoubleloopError):
            raise answer
        return answer

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True
