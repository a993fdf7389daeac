"""Why an experience is related."""

from hypothesis import given, settings
from hypothesis import strategies as st

PROBLEM = "The disk died and nobody can restore the backups."


def why(community, problem=PROBLEM, place=0):
    return community.ask(problem).related[place].why


def test_sentences_stand_verbatim_in_the_experience(operations) -> None:
    for related in operations.ask(PROBLEM).related:
        assert related.why.sentences
        for quote in related.why.sentences:
            assert quote.experience == related.experience.id
            assert related.experience.text[quote.start : quote.end] == quote.text


def test_the_sentence_that_shares_rare_words_is_chosen(operations) -> None:
    first = why(operations).sentences[0]
    assert first.text == "The disk died and nobody could restore the backups."


def test_shared_words_come_rarest_first_in_the_form_of_the_problem(made, community) -> None:
    here = community(
        made("a", "Restoring a backup took a day."),
        made("b", "The backup ran."),
        made("c", "Gardens were watered."),
    )
    assert why(here, "We must restore our backups").shared_terms == ("restore", "backups")


def test_the_line_tells_what_is_shared_when_where_and_how_it_turned_out(operations) -> None:
    line = why(operations).line
    assert line.startswith("Both speak of ")
    assert line.endswith("; there it was 2017 in software operations, and it failed.")
    assert "0." not in line


def test_how_it_turned_out_is_the_difference_when_it_is_known(operations) -> None:
    assert why(operations).difference == "there it failed"


def test_words_that_the_problem_lacks_are_the_difference_when_no_fact_is_known(
    made, community
) -> None:
    here = community(
        made("a", "The garden flooded because the gutters leaked."), made("b", "Rain.")
    )
    difference = why(here, "Our garden flooded").difference
    assert difference == "it also speaks of gutters and leaked"


def test_without_a_shared_word_the_line_says_so_and_a_sentence_is_still_quoted(operations) -> None:
    for related in operations.ask("Quarterly figures of marketing").related:
        assert related.why.line.startswith("Few words are shared")
        assert related.why.sentences


def test_a_very_long_sentence_is_quoted_in_part_and_verbatim(made, community) -> None:
    text = (
        "and then we walked on " * 60 + "until the telescope mirror cracked " + "in the cold " * 60
    )
    here = community(made("a", text.strip()))
    quote = why(here, "A cracked telescope").sentences[0]
    assert len(quote.text) <= 320
    assert "telescope" in quote.text
    assert here.experiences["a"].text[quote.start : quote.end] == quote.text


@settings(max_examples=40, deadline=None)
@given(st.text(min_size=1, max_size=200))
def test_any_text_gives_a_line_and_verbatim_quotes(text: str) -> None:
    from pipeline.embeddings.words import WordCountEncoder
    from pipeline.index.brute_force import BruteForceIndex
    from pipeline.records import Experience, Passage
    from pipeline.retrieval.why import Teller

    told = Teller(text, BruteForceIndex(WordCountEncoder())).why(
        Experience("e", text, text), [Passage(1, "e", text, 0, len(text))]
    )
    assert told.line.endswith(".")
    assert all(text[q.start : q.end] == q.text for q in told.sentences)
    marks = [q for pair in told.pairs for q in (*pair.asked_words, *pair.told_words)]
    assert all(text[q.start : q.end] == q.text for q in marks)


STORY = (
    "We run a small museum. Volunteers open it on Sundays. The disk died and nobody can restore "
    "the backups. The roof needs paint."
)


def test_a_pair_holds_the_sentence_of_the_problem_that_matches(operations) -> None:
    found = {r.experience.id: r.why for r in operations.ask(STORY).related}
    (pair, *_) = found["dump"].pairs
    assert pair.asked.text == "The disk died and nobody can restore the backups."
    assert pair.told.text == "The disk died and nobody could restore the backups."
    assert [word.text for word in pair.asked_words] == ["disk", "died", "restore", "backups"]
    assert [word.text for word in pair.told_words] == ["disk", "died", "restore", "backups"]


def test_every_highlight_stands_verbatim_in_its_text(operations) -> None:
    for related in operations.ask(STORY).related:
        text = related.experience.text
        for pair in related.why.pairs:
            for quote in (pair.asked, *pair.asked_words):
                assert STORY[quote.start : quote.end] == quote.text
                assert quote.experience == ""
            for quote in (pair.told, *pair.told_words):
                assert text[quote.start : quote.end] == quote.text
                assert pair.told.start <= quote.start < quote.end <= pair.told.end


def test_without_a_shared_word_there_is_no_pair(operations) -> None:
    for related in operations.ask("Quarterly figures of marketing").related:
        assert related.why.pairs == ()


def test_one_sentence_about_the_same_beats_words_from_all_over_the_story(made, community) -> None:
    here = community(
        made(
            "a",
            "A museum with a roof, a disk and volunteers closed. "
            "Nobody could restore the backups after the disk died.",
        ),
        made("b", "Rain fell on the choir."),
        made("c", "The stove was cold."),
    )
    assert why(here, STORY).sentences[0].text.startswith("Nobody could restore")


def test_facts_that_the_problem_names_are_shared_facets(made, community) -> None:
    from dataclasses import replace

    owner = made("a", "The gauge was wrong.", year=1983, discipline="aviation")
    here = community(replace(owner, tags=("fuel-units", "fog")))
    told = why(here, "In aviation we mixed up fuel units, as in 1983, and a gauge was wrong.")
    assert told.facets == ("both in aviation", "both about fuel-units", "both in 1983")


def test_a_problem_that_names_no_fact_shares_none(operations) -> None:
    assert why(operations).facets == ()
