"""What several experiences share or why they differ, with a verbatim quote for every claim."""

from pipeline.patterns.contrast import Contrast, Side, find_contrasts
from pipeline.patterns.mine import mine_patterns, pattern_of, stanced, varied
from pipeline.patterns.verify import keep_verified, verified

__all__ = [
    "Contrast",
    "Side",
    "find_contrasts",
    "keep_verified",
    "mine_patterns",
    "pattern_of",
    "stanced",
    "varied",
    "verified",
]
