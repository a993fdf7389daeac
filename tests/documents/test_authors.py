"""Names stay in the source: the store sees pseudonyms, the same for the same person."""

from __future__ import annotations

import stat

import pytest

from pipeline.documents.authors import Pseudonyms, load_key
from pipeline.documents.clean import clean
from pipeline.errors import InputError

NAMES = Pseudonyms(b"k" * 32)


def hidden(text: str, *authors: str, kind: str = "text") -> str:
    return NAMES.in_text(clean(text, kind), authors).text  # type: ignore[arg-type]


def test_a_person_has_one_pseudonym_however_the_name_is_written() -> None:
    assert NAMES.name("Ada") == NAMES.name(" @ada") != NAMES.name("Bob")


def test_another_key_gives_other_pseudonyms() -> None:
    assert Pseudonyms(b"x" * 32).name("Ada") != NAMES.name("Ada")


@pytest.mark.parametrize("text", ["thanks @ada!", "(@Ada)", "@ada.", "ask @ada, please"])
def test_handles_of_the_thread_are_replaced(text) -> None:
    made = hidden(text, "ada")

    assert "ada" not in made.casefold()
    assert f"@{NAMES.name('ada')}" in made


@pytest.mark.parametrize("text", ["mail a@ada", "@adamant", "@override", "ada is a language"])
def test_other_words_stay(text) -> None:
    assert hidden(text, "ada") == text


def test_a_handle_that_the_source_marks_is_replaced_whoever_it_is() -> None:
    made = hidden('<p>so <a class="mention" href="/u/eve">@eve</a>, no', kind="html")

    assert made == f"so @{NAMES.name('eve')}, no"


@pytest.mark.parametrize("text", ['[quote="ada, post:1"]x[/quote]', "Ada wrote:\n> x"])
def test_credits_of_quotes_are_replaced(text) -> None:
    assert "ada" not in hidden(text, "ada").casefold()


def test_names_with_signs_of_patterns_do_no_harm() -> None:
    assert hidden("a (b wrote: @x", "(b", ".*", "[") == f"a {NAMES.name('(b')} wrote: @x"


def test_the_key_is_made_once_for_its_owner_only(tmp_path) -> None:
    path = tmp_path / "keys" / "pseudonyms.key"

    assert load_key(path) == load_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_file_that_holds_no_key_is_refused(tmp_path) -> None:
    (tmp_path / "key").write_bytes(b"short")

    with pytest.raises(InputError, match="does not hold the key"):
        load_key(tmp_path / "key")
