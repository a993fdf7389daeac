"""The frames of all lenses: at least eight for each."""

from pipeline.questions.frames import (
    assumption,
    evidence,
    framing,
    learning,
    success,
    value,
    voice,
)
from pipeline.questions.frames.frame import Frame

FRAMES: tuple[Frame, ...] = (
    *assumption.FRAMES,
    *value.FRAMES,
    *framing.FRAMES,
    *success.FRAMES,
    *evidence.FRAMES,
    *voice.FRAMES,
    *learning.FRAMES,
)

__all__ = ["FRAMES", "Frame"]
