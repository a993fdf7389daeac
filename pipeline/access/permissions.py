"""What an actor may see and do. In local mode the owner may do everything."""

from __future__ import annotations

from typing import Literal

from pipeline.errors import NotAllowed
from pipeline.records import Actor, Where

Action = Literal["read", "contribute", "import", "index", "facilitate"]

MAY: dict[str, frozenset[Action]] = {
    "owner": frozenset({"read", "contribute", "import", "index", "facilitate"}),
    "facilitator": frozenset({"read", "contribute", "facilitate"}),
    "analyst": frozenset({"read"}),
    "member": frozenset({"read", "contribute"}),
}


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor's role allows the action."""
    return action in MAY.get(actor.role, frozenset())


def require(actor: Actor, action: Action) -> None:
    """Let pass, or refuse.

    Raises:
        NotAllowed: The actor's role does not allow the action.
    """
    if not may(actor, action):
        raise NotAllowed(f"A {actor.role} may not {action} here.", hint="Ask the owner.")


def visible(actor: Actor, where: Where) -> Where:
    """The part of a filter that the actor may see; without permission it matches nothing."""
    return where if may(actor, "read") else Where(nothing=True)
