"""The map of topics: what flow computes, keeps and shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np

from pipeline.basics import digest
from pipeline.errors import InputError
from pipeline.records import Topic
from pipeline.topics.cluster import Labels, Matrix, cluster
from pipeline.topics.label import keywords, label, representatives
from pipeline.topics.layout import layout

TOPICS_VERSION = "leiden-ctfidf-tsne 1"
"""Changes when the same experiences would give another map."""


class Point(NamedTuple):
    """Where an experience lies on the map; coordinates between -1 and 1."""

    experience: str
    x: float
    y: float
    topic: str


@dataclass(frozen=True, slots=True)
class TopicMap:
    """Topics, largest first, and a point for every experience, in the order given."""

    topics: tuple[Topic, ...]
    points: tuple[Point, ...]

    def to_json(self, made_from: str) -> str:
        """The map as JSON, with the digest of what it was made from."""
        whole = {
            "made_from": made_from,
            "version": TOPICS_VERSION,
            "topics": [asdict(topic) for topic in self.topics],
            "points": self.points,
        }
        return json.dumps(whole, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str, made_from: str) -> TopicMap:
        """The map that `to_json` wrote.

        Raises:
            ValueError: It was made from something else, by another version, or is damaged.
        """
        whole = json.loads(text)
        try:
            if (whole["made_from"], whole["version"]) != (made_from, TOPICS_VERSION):
                raise ValueError("The topics were made from other experiences.")
            topics = tuple(_topic(fields) for fields in whole["topics"])
            return cls(topics, tuple(Point(*fields) for fields in whole["points"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"The topics cannot be read: {error!r}.") from None


def map_topics(ids: Sequence[str], vectors: Matrix, texts: Sequence[str]) -> TopicMap:
    """Topics of experiences and their places on a map.

    A topic's id comes from its most central member: the same data gives the same ids, and a
    topic whose middle stays keeps its id when others arrive.

    Args:
        ids: Ids of n experiences.
        vectors: Shape (n, d), rows of length 1 (or zeros): the mean of an experience's passages.
        texts: What each says; keywords are taken from it.

    Raises:
        InputError: The three are not of one length.
    """
    if not len(ids) == len(vectors) == len(texts):
        raise InputError(
            f"{len(ids)} experiences, {len(vectors)} vectors and {len(texts)} texts do not match.",
            hint="Rebuild the index with: doubleloop index --rebuild",
        )
    if not ids:
        return TopicMap((), ())
    vectors = np.ascontiguousarray(vectors, dtype=np.float32)
    labels = cluster(vectors)
    topics = _topics(ids, vectors, texts, labels)
    places = layout(vectors)
    points = tuple(
        Point(id_, round(float(x), 4), round(float(y), 4), topics[group].id)
        for id_, (x, y), group in zip(ids, places, labels, strict=True)
    )
    return TopicMap(tuple(topics), points)


def _topics(
    ids: Sequence[str], vectors: Matrix, texts: Sequence[str], labels: Labels
) -> list[Topic]:
    words = keywords(texts, labels)
    central = representatives(ids, vectors, labels)
    members: list[list[str]] = [[] for _ in words]
    for id_, group in zip(ids, labels, strict=True):
        members[group].append(id_)
    return [
        Topic(
            id=f"t{digest(central[group][0])[:8]}",
            label=label(words[group], number=group),
            keywords=tuple(words[group]),
            members=tuple(members[group]),
            representatives=central[group],
            share=len(members[group]) / len(ids),
        )
        for group in range(len(words))
    ]


def _topic(fields: dict[str, object]) -> Topic:
    lists = ("keywords", "members", "representatives")
    return Topic(**{k: tuple(v) if k in lists else v for k, v in fields.items()})  # type: ignore[arg-type]
