"""Conversation disentanglement scored on annotated IRC logs, against two simple rules.

    python benchmarks/disentangle.py FOLDER [--slack FOLDER] [--out FILE]
    python benchmarks/disentangle.py FOLDER --train

FOLDER holds dev/ and test/ with LOG.raw.txt and LOG.annotation.txt (gzipped or not) as Kummerfeld
et al. published them (ACL 2019). Their metrics: Variation of Information (scaled, 1 - VI) and
One-to-One overlap of the conversations, precision, recall and F1 of conversations that match
exactly (those of one message left out) and of links. Lines before 1,000 are context only. The
conversations are the connected components of the links; notices are conversations of one line.

`--slack` adds the Slack channels of Chatterjee et al. (MSR 2020): their conversations were told
apart by a program, so the figures say how far two programs agree. `--train` fits the weights of
`pipeline.sources.chat._signs` on dev/ and prints them, with the figures of dev/ when each log is
told apart by weights that were fitted on the others.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from defusedxml import ElementTree
from scipy.optimize import linear_sum_assignment, minimize
from scipy.sparse import csr_matrix

from pipeline.sources.chat._signs import SLOW, signs
from pipeline.sources.chat._utterance import Utterance
from pipeline.sources.chat.disentangle import Disentangler
from pipeline.sources.chat.irc import messages_of
from pipeline.sources.chat.message import Message
from pipeline.sources.reading.files import Line, read_lines
from pipeline.sources.reading.values import moment

START = 1000
"""The first line that is annotated."""

GAP = 30 * 60
ROUNDS = 4
PENALTY = 3.0
FIRST_GUESS = {"begins": -1.0, "begins, first words": 2.0}

Links = set[tuple[int, int]]
"""Number of a line and of the earlier line that it answers; its own number when it answers none."""

Method = Callable[[Sequence[tuple[int, Message]]], Iterator[tuple[int, int]]]
"""Numbered messages to their links."""


@dataclass(frozen=True)
class Log:
    name: str
    lines: int
    messages: list[tuple[int, Message]]
    links: Links


def load(folder: Path) -> list[Log]:
    paths = sorted(path for path in folder.iterdir() if ".raw.txt" in path.name)
    return [_log(path) for path in paths]


def _log(path: Path) -> Log:
    lines = [line.text for line in read_lines(path) if isinstance(line, Line)]
    notes = path.with_name(path.name.replace(".raw.", ".annotation."))
    pairs = [line.text.split()[:2] for line in read_lines(notes) if isinstance(line, Line)]
    return Log(
        path.name.split(".")[0],
        len(lines),
        [
            (int(message.origin.rsplit(":", 1)[1]) - 1, message)
            for message in messages_of(lines, file=path.name)
        ],
        {(max(int(a), int(b)), min(int(a), int(b))) for a, b in pairs},
    )


# --- ways to tell conversations apart ----------------------------------------------------


def alone(messages: Sequence[tuple[int, Message]]) -> Iterator[tuple[int, int]]:
    """Every message is a conversation of its own."""
    return ((number, number) for number, _ in messages)


def gap(messages: Sequence[tuple[int, Message]]) -> Iterator[tuple[int, int]]:
    """Every message goes on with what was said in the 30 minutes before."""
    before, last = -1, -math.inf
    for number, message in messages:
        at = message.created.timestamp() if message.created else last
        yield number, before if at - last <= GAP else number
        before, last = number, at


def ours(messages: Sequence[tuple[int, Message]]) -> Iterator[tuple[int, int]]:
    return told_by(Disentangler(), messages)


def told_by(
    apart: Disentangler, messages: Sequence[tuple[int, Message]]
) -> Iterator[tuple[int, int]]:
    numbers: dict[str, int] = {}
    for number, message in messages:
        apart.place(message)
        numbers[message.id] = number
        yield number, numbers[apart.answered] if apart.answered else number


METHODS: dict[str, Method] = {
    "every message its own": alone,
    "gap of 30 minutes": gap,
    "ours": ours,
}


# --- the metrics of the paper ------------------------------------------------------------


def clusters(links: Links, start: int = START) -> list[frozenset[int]]:
    """Connected components of the links, but for what comes before `start`."""
    parent: dict[int, int] = {}

    def root(line: int) -> int:
        parent.setdefault(line, line)
        while parent[line] != line:
            parent[line] = parent[parent[line]]
            line = parent[line]
        return line

    for later, earlier in links:
        parent[root(later)] = root(earlier)
    found = defaultdict(set)
    for line in list(parent):
        if line >= start:
            found[root(line)].add(line)
    return [frozenset(lines) for lines in found.values()]


def scores(gold: Sequence[frozenset[Any]], told: Sequence[frozenset[Any]]) -> dict[str, float]:
    """How far two ways of putting the same messages into conversations agree, in percent."""
    total = sum(map(len, gold))
    where = {item: i for i, cluster in enumerate(gold) for item in cluster}
    table = Counter((j, where[item]) for j, cluster in enumerate(told) for item in cluster)
    if total != table.total():
        raise ValueError("the two do not hold the same messages")
    joint = -sum(n / total * math.log2(n / total) for n in table.values())
    mutual = sum(
        n / total * math.log2(n * total / (len(told[j]) * len(gold[i])))
        for (j, i), n in table.items()
    )
    pairs = {cluster for cluster in gold if len(cluster) > 1}
    found = {cluster for cluster in told if len(cluster) > 1}
    return {
        "VI": 100 * (1 - (joint - mutual) / math.log2(total)),
        "1-1": 100 * _overlap(table, len(told), len(gold)) / total,
        **_rates("exact", len(pairs & found), len(found), len(pairs)),
    }


def _overlap(table: Mapping[tuple[int, int], int], told: int, gold: int) -> float:
    """Messages that agree when conversations are paired off in the best way."""
    if told * gold > 50_000_000:
        return math.nan  # the table of the pairs would not fit in memory
    counts = np.zeros((told, gold), dtype=np.float32)
    for (j, i), number in table.items():
        counts[j, i] = number
    return float(counts[linear_sum_assignment(counts, maximize=True)].sum())


def _rates(name: str, right: int, told: int, gold: int) -> dict[str, float]:
    return {
        f"{name} P": 100 * right / told if told else 0.0,
        f"{name} R": 100 * right / gold if gold else 0.0,
        f"{name} F": 200 * right / (told + gold) if right else 0.0,
    }


def measured(logs: Sequence[Log], told: Sequence[Links]) -> dict[str, float]:
    """All metrics over several logs; `told` holds the links of each from `START` on."""
    gold_links = sum(len(log.links) for log in logs)
    right = sum(len(log.links & links) for log, links in zip(logs, told, strict=True))
    return scores(_named(log.links for log in logs), _named(told)) | _rates(
        "link", right, sum(map(len, told)), gold_links
    )


def _named(files: Any) -> list[frozenset[tuple[int, int]]]:
    return [
        frozenset((file, line) for line in cluster)
        for file, links in enumerate(files)
        for cluster in clusters(links)
    ]


def links_of(log: Log, method: Method) -> Links:
    """The links of a method; lines that are no messages are linked to themselves."""
    found = {line: line for line in range(START, log.lines)}
    found.update((later, earlier) for later, earlier in method(log.messages) if later >= START)
    return set(found.items())


# --- fitting the weights -----------------------------------------------------------------


class Recorder(Disentangler):
    """Notes between what it had to choose."""

    def __init__(self, how: Callable[[int], float]) -> None:
        super().__init__(how)
        self.noted: dict[str, list[tuple[str, int]]] = {}

    def options(self, said: Utterance) -> tuple[list[Utterance], list[int]]:
        pool, keys = super().options(said)
        ids = [*(earlier.id for earlier in pool), ""]
        self.noted[said.id] = list(zip(ids, keys, strict=True))
        return pool, keys


def choices(log: Log, how: Callable[[int], float]) -> Iterator[list[tuple[int, bool]]]:
    """For each annotated message the signs of its options and which of them are right."""
    apart = Recorder(how)
    list(told_by(apart, log.messages))
    numbers = {message.id: number for number, message in log.messages}
    cluster = {line: i for i, lines in enumerate(clusters(log.links, 0)) for line in lines}
    for id_, noted in apart.noted.items():
        me = numbers[id_]
        if me < START:
            continue
        options = [(numbers[other] if other else me, key) for other, key in noted]
        right = [(me, number) in log.links for number, _ in options]
        if not any(right):  # the message that it answers is no option: one beside it is as good
            right = [n != me and cluster.get(n) == cluster[me] for n, _ in options]
        if any(right):
            yield [(key, good) for (_, key), good in zip(options, right, strict=True)]


def fit(chosen: Sequence[list[tuple[int, bool]]]) -> dict[str, float]:
    """Weights under which the right options are likeliest: a multinomial logistic regression."""
    names: dict[str, int] = {}
    cells = [
        (row, names.setdefault(name, len(names)), value)
        for row, (key, _) in enumerate(option for options in chosen for option in options)
        for name, value in signs(key)
    ]
    rows, columns, values = zip(*cells, strict=True)
    good = np.array([float(right) for options in chosen for _, right in options])
    x = csr_matrix((values, (rows, columns)), shape=(len(good), len(names)), dtype=float)
    sizes = [len(options) for options in chosen]
    starts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    of = np.repeat(np.arange(len(sizes)), sizes)
    by_hand = np.array([SLOW.get(name, 0.0) for name in names])
    free = np.array([name not in SLOW for name in names])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        score = x @ (weights * free + by_hand)
        odds = np.exp(score - np.maximum.reduceat(score, starts)[of])
        every, right = np.add.reduceat(odds, starts), np.add.reduceat(odds * good, starts)
        slope = x.T @ (odds / every[of] - odds * good / right[of]) + PENALTY * weights
        return float(-np.log(right / every).sum() + PENALTY / 2 * weights @ weights), slope * free

    found = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x
    return {name: round(float(found[i]), 2) for name, i in names.items() if free[i]} | SLOW


def train(logs: Sequence[Log]) -> dict[str, float]:
    """Fits, tells the logs apart with what was fitted, and fits again."""
    weights: Mapping[str, float] = FIRST_GUESS
    for _ in range(ROUNDS):
        how = by(weights)
        weights = fit([options for log in logs for options in choices(log, how)])
    return dict(weights)


def by(weights: Mapping[str, float]) -> Callable[[int], float]:
    known: dict[int, float] = {}

    def how(key: int) -> float:
        if key not in known:
            known[key] = sum(weights.get(name, 0.0) * value for name, value in signs(key))
        return known[key]

    return how


def held_out(logs: Sequence[Log]) -> dict[str, float]:
    """Figures when each log is told apart by weights that were fitted on the others."""
    told = []
    for log in logs:
        how = by(train([other for other in logs if other is not log]))
        told.append(links_of(log, lambda messages, how=how: told_by(Disentangler(how), messages)))
    return measured(logs, told)


# --- Slack -------------------------------------------------------------------------------


def slack(path: Path) -> Iterator[tuple[str, Message]]:
    """The messages of a channel, each with the conversation that the corpus puts it into."""
    with gzip.open(path) as file:
        root = ElementTree.parse(file).getroot()
    for number, element in enumerate(root.iter("message")):
        text = element.findtext("text") or ""
        yield (
            element.get("conversation_id", ""),
            Message(
                id=str(number),
                text=re.sub(r"<@([^>|]+)[^>]*>", r"@\1", text),
                author=element.findtext("user") or "",
                created=moment(element.findtext("ts")),
                mentions=tuple(re.findall(r"<@([^>|]+)", text)),
            ),
        )


def agreement(path: Path) -> Iterator[dict[str, Any]]:
    said = list(slack(path))
    messages = [(number, message) for number, (_, message) in enumerate(said)]
    gold: dict[str, set[int]] = defaultdict(set)
    for number, (conversation, _) in enumerate(said):
        gold[conversation].add(number)
    for name, method in METHODS.items():
        found = clusters(set(method(messages)), 0)
        yield {
            "part": path.name.removesuffix(".xml.gz"),
            "method": name,
            **scores([frozenset(lines) for lines in gold.values()], found),
            "conversations": len(found),
            "longest": max(map(len, found)),
        }


# --- what is printed ---------------------------------------------------------------------

FIGURES = ("VI", "1-1", "exact P", "exact R", "exact F", "link P", "link R", "link F")


SLACK_FIGURES = (*FIGURES[:5], "conversations", "longest")


def head(names: Sequence[str]) -> str:
    return f"| part | method | {' | '.join(names)} |\n|---|---|{'---|' * len(names)}"


def shown(row: Mapping[str, Any], names: Sequence[str]) -> str:
    cells = [f"{value:.1f}" if isinstance(value := row[n], float) else f"{value:,}" for n in names]
    return f"| {row['part']} | {row['method']} | {' | '.join(cells)} |"


def microseconds(logs: Sequence[Log]) -> float:
    """Processor time for a message, the least of five runs."""
    messages = [message for log in logs for _, message in log.messages]
    seconds = []
    for _ in range(5):
        apart, began = Disentangler(), time.process_time()
        for message in messages:
            apart.place(message)
        seconds.append(time.process_time() - began)
    return min(seconds) / len(messages) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--slack", type=Path, help="folder with xml/*.xml.gz")
    parser.add_argument("--train", action="store_true", help="fit the weights on dev/")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    given = parser.parse_args()
    if given.train:
        logs = load(given.folder / "dev")
        row = {"part": "dev", "method": "fitted on the other logs", **held_out(logs)}
        print(head(FIGURES), shown(row, FIGURES), sep="\n")
        print(json.dumps(train(logs), indent=4, sort_keys=True))
        return
    rows = []
    print(head(FIGURES))
    for part in ("dev", "test"):
        logs = load(given.folder / part)
        for name, method in METHODS.items():
            told = [links_of(log, method) for log in logs]
            rows.append({"part": part, "method": name, **measured(logs, told)})
            print(shown(rows[-1], FIGURES))
    each = microseconds(logs)
    print(f"\n{each:.1f} microseconds a message")
    if given.slack:
        print("\n" + head(SLACK_FIGURES))
        for path in sorted((given.slack / "xml").glob("*.xml.gz")):
            for row in agreement(path):
                rows.append(row)
                print(shown(row, SLACK_FIGURES))
    if given.out:
        given.out.write_text(json.dumps({"microseconds": each, "rows": rows}, indent=1))


if __name__ == "__main__":
    main()
