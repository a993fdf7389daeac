"""Real exports are accounted for to the last record, and quotes of them stand in the source."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pipeline.documents.authors import Pseudonyms
from pipeline.documents.build import build_experience
from pipeline.documents.locate import locate
from pipeline.documents.sentences import sentences
from pipeline.documents.split import split_experience
from pipeline.records import Document, Experience, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.registry import recognise
from pipeline.sources.tables.beir import read_qrels, read_queries

pytestmark = pytest.mark.shared
NAMES = Pseudonyms(b"k" * 32)


def records(path: Path) -> tuple[str, list[Document | Skipped]]:
    found = recognise(path)
    return found.name, list(found.read(path, ReadOptions()))


@pytest.mark.parametrize(
    ("path", "name", "documents", "skipped"),
    [
        ("formats_discourse_topics/topics.jsonl.gz", "discourse", 825, 0),
        ("experience_safenet_wildfire/reports.jsonl.gz", "jsonl", 2381, 13),
        ("experience_nasa_llis/lessons.jsonl.gz", "jsonl", 1637, 0),
        ("retrieval_cacm", "beir", 3204, 0),
        ("handbooks", "collection", 123, 1),
        ("experience_postmortems", "collection", 476, 1),
    ],
)
def test_every_record_of_an_export_is_accounted_for(
    shared_data, path, name, documents, skipped
) -> None:
    found, made = records(shared_data / path)
    held = [record for record in made if isinstance(record, Document)]

    assert found == name
    assert len(made) - len(held) == skipped
    assert documents in (None, len(held))
    assert len({document.key for document in held}) == len(held)


def test_reports_have_situation_action_date_and_tags(shared_data) -> None:
    _, made = records(shared_data / "experience_safenet_wildfire/reports.jsonl.gz")
    held = [record for record in made if isinstance(record, Document)]

    assert all(document.created and document.tags for document in held)
    assert sum(any(p.name == "action" for p in d.parts) for d in held) >= 2250
    assert sum(bool(d.discipline) for d in held) >= 2300


def test_lessons_have_insight_title_link_and_date(shared_data) -> None:
    _, made = records(shared_data / "experience_nasa_llis/lessons.jsonl.gz")
    held = [record for record in made if isinstance(record, Document)]

    assert all(document.origin.startswith("https://") and document.created for document in held)
    assert all(document.parts[-1].name == "insight" for document in held)


def test_quotes_of_a_forum_stand_in_the_posts_as_they_are(shared_data) -> None:
    _, made = records(shared_data / "formats_discourse_topics/topics.jsonl.gz")
    pick = random.Random(7)
    checked = 0
    for document in pick.sample([d for d in made if isinstance(d, Document)], 200):
        experience = build_experience(document, source="s", pseudonyms=NAMES)
        assert isinstance(experience, Experience)
        for start, end in pick.sample(spans := sentences(experience.text), min(3, len(spans))):
            quote = experience.text[start:end].removeprefix("- ").removeprefix("> ")
            raw = "".join(p.raw for p in locate(document, start, end, pseudonyms=NAMES))
            if "@member-" not in quote:
                assert shown(raw) == "".join(quote.split())
                checked += 1
    assert checked > 500


def shown(raw: str) -> str:
    """What a browser shows of some HTML, without white space; told by another library."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(f"<div>{raw}", "html.parser")
    for hidden in soup.select("aside, div.meta, svg"):
        hidden.decompose()
    return "".join(soup.get_text().replace("\u200b", "").split())


def test_passages_of_real_text_are_exact_and_whole(shared_data) -> None:
    _, made = records(shared_data / "formats_discourse_topics/topics.jsonl.gz")
    for document in made[:300]:
        assert isinstance(document, Document)
        experience = build_experience(document, source="s", pseudonyms=NAMES)
        assert isinstance(experience, Experience)
        passages = split_experience(experience)
        assert all(p.text == experience.text[p.start : p.end] for p in passages)
        assert "".join("".join(p.text.split()) for p in passages) == "".join(
            experience.text.split()
        )


def test_judged_queries_are_found_with_their_dates(shared_data) -> None:
    folder = shared_data / "retrieval_slicer_forum_links"

    queries = read_queries(folder, "dev")

    assert len(queries) == len(read_qrels(folder, "dev"))
    assert all(query.created and query.text for query in queries)
