"""A flat chat is told apart into conversations, and what was decided stays."""

from __future__ import annotations

import importlib.util
import random
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.sources.chat._lately import Lately, Once
from pipeline.sources.chat._signs import BEGINS, FIRST, GREETS, OWN, likelihood, signs
from pipeline.sources.chat.disentangle import Disentangler
from pipeline.sources.chat.message import Message

START = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "disentangle.py"


def said(id_: str, minute: float, author: str, text: str, **more) -> Message:
    return Message(id_, text, author, START + timedelta(minutes=minute), **more)


def groups(messages: Iterable[Message]) -> list[str]:
    apart = Disentangler()
    return [apart.place(message) for message in messages]


@pytest.fixture(scope="module")
def benchmark_module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("disentangle_benchmark", BENCHMARK)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_a_question_and_its_answer_are_one_conversation() -> None:
    placed = groups(
        [
            said("1", 0, "Ada", "Does anyone know why the north pump trips at night?"),
            said("2", 2, "Ben", "Ada: the float switch sticks when it is cold"),
            said("3", 3, "Ada", "Ben: thanks, I will look at it"),
        ]
    )

    assert placed == ["1", "1", "1"]


def test_two_talks_at_once_are_told_apart_by_names() -> None:
    placed = groups(
        [
            said("1", 0, "Ada", "Does anyone know why the north pump trips at night?"),
            said("2", 1, "Cleo", "hello, how do I get a badge for the new laboratory door?"),
            said("3", 1, "Ben", "Ada: does it trip when it is cold?"),
            said("4", 2, "Dan", "Cleo: ask at the porter's lodge, they print them"),
            said("5", 2, "Ada", "Ben: yes, always when it freezes"),
            said("6", 3, "Cleo", "Dan: great, thank you"),
        ]
    )

    assert placed == ["1", "2", "1", "2", "1", "2"]


def test_a_first_name_in_the_text_names_its_owner() -> None:
    talk = [
        said("1", 0, "Ada Stone", "Does anyone know why the north pump trips at night?"),
        said("2", 0, "Cleo Marsh", "hello, how do I get a badge for the laboratory door?"),
        said("3", 1, "Ben Hill", "ada, does it only trip when it is cold?"),
    ]

    assert groups(talk) == ["1", "2", "1"]


def test_a_reply_decides_whatever_else_speaks_against_it() -> None:
    placed = groups(
        [
            said("1", 0, "Ada", "Which seal holds in salt water?"),
            said("2", 1, "Ben", "hello everybody, when is the next meeting?"),
            said("3", 60 * 24 * 90, "Cleo", "hello, is it still open?", reply_to="1"),
        ]
    )

    assert placed == ["1", "2", "1"]


def test_a_reply_that_comes_before_its_message_is_joined_by_it() -> None:
    placed = groups(
        [
            said("2", 1, "Ben", "the rubber one", reply_to="1"),
            said("3", 1, "Cleo", "or the one of felt", reply_to="1"),
            said("1", 0, "Ada", "Which seal holds in salt water?"),
        ]
    )

    assert placed == ["2", "2", "2"]


def test_a_reply_to_what_the_export_lacks_begins_a_conversation() -> None:
    placed = groups(
        [
            said("8", 0, "Ada", "The lift is stuck again on the second floor"),
            said("9", 1, "Ben", "I would take the smaller one", reply_to="gone"),
        ]
    )

    assert placed == ["8", "9"]


def test_an_answer_to_itself_is_none() -> None:
    assert groups([said("1", 0, "Ada", "The lift is stuck again", reply_to="1")]) == ["1"]


def test_after_hours_of_silence_a_new_conversation_begins() -> None:
    placed = groups(
        [
            said("1", 0, "Ada", "The lift is stuck again on the second floor"),
            said("2", 60 * 9, "Ben", "The canteen is closed tomorrow"),
        ]
    )

    assert placed == ["1", "2"]


def test_an_answer_by_name_on_the_next_day_still_belongs() -> None:
    placed = groups(
        [
            said("1", 0, "Ada", "Does anyone know why the north pump trips at night?"),
            said("2", 60 * 22, "Ben", "Ada: it was the float switch", mentions=("Ada",)),
        ]
    )

    assert placed == ["1", "1"]


def test_slow_talk_goes_on_after_minutes_without_names() -> None:
    placed = groups(
        [
            said("1", 0, "Ada", "Has somebody tried the new descaler in the boilers?"),
            said("2", 9, "Ben", "we did, in the east wing"),
            said("3", 21, "Ada", "did it foam?"),
            said("4", 30, "Ben", "a little, less than the old one"),
            said("5", 44, "Cleo", "ours foamed until we used half of it"),
        ]
    )

    assert placed == ["1"] * 5


def test_a_wrong_year_does_not_tear_a_conversation_apart() -> None:
    placed = groups(
        [
            said("1", 0, "Ada", "Does anyone know why the north pump trips at night?"),
            said("2", -60 * 24 * 365 * 30, "Cleo", "The canteen is closed tomorrow"),
            said("3", 2, "Ben", "Ada: the float switch sticks when it is cold"),
            said("4", 60 * 24 * 365 * 30, "Dan", "The lift is stuck again"),
            said("5", 3, "Ada", "Ben: thanks, I will look at it"),
        ]
    )

    assert placed == ["1", "2", "1", "4", "1"]


def test_messages_without_time_author_or_id_are_placed() -> None:
    messages = [Message("", "The lift is stuck again"), Message("", ""), Message("7", "Why?")]

    placed = groups(messages)

    assert len(placed) == 3
    assert all(placed)


def test_messages_that_nobody_signed_are_not_by_one_author() -> None:
    apart = Disentangler()
    for number in range(3):
        apart.place(Message(f"{number}", "The lift is stuck again"))
    unsigned = Message("4", "The lift is stuck again")

    noted = []
    apart.options = lambda one, options=apart.options: noted.append(options(one)) or noted[-1]
    apart.place(unsigned)

    names = [name for key in noted[0][1] for name, _ in signs(key)]
    assert not any(name.startswith("own to") for name in names)


def chatter(number: int, seed: int) -> list[Message]:
    chance = random.Random(seed)
    people = [f"person{i}" for i in range(12)]
    words = ["pump", "valve", "night", "why", "how", "thanks", "the", "not", "again", "door"]
    minute, messages = 0.0, []
    for i in range(number):
        minute += chance.choice([0, 0, 1, 2, 15, 400, -4])
        text = " ".join(chance.choices(words, k=chance.randrange(1, 9)))
        named = (chance.choice(people),) if chance.random() < 0.3 else ()
        reply = str(chance.randrange(i + 3)) if chance.random() < 0.1 else ""
        more = {"mentions": named, "reply_to": reply}
        messages.append(said(str(i), minute, chance.choice(people), text, **more))
    return messages


@pytest.mark.parametrize("seed", range(5))
def test_later_messages_never_change_what_was_decided(seed) -> None:
    messages = chatter(300, seed)

    assert groups(messages)[:170] == groups(messages[:170])


def test_the_name_of_a_conversation_is_the_id_of_its_first_message() -> None:
    messages = [message for message in chatter(300, 9) if not message.reply_to]
    first: dict[str, str] = {}
    for message, group in zip(messages, groups(messages), strict=True):
        first.setdefault(group, message.id)

    assert all(group == id_ for group, id_ in first.items())


def test_what_people_and_talks_are_remembered_is_bounded() -> None:
    apart = Disentangler()
    for i in range(15_000):
        apart.place(said(str(i), i * 400, f"person {i}", "hello, is anyone there?"))

    held = [value for value in vars(apart).values() if isinstance(value, dict)]
    assert len(held) >= 3
    assert max(map(len, held)) < 5_000


def test_a_message_that_names_thousands_is_placed() -> None:
    everyone = tuple(f"person {i}" for i in range(5_000))

    assert groups([said("1", 0, "Ada", "hello all", mentions=everyone)]) == ["1"]


def test_what_came_lately_is_remembered_and_the_rest_forgotten() -> None:
    lately: Lately[int] = Lately(10)
    for i in range(100):
        lately[str(i)] = i

    assert [lately.get(str(i)) for i in range(90, 100)] == list(range(90, 100))
    assert lately.get("0") is None
    assert len(lately) <= 20


def test_once_counts_what_comes_again() -> None:
    once = Once()

    seen = [once.again("1", "a"), once.again("1", "a"), once.again("1", "b"), once.again("", "a")]

    assert seen == [False, True, False, False]
    assert [one.where for one in once.told("channel x")] == ["channel x: 1 message"]


def test_likelihood_is_the_sum_of_what_the_signs_weigh() -> None:
    greeting, silence = BEGINS | GREETS | FIRST << OWN, BEGINS | FIRST << OWN

    assert likelihood(greeting) > likelihood(silence)
    assert dict(signs(greeting))["begins, first words"] == 1


# --- the measures of the benchmark --------------------------------------------------------


def test_links_make_conversations_and_context_is_left_out(benchmark_module) -> None:
    links = {(1000, 990), (1001, 1000), (1002, 990), (1003, 1003)}

    found = {frozenset(lines) for lines in benchmark_module.clusters(links)}

    assert found == {frozenset({1000, 1001, 1002}), frozenset({1003})}


def test_equal_conversations_score_a_hundred(benchmark_module) -> None:
    same = [frozenset({1, 2}), frozenset({3}), frozenset({4, 5, 6})]

    figures = benchmark_module.scores(same, list(reversed(same)))

    assert figures == pytest.approx(dict.fromkeys(figures, 100.0))


def test_scores_are_those_worked_out_by_hand(benchmark_module) -> None:
    gold = [frozenset({1, 2}), frozenset({3, 4})]
    told = [frozenset({1, 2}), frozenset({3}), frozenset({4})]

    figures = benchmark_module.scores(gold, told)

    # the entropies are 1 and 1.5 bits and share 1 bit: 0.5 bits apart of log2(4) = 2
    assert figures == pytest.approx(
        {"VI": 75.0, "1-1": 75.0, "exact P": 100.0, "exact R": 50.0, "exact F": 200 / 3}
    )


@pytest.mark.shared
def test_annotated_logs_are_told_apart_far_better_than_by_simple_rules(
    shared_data, benchmark_module
) -> None:
    logs = benchmark_module.load(shared_data / "formats_irc_disentangled" / "test")
    figures = {
        name: benchmark_module.measured(
            logs, [benchmark_module.links_of(log, method) for log in logs]
        )
        for name, method in benchmark_module.METHODS.items()
    }

    assert (len(logs), sum(log.lines for log in logs)) == (10, 15_000)
    assert figures["ours"]["VI"] > 91
    assert figures["ours"]["1-1"] > 77
    assert figures["ours"]["exact F"] > 31
    assert figures["ours"]["link F"] > 68
    for simple in ("every message its own", "gap of 30 minutes"):
        assert figures[simple]["1-1"] < 30
        assert figures[simple]["exact F"] == 0


@pytest.mark.shared
def test_a_slow_channel_does_not_become_one_conversation(shared_data, benchmark_module) -> None:
    channel = shared_data / "formats_slack_disentangled" / "xml" / "racket-general-2018.xml.gz"

    ours = list(benchmark_module.agreement(channel))[-1]

    assert ours["method"] == "ours"
    assert 700 < ours["conversations"] < 1_500
    assert ours["longest"] < 400
    assert ours["1-1"] > 65
