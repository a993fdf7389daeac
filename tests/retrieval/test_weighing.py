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
from pipeline.retrieval.weighing import Weights, neighbours, weigh

TITLE = "Radio lost behind the ridge"
STORY = (
    "The crew had eaten breakfast and loaded the trucks with hoses and pumps. The pump had been "
    "repaired the week before, and the hoses were new. Nobody heard the call to leave."
)
WEIGHTS_USED = Weights(headline=0.4, neighbours=0.3)
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

    def asked(self, problem: str, *, title: str = "") -> Asked:
        return Asked(
            problem=problem,
            words=problem,
            vector=self.encoder.encode([problem])[0],
            index=self.index,
            read=NOTHING_HEARD,
            where=Where(),
            encoder=self.encoder.id,
            headline=title,
            headline_vector=self.encoder.encode([title])[0] if title else None,
        )

    def weighed(self, asked: Asked, **changes: float) -> list[tuple[str, float]]:
        hits = self.index.search(asked.vector, asked.words, k=100)
        found = weigh(
            asked, hits, scale=lexical_scale(hits), weights=replace(WEIGHTS_USED, **changes)
        )
        return [(scored.experience, scored.score) for scored in found]

    def ranked(self, problem: str) -> list[tuple[str, float]]:
        return rank(problem, index=self.index, encoder=self.encoder, read=NOTHING_HEARD)


def rows(texts: dict[str, str], encoder: WordCountEncoder) -> list[IndexRow]:
    vectors = encoder.encode(list(texts.values()))
    return [
        IndexRow(number, name, vector, text)
        for number, ((name, text), vector) in enumerate(zip(texts.items(), vectors, strict=True), 1)
    ]


def filled(texts: dict[str, str], encoder: WordCountEncoder | None = None) -> Parts:
    encoder = encoder or WordCountEncoder()
    index = BruteForceIndex(encoder)
    index.upsert(rows(texts, encoder))
    return Parts(index, encoder)


FIRE = {
    "radio": "Behind the ridge the radio was lost.",
    "pumps": "Pumps and hoses: the pump was repaired and the hoses loaded on trucks.",
    "choir": "The choir sang in the garden.",
}


def test_what_a_title_says_counts_more_than_the_same_words_in_the_story() -> None:
    here = filled(FIRE)
    assert here.ranked(f"{STORY} {TITLE}.")[0][0] == "pumps"
    assert here.ranked(f"{TITLE}\n{STORY}")[0][0] == "radio"


def test_a_title_that_counts_for_nothing_changes_nothing() -> None:
    here = filled(FIRE)
    titled = here.weighed(here.asked(STORY, title=TITLE), headline=0.0)
    assert titled == here.weighed(here.asked(STORY))


def test_a_title_finds_its_words_among_many_passages() -> None:
    many = {f"pumps {n}": f"The pump and the hoses of truck {n} were repaired." for n in range(40)}
    assert filled(many | FIRE).ranked(f"{TITLE}\n{STORY}")[0][0] == "radio"


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


def test_neighbours_of_an_unmeasured_encoder_do_not_count_and_a_title_does() -> None:
    here = filled(FIRE | {"more": "Radio calls behind the ridge were not heard."}, Unmeasured())
    asked = here.asked(f"{TITLE}. {STORY}")
    hits = here.index.search(asked.vector, asked.words, k=100)
    plain = [(s.experience, round(s.score, 6)) for s in fuse(hits)]
    weighed = weigh(asked, hits, scale=lexical_scale(hits))
    assert [(s.experience, s.score) for s in weighed] == plain
    assert here.ranked(f"{TITLE}\n{STORY}")[0][0] == "radio"


def test_nothing_found_gives_nothing() -> None:
    here = filled({})
    assert here.weighed(here.asked(STORY, title=TITLE)) == []


def test_the_index_on_disk_ranks_as_the_plain_reference_does(tmp_path) -> None:
    encoder = WordCountEncoder()
    words = STORY.replace(".", "").split()
    texts = {f"e{n}": " ".join(words[n % 19 : n % 19 + 4 + n % 7]) for n in range(60)} | FIRE
    disk = DiskIndex(tmp_path / "index", encoder)
    disk.upsert(rows(texts, encoder))
    problem = f"{TITLE}\n{STORY}"
    assert Parts(disk, encoder).ranked(problem) == filled(texts).ranked(problem)
