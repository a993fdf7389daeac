"""Suggestions while typing and exact phrases on a community of one's own: speed, and what is found.

    python benchmarks/finding.py --community NAME [--titles N] [--phrases N] [--out FILE]

The community is read from DOUBLELOOP_HOME as the settings have it.

- typing: titles are typed letter by letter, each beginning as it is and with one slip of the
  fingers (two letters swapped, one left out, or one wrong). Told: milliseconds for each
  suggestion (aim: 30 at most for 19 of 20), and how often the title meant was offered.
- phrases: one to four words in a row of some text, looked up for the first time (aim: 50 ms at
  most) and again. Those of everyday words, which thousands of texts say, stand in a row of their
  own. Every answer is compared with a plain search through all texts.

Milliseconds are those of the processor, which other work on the machine disturbs least; those of
the clock stand beside them.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from pipeline.flow.finding import names, read_query, resolved, suggest
from pipeline.flow.indexing import catch_up
from pipeline.flow.workspace import Workspace
from pipeline.records import Where
from pipeline.settings import load_settings

BEGINNINGS = (4, 8, 12, 20)  # letters typed
AIM_TYPING, AIM_PHRASE = 30.0, 50.0  # milliseconds


@dataclass(frozen=True)
class Took:
    processor: float
    clock: float


def timed(function: Callable[[], Any]) -> tuple[Took, Any]:
    processor, clock = time.process_time(), time.perf_counter()
    result = function()
    ended = (time.process_time() - processor, time.perf_counter() - clock)
    return Took(ended[0] * 1000, ended[1] * 1000), result


def row(name: str, times: Iterable[Took], **more: Any) -> dict[str, Any]:
    times = list(times)
    processor = [one.processor for one in times]
    return {
        "what": name,
        "n": len(times),
        "p50_ms": round(float(np.median(processor)), 1),
        "p95_ms": round(float(np.percentile(processor, 95)), 1),
        "clock_p95_ms": round(float(np.percentile([one.clock for one in times], 95)), 1),
        **more,
    }


def slipped(text: str, pick: random.Random) -> str:
    """The text with one slip in a word of five letters or more, never in its first letter."""
    words = list(re.finditer(r"[a-z]{5,}", text))
    if not words:
        return text
    word = pick.choice(words)
    at = pick.randrange(word.start() + 1, word.end() - 1)
    kind = pick.choice(["swap", "drop", "wrong"])
    if kind == "swap":
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind == "drop":
        return text[:at] + text[at + 1 :]
    return text[:at] + pick.choice("etaoinsr") + text[at + 1 :]


def typing(workspace: Workspace, number: int, pick: random.Random) -> list[dict[str, Any]]:
    titles = [one.title for one in workspace.store.all_experiences() if len(one.title) >= 25]
    chosen = pick.sample(titles, min(number, len(titles)))
    suggest(workspace, "warm")
    rows = []
    for slip in (False, True):
        times: list[Took] = []
        offered: Counter[int] = Counter()
        for title in chosen:
            for letters in BEGINNINGS:
                typed = title.lower()[:letters]
                typed = slipped(typed, pick) if slip else typed
                took, found = timed(lambda typed=typed: suggest(workspace, typed))
                times.append(took)
                offered[letters] += any(one.label == title for one in found)
        shares = {f"offered_at_{n}": round(offered[n] / len(chosen), 3) for n in BEGINNINGS}
        rows.append(row("typing with a slip" if slip else "typing", times, **shares))
    values = ["tag:", "tag:s", "discipline:", "author:m", "source:", "after:", "outcome:w", ""]
    rows.append(
        row("typing a value", (timed(lambda v=v: suggest(workspace, v))[0] for v in values * 10))
    )
    return rows


def phrases(workspace: Workspace, number: int, pick: random.Random) -> list[dict[str, Any]]:
    texts = {
        one.id: " | ".join(" ".join(part.split()).casefold() for part in (one.title, one.text))
        for one in workspace.store.all_experiences()
    }
    pairs = Counter(
        pair
        for text in pick.sample(sorted(texts.values()), min(2000, len(texts)))
        for pair in set(re.findall(r"(?=\b([a-z]+ [a-z]+)\b)", text))
    )
    everyday = [pair for pair, _ in pairs.most_common(20)]
    whole = [text.split() for text in texts.values() if len(text.split()) > 8]
    told = []
    while len(told) < number:
        words = pick.choice(whole)
        at = pick.randrange(len(words) - 4)
        phrase = " ".join(words[at : at + pick.randint(1, 4)])
        if re.fullmatch(r"[a-z][a-z ]+[a-z]", phrase) and phrase not in told:
            told.append(phrase)
    rows = []
    for name, some in (("phrases of texts", told), ("everyday phrases", everyday)):
        first, again, wrong, said = [], [], 0, []
        for phrase in some:
            where = Where(phrases=(phrase,))
            took, found = timed(lambda where=where: resolved(workspace, where))
            first.append(took)
            again.append(timed(lambda where=where: resolved(workspace, where))[0])
            plain = re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)")
            expected = {id_ for id_, text in texts.items() if plain.search(text)}
            wrong += set(found.ids) != expected and len(set(found.ids) ^ expected)
            said.append(len(found.ids))
        rows.append(row(name, first, said_by_median=int(np.median(said)), differ=wrong))
        rows.append(row(f"{name}, again", again))
    return rows


def show(rows: list[dict[str, Any]], experiences: int) -> None:
    table = Table(title=f"{experiences:,} experiences")
    for head in ("what", "n", "p50 ms", "p95 ms", "clock p95 ms", "besides"):
        table.add_column(head, justify="left" if head in {"what", "besides"} else "right")
    for one in rows:
        main = ("what", "n", "p50_ms", "p95_ms", "clock_p95_ms")
        besides = ", ".join(f"{k} {v}" for k, v in one.items() if k not in main)
        table.add_row(*(str(one[k]) for k in main), besides)
    Console(width=140).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--community", required=True)
    parser.add_argument("--titles", type=int, default=100)
    parser.add_argument("--phrases", type=int, default=100)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    pick = random.Random(7)
    with Workspace(load_settings(community=given.community), given.community) as workspace:
        catch_up(workspace)
        rows = [row("names read anew", [timed(lambda: names(workspace))[0]])]
        rows.append(row("titles read anew", [timed(lambda: suggest(workspace, "x"))[0]]))
        query = 'tag:xyz discipline:abc after:2021 "volume rendering" is slow'
        rows.append(
            row(
                "reading a query",
                (timed(lambda: read_query(workspace, query))[0] for _ in range(50)),
            )
        )
        rows += typing(workspace, given.titles, pick)
        rows += phrases(workspace, given.phrases, pick)
        experiences = workspace.store.count()
    show(rows, experiences)
    by_name = {one["what"]: one["p95_ms"] for one in rows}
    for name, aim in (
        ("typing", AIM_TYPING),
        ("typing with a slip", AIM_TYPING),
        ("phrases of texts", AIM_PHRASE),
        ("everyday phrases", AIM_PHRASE),
    ):
        verdict = "within" if by_name[name] <= aim else "beyond"
        print(f"{name}: p95 {by_name[name]} ms, {verdict} {aim:.0f} ms")
    if given.out:
        given.out.write_text(json.dumps({"experiences": experiences, "rows": rows}, indent=2))


if __name__ == "__main__":
    main()
