"""Who acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. In local mode that is the owner of the machine."""

    name: str = "owner"
    role: Literal["owner", "facilitator", "analyst", "member"] = "owner"


OWNER = Actor()
