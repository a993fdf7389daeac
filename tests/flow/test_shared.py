"""The main job on the shared corpora: what is shown stands word for word in the source."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.flow.asking import ask
from pipeline.flow.evaluating import evaluate_retrieval
from pipeline.flow.importing import bring_in
from pipeline.flow.reflecting import questions
from pipeline.flow.workspace import Workspace
from pipeline.settings import Settings
from tests.conftest import words_settings

pytestmark = pytest.mark.shared

COMMUNITIES = {
    "forum": (
        "formats_discourse_topics/topics.jsonl.gz",
        825,
        "The segmentation looks right on screen and the exported model has holes",
    ),
    "wildfire": (
        "experience_safenet_wildfire/reports.jsonl.gz",
        2394,
        "Crews could not reach dispatch because the radio repeater was overloaded",
    ),
    "lessons": (
        "experience_nasa_llis/lessons.jsonl.gz",
        1637,
        "A review found the requirement was never verified by a test",
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    folder = tmp_path_factory.mktemp("shared")
    for name, (file, records, _problem) in COMMUNITIES.items():
        report, _ = bring_in(words_settings(folder), name, shared_data / file)
        assert report.documents + len(report.skipped) == records
    return folder


def everything(path: Path) -> str:
    """All text of a JSON lines file, without tags and white space, entities read."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        texts = [text for line in lines for text in strings(json.loads(line))]
    tagged = re.compile(r"</?[a-z][^>]*>")
    return "\n".join(squeezed(tagged.sub("", text) if "</p>" in text else text) for text in texts)


def strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", html.unescape(text))


@pytest.mark.parametrize("name", COMMUNITIES)
def test_asking_gives_related_experiences_with_quotes_from_the_source(
    home: Path, shared_data: Path, name: str
) -> None:
    file, _, problem = COMMUNITIES[name]
    source = everything(shared_data / file)

    with Workspace(words_settings(home), name) as workspace:
        found = ask(workspace, problem)
        drafted = questions(workspace, problem, answer=found)

    assert len(found.related) == 10
    for related in found.related:
        text = related.experience.text
        assert related.why.line
        for passage in related.passages:
            assert passage.text == text[passage.start : passage.end]
        for quote in related.why.sentences:
            assert quote.text == text[quote.start : quote.end]
            assert squeezed(quote.text)[:60] in source
    assert 3 <= len(drafted.questions) <= 5
    texts = {related.experience.id: related.experience.text for related in found.related}
    texts |= {related.experience.id: related.experience.text for related in found.counter}
    for question in drafted.questions:
        assert len({quote.experience for quote in question.evidence}) >= 2
        for quote in question.evidence:
            assert texts[quote.experience][quote.start : quote.end] == quote.text


@pytest.mark.model
@pytest.mark.parametrize(
    ("folder", "split", "least"),
    [
        ("retrieval_cacm", "test", 0.54),
        ("retrieval_semeval2016_qatarliving", "dev", 0.49),
    ],
)
@pytest.mark.timeout(900)
def test_ranking_reaches_the_fixed_fusions(
    tmp_path: Path, shared_data: Path, folder: str, split: str, least: float
) -> None:
    run_file = tmp_path / "run.trec"

    found = evaluate_retrieval(
        Settings(home=tmp_path), shared_data / folder, split=split, run_file=run_file
    )

    assert found.figures["nDCG@10"] >= least
    assert {"MAP", "MRR", "R@10", "R@50"} <= set(found.figures)
    query, q0, document, rank, score, tag = run_file.read_text().splitlines()[0].split()
    assert (q0, rank) == ("Q0", "1")
    assert float(score) <= 1
    assert query
    assert document
    assert tag
