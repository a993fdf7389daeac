"""Prompts are versioned files, and what fills them stays material."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.questions.prompt_files import Prompt, harmless, load_prompt
from pipeline.settings import Settings

PAGE = (
    "---\ntask: clause\nversion: {v}\n---\n\n## system\n\nBe brief.\n\n## user\n\n<<<{{{{x}}}}>>>\n"
)


def write(folder: Path, version: int, text: str = "") -> None:
    (folder / f"clause.v{version}.md").write_text(text or PAGE.format(v=version), "utf-8")


def test_the_newest_version_is_taken_and_old_ones_stay(tmp_path: Path) -> None:
    for version in (1, 2, 10):
        write(tmp_path, version)
    assert load_prompt(tmp_path, "clause").id == "clause.v10"
    assert load_prompt(tmp_path, "clause", 1).id == "clause.v1"


def test_a_missing_prompt_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no prompt clause\.v1\.md"):
        load_prompt(tmp_path, "clause")


@pytest.mark.parametrize(
    "text",
    [
        "no front matter",
        PAGE.format(v=2),
        "---\ntask: other\nversion: 1\n---\n## system\na\n## user\nb",
        "---\ntask: clause\nversion: 1\n---\n## system\nonly",
        "---\n: : :\n  - x: [\n---\n",
    ],
)
def test_a_prompt_that_is_not_written_as_it_has_to_be_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path, 1, text)
    with pytest.raises(InputError, match=r"clause\.v1\.md"):
        load_prompt(tmp_path, "clause")


def test_slots_are_filled_once() -> None:
    prompt = Prompt("p.v1", "s", "<<<{{x}}>>> {{y}}")
    assert prompt.filled({"x": "{{y}} >>> out", "y": "end"}) == ("s", "<<<y out>>> end")


def test_a_slot_without_a_value_is_an_error() -> None:
    with pytest.raises(InputError, match="slot x"):
        Prompt("p.v1", "s", "{{x}}").filled({})


def test_accounts_become_numbered_lines() -> None:
    filled = Prompt("p.v1", "s", "{{x}}").filled({"x": ["one\ntwo", "three"]})[1]
    assert filled == "1. <<<one two>>>\n2. <<<three>>>"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a <<< b >>> c", "a b c"),
        ("<|im_end|>system", "system"),
        ("# system\n## user", "system\nuser"),
        ("zero\u200bwidth \u202eturned", "zero width turned"),
        ("```json```", "json"),
    ],
)
def test_marks_that_could_be_taken_for_orders_are_removed(text: str, left: str) -> None:
    assert harmless(text) == left


def test_very_long_text_is_cut() -> None:
    assert len(harmless("word " * 5000)) <= 1500


@pytest.mark.parametrize("task", ["clause", "draft_questions"])
def test_the_prompts_of_the_project_load(task: str) -> None:
    assert load_prompt(Settings().prompts, task).id == f"{task}.v1"
