"""The further looks at what a search found: the problem's title, and what stands together."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from pipeline.embeddings.words import WordCountEncoder
from pipeline.index.base import IndexRow
from pipeline.index.brute_force import BruteForceIndex
from pipeline.index.disk_index import DiskIndex
from pipeline.records import Where
from pipeline.retrieval import Reader, rank
from pipeline.retrieval.candidates import Asked
from pipeline.retrieval.fusion import fuse, lexical_scale
from pipeline.retrieval.weighing import Weights, like_titles, neighbours, weigh

TITLE = "Radio lost behind the ridge"
STORY = (
    "The crew had eaten breakfast and loaded the trucks with hoses and pumps. The pump had been "
    "repaired the week before, and the hoses were new. Nobody heard the call to leave."
)
WEIGHTS_USED = Weights(titles=0.2, neighbours=0.3)
NOTHING_HEARD = Reader(lambda _: {}, lambda _: {}, lambda _: {})


class Unmeasured(WordCountEncoder):
    """An encoder of whose cosines nothing is known."""

    def __init__(self) -> None:
        super().__init__()
        self.id = "someone/else"


@dataclass(frozen=True)
class Parts:
    """An index with its encoder."""

    index: BruteForceIndex | DiskIndex
    encoder: WordCountEncoder
    read: Reader = NOTHING_HEARD

    def asked(self, problem: str, *, title: str = "") -> Asked:
        return Asked(
            problem=problem,
            words=problem,
            vector=self.encoder.encode([problem])[0],
            index=self.index,
            read=self.read,
            where=Where(),
            encoder=self.encoder.id,
            headline=title,
        )

    def weighed(self, asked: Asked, **changes: float) -> list[tuple[str, float]]:
        hits = self.index.search(asked.vector, asked.words, k=100)
        found = weigh(
            asked, hits, scale=lexical_scale(hits), weights=replace(WEIGHTS_USED, **changes)
        )
        return [(scored.experience, scored.score) for scored in found]

    def ranked(self, problem: str) -> list[tuple[str, float]]:
        return rank(problem, index=self.index, encoder=self.encoder, read=self.read)


def rows(texts: dict[str, str], encoder: WordCountEncoder) -> list[IndexRow]:
    vectors = encoder.encode(list(texts.values()))
    return [
        IndexRow(number, name, vector, text)
        for number, ((name, text), vector) in enumerate(zip(texts.items(), vectors, strict=True), 1)
    ]


def filled(
    texts: dict[str, str], encoder: WordCountEncoder | None = None, read: Reader = NOTHING_HEARD
) -> Parts:
    encoder = encoder or WordCountEncoder()
    index = BruteForceIndex(encoder)
    index.upsert(rows(texts, encoder))
    return Parts(index, encoder, read)


FIRE = {
    "radio": "Behind the ridge the radio was lost.",
    "pumps": "Pumps and hoses: the pump was repaired and the hoses loaded on trucks.",
    "choir": "The choir sang in the garden.",
}


def test_a_title_like_that_of_an_experience_moves_it_up() -> None:
    twins = {"a": "Crews were on the far slope.", "b": "Crews were on the far slope."}
    titles = {"a": "A quiet day", "b": "The radio was lost"}
    here = filled(twins, read=replace(NOTHING_HEARD, titles=lambda _: titles))
    assert [name for name, _ in here.ranked(f"Lost radio\n{STORY} The crews waited.")] == ["b", "a"]
    plain = filled(twins)
    assert [name for name, _ in plain.ranked(f"Lost radio\n{STORY} The crews waited.")] == [
        "a",
        "b",
    ]


def test_titles_of_the_same_words_are_alike_and_rare_words_count_more() -> None:
    index = filled(FIRE | {"trucks": "Trucks on the road."}).index
    others = {"same": "behind the ridge: lost radios", "rare": "A ridge", "common": "Trucks"}
    alike = like_titles("Radio lost behind the ridge, trucks", others, index)
    assert like_titles(TITLE, others, index)["same"] == pytest.approx(1.0)
    assert alike["same"] > alike["rare"] > alike["common"] > 0.0
    assert like_titles(TITLE, {"other": "A choir", "none": "..."}, index) == {
        "other": 0.0,
        "none": 0.0,
    }


def test_titles_that_count_for_nothing_change_nothing() -> None:
    titles = replace(NOTHING_HEARD, titles=lambda _: {"choir": TITLE})
    here, plain = filled(FIRE, read=titles), filled(FIRE)
    asked = here.asked(STORY, title=TITLE)
    assert here.weighed(asked, titles=0.0) == plain.weighed(plain.asked(STORY, title=TITLE))
    assert here.weighed(asked, titles=0.9)[0][0] == "choir"


def test_a_title_of_an_experience_is_no_use_to_a_problem_without_one() -> None:
    titles = replace(NOTHING_HEARD, titles=lambda _: {"radio": TITLE})
    problem = f"{STORY} {TITLE}."
    assert filled(FIRE, read=titles).ranked(problem) == filled(FIRE).ranked(problem)


def test_among_equals_the_one_that_stands_with_others_that_were_hit_comes_first() -> None:
    vectors = np.array([[1, 0, 0], [0.95, 0.312, 0], [0, 0, 1]], dtype=np.float32)
    scores = np.array([0.8, 0.4, 0.4])
    near = neighbours(scores, vectors, np.array([0, 1, 2]), WEIGHTS_USED)
    assert near[1] > near[2] == 0.0


def test_passages_of_one_experience_say_nothing_about_each_other() -> None:
    vectors = np.array([[1, 0], [1, 0]], dtype=np.float32)
    near = neighbours(np.array([0.8, 0.4]), vectors, np.array([7, 7]), WEIGHTS_USED)
    assert near.tolist() == [0.0, 0.0]


def test_a_neighbour_far_off_counts_for_little() -> None:
    vectors = np.array([[1, 0], [0.3, 0.954]], dtype=np.float32)
    near = neighbours(np.array([0.9, 0.1]), vectors, np.array([0, 1]), Weights(alone=0.1))
    assert near[1] == pytest.approx(0.9 * 0.3**4 / 0.1, rel=1e-3)


@pytest.mark.parametrize("title", ["", TITLE])
def test_scores_lie_between_0_and_1_and_fall(title: str) -> None:
    here = filled(FIRE | {"same": FIRE["radio"], "again": FIRE["radio"]})
    scores = [score for _, score in here.weighed(here.asked(FIRE["radio"], title=title))]
    assert scores == sorted(scores, reverse=True)
    assert 0.0 <= scores[-1] <= scores[0] <= 1.0


def test_neighbours_of_an_unmeasured_encoder_do_not_count() -> None:
    here = filled(FIRE | {"more": "Radio calls behind the ridge were not heard."}, Unmeasured())
    asked = here.asked(f"{TITLE}. {STORY}")
    hits = here.index.search(asked.vector, asked.words, k=100)
    plain = [(s.experience, round(s.score, 6)) for s in fuse(hits)]
    weighed = weigh(asked, hits, scale=lexical_scale(hits))
    assert [(s.experience, s.score) for s in weighed] == plain


def test_nothing_found_gives_nothing() -> None:
    here = filled({})
    assert here.weighed(here.asked(STORY, title=TITLE)) == []


def test_the_index_on_disk_ranks_as_the_plain_reference_does(tmp_path) -> None:
    encoder = WordCountEncoder()
    words = STORY.replace(".", "").split()
    texts = {f"e{n}": " ".join(words[n % 19 : n % 19 + 4 + n % 7]) for n in range(60)} | FIRE
    titles = replace(NOTHING_HEARD, titles=lambda ids: {id_: texts[id_][:20] for id_ in ids})
    disk = DiskIndex(tmp_path / "index", encoder)
    disk.upsert(rows(texts, encoder))
    one, other = Parts(disk, encoder, titles), filled(texts, read=titles)
    assert one.ranked(f"{TITLE}\n{STORY}") == other.ranked(f"{TITLE}\n{STORY}")
    asked = one.asked(STORY, title=TITLE), other.asked(STORY, title=TITLE)
    assert one.weighed(asked[0]) == other.weighed(asked[1])
