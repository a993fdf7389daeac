"""What an encoder is: the narrow seam between texts and vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (n, d): one row for each of n texts, d numbers in each."""

Progress = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into vectors whose dot product says how near they are in meaning.

    `id` and `revision` name the model exactly: vectors of two encoders that differ in either
    must never meet in one index. `described` says in one line what was loaded and from where.
    """

    @property
    def id(self) -> str:
        """Name of the encoder, for example "all-MiniLM-L6-v2"."""
        ...

    @property
    def revision(self) -> str:
        """What exactly it is: a checksum prefix or version."""
        ...

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    @property
    def normalised(self) -> bool:
        """True when rows have length 1, so that a dot product is the cosine."""
        ...

    @property
    def max_tokens(self) -> int:
        """Longest text it reads, in its own tokens; what follows is not seen."""
        ...

    @property
    def described(self) -> str:
        """One line: which model, and where it was found."""
        ...

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> Vectors:
        """Vectors of shape (n texts, d dimensions), in the order of the texts.

        Rows have length 1, so `a @ b` is the cosine: 1 is identical, higher is nearer. A text
        in which the encoder finds nothing may give a row of zeros.
        """
        ...
