"""Topics of small made communities, with word-count vectors."""

import json
import random
from collections import Counter

import numpy as np
import pytest

from pipeline.embeddings.words import WordCountEncoder
from pipeline.errors import InputError
from pipeline.topics import TopicMap, map_topics
from pipeline.topics.cluster import centroids, cluster
from pipeline.topics.label import class_tf_idf, keywords
from pipeline.topics.layout import DRAWN, layout

GROUPS = {
    "ward": "nurse ward patient medication dose pharmacy bedside bleeding surgeon",
    "fire": "ridge crew hose smoke radio ember burnover lookout helicopter",
    "school": "pupil teacher classroom exam reading lesson curriculum headteacher",
    "disk": "backup restore server database snapshot outage replication latency",
}


def planted(each: int = 12) -> tuple[list[str], list[str]]:
    """Ids that begin with their group, and texts of six words of it and two of all."""
    pick = random.Random(7)
    ids, texts = [], []
    for number in range(each):
        for group, words in GROUPS.items():
            ids.append(f"{group}-{number}")
            own = pick.choices(words.split(), k=6)
            texts.append(" ".join([*own, "and the community in 2019"]))
    return ids, texts


def mapped(ids: list[str], texts: list[str]) -> TopicMap:
    return map_topics(ids, WordCountEncoder().encode(texts), texts)


def test_planted_groups_are_found() -> None:
    found = mapped(*planted())
    for topic in found.topics:
        groups = Counter(member.split("-")[0] for member in topic.members)
        assert groups.most_common(1)[0][1] / len(topic.members) > 0.9
    assert 4 <= len(found.topics) <= 8


def test_keywords_and_labels_are_words_of_the_group() -> None:
    for topic in mapped(*planted()).topics:
        group = topic.members[0].split("-")[0]
        assert set(topic.keywords[:5]) <= set(GROUPS[group].split())
        assert topic.label == " · ".join(topic.keywords[:3])


def test_every_experience_is_in_one_topic_and_on_the_map() -> None:
    ids, texts = planted()
    found = mapped(ids, texts)
    assert sorted(m for topic in found.topics for m in topic.members) == sorted(ids)
    assert [point.experience for point in found.points] == ids
    assert sum(topic.share for topic in found.topics) == pytest.approx(1.0)
    of = {member: topic.id for topic in found.topics for member in topic.members}
    assert all(of[point.experience] == point.topic for point in found.points)


def test_topics_come_largest_first_with_distinct_ids() -> None:
    found = mapped(*planted())
    sizes = [len(topic.members) for topic in found.topics]
    assert sizes == sorted(sizes, reverse=True)
    assert len({topic.id for topic in found.topics}) == len(sizes)


def test_representatives_are_members() -> None:
    for topic in mapped(*planted()).topics:
        assert topic.representatives
        assert set(topic.representatives) <= set(topic.members)


def test_the_same_experiences_give_the_same_map() -> None:
    assert mapped(*planted()) == mapped(*planted())


def test_a_map_survives_json_and_another_origin_is_refused() -> None:
    found = mapped(*planted(3))
    text = found.to_json("abc")
    assert TopicMap.from_json(text, "abc") == found
    with pytest.raises(ValueError, match="other experiences"):
        TopicMap.from_json(text, "abd")


@pytest.mark.parametrize("damage", ["{", "[]", '{"made_from": "abc"}', "null"])
def test_a_damaged_map_is_refused(damage: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        TopicMap.from_json(damage, "abc")


def test_a_topic_of_an_unknown_shape_is_refused() -> None:
    whole = json.loads(mapped(*planted(3)).to_json("abc"))
    whole["topics"][0]["colour"] = "red"
    with pytest.raises(ValueError, match="cannot be read"):
        TopicMap.from_json(json.dumps(whole), "abc")


@pytest.mark.parametrize("count", [1, 2, 3, 5, 9])
def test_few_experiences_are_mapped_without_loss(count: int) -> None:
    ids, texts = planted()
    found = mapped(ids[:count], texts[:count])
    assert sum(len(topic.members) for topic in found.topics) == count
    assert all(np.isfinite([point.x, point.y]).all() for point in found.points)


def test_nothing_gives_an_empty_map() -> None:
    assert map_topics([], np.empty((0, 8), np.float32), []) == TopicMap((), ())


def test_lengths_that_do_not_match_are_refused() -> None:
    with pytest.raises(InputError, match="do not match"):
        map_topics(["a"], np.zeros((2, 8), np.float32), ["x", "y"])


def test_experiences_without_any_words_stay_together_in_one_topic() -> None:
    ids, texts = planted()
    found = mapped([*ids, "x", "y"], [*texts, "???", "..."])
    (topic,) = [topic for topic in found.topics if "x" in topic.members]
    assert topic.members == ("x", "y")
    assert topic.label.startswith("Topic ")


def test_equal_experiences_are_one_topic() -> None:
    assert len(mapped([f"e{n}" for n in range(30)], ["the pump failed"] * 30).topics) == 1


def test_groups_are_numbered_from_the_largest() -> None:
    _, texts = planted()
    labels = cluster(WordCountEncoder().encode([*texts, *texts[::4]]))
    sizes = np.bincount(labels)
    assert (np.diff(sizes) <= 0).all()


def test_class_tf_idf_agrees_with_its_formula() -> None:
    worth = class_tf_idf(np.array([[2, 0, 2], [0, 4, 4]]))
    assert worth[0, 0] == pytest.approx(2 / 4 * np.log(1 + 6 / 2))
    assert worth[1, 2] == pytest.approx(4 / 8 * np.log(1 + 6 / 6))
    assert worth[0, 1] == 0


def test_keywords_leave_out_stop_words_and_numbers_and_join_forms() -> None:
    texts = ["The 27 pumps and the pump of 1999", "pumps were here", "a garden"]
    words = keywords(texts, np.array([0, 0, 1]))
    assert words == [["pumps"], ["garden"]]


def test_layout_keeps_groups_apart() -> None:
    ids, texts = planted(20)
    places = layout(WordCountEncoder().encode(texts))
    groups = np.array([list(GROUPS).index(id_.split("-")[0]) for id_ in ids])
    middles = np.array([places[groups == g].mean(axis=0) for g in range(4)])
    nearest = ((places[:, None] - middles[None]) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == groups).mean() > 0.8
    assert np.abs(places).max() <= 1.0 + 1e-6


@pytest.mark.timeout(120)
def test_many_experiences_are_laid_out_by_their_neighbours() -> None:
    pick = np.random.default_rng(3)
    middles = pick.normal(size=(6, 16))
    groups = np.arange(DRAWN + 500) % 6
    vectors = (middles[groups] + 0.1 * pick.normal(size=(len(groups), 16))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    places = layout(vectors)
    spread = np.array([places[groups == g].std(axis=0).max() for g in range(6)])
    assert places.shape == (len(groups), 2)
    assert (spread < 0.35).all()


def test_centroids_have_length_1() -> None:
    means = centroids(np.eye(4, dtype=np.float32), np.array([0, 0, 1, 1]))
    assert np.allclose(np.linalg.norm(means, axis=1), 1.0)
