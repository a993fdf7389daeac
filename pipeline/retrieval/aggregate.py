"""From passages to experiences."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.retrieval.candidates import Ranked, Scored

FURTHER_SHARE = 0.1
"""Weight of an experience's second-best passage, against its best.

On a forum whose long posts were split, any share up to 0.2 ranked as well as none (nDCG@10
within .002 on 295 training questions); 0.5 was worse. It decides between equals only.
"""


def by_experience(
    passages: Sequence[Scored], *, further_share: float = FURTHER_SHARE
) -> list[Ranked]:
    """Experiences, best first; ties by cosine, then by id.

    An experience scores as its best passage, moved a little towards 1 by its second best: of
    two whose best passages are alike, the one with more to say about the problem stands first.

    >>> two = [Scored(1, "a", 0.5, 0.5, 1.0), Scored(2, "b", 0.5, 0.5, 1.0)]
    >>> [r.experience for r in by_experience([*two, Scored(3, "b", 0.4, 0.4, 0.0)])]
    ['b', 'a']
    """
    groups: dict[str, list[Scored]] = {}
    for passage in sorted(passages, key=lambda p: (-p.score, -p.dense, p.id)):
        groups.setdefault(passage.experience, []).append(passage)
    ranked = [_ranked(group, further_share) for group in groups.values()]
    ranked.sort(key=lambda r: (-r.score, -r.dense, r.experience))
    return ranked


def _ranked(group: Sequence[Scored], further_share: float) -> Ranked:
    first = group[0]
    if len(group) == 1:
        return Ranked(first.experience, first.score, first.dense, first.lexical, (first.id,))
    return Ranked(
        experience=first.experience,
        score=first.score + further_share * group[1].score * (1.0 - first.score),
        dense=max(p.dense for p in group),
        lexical=max(p.lexical for p in group),
        passages=tuple(p.id for p in group),
    )
