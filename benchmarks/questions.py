"""Drafted questions before the judge: prints a table, writes JSON.

    python benchmarks/questions.py [--model embedded|provider:model] [--encoder auto|words]
                                   [--json FILE] [--show]

Thirty-two problems are asked of the sample community. Arms: assembled in code, the same set after
the model (with --model), and planted bad questions on the same evidence. For each arm: mean of 16
by the built-in judge, share usable (11 or more, nothing at 0 that must not be), seconds for a set;
then how often each gate rejected a draft. The judge reads form, not sense: read the questions
themselves (--show) before you believe a number. If planted questions average above 6, the judge
is not to be believed at all.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")

from pipeline.flow.asking import ask
from pipeline.flow.demo import SAMPLE, load_sample
from pipeline.flow.workspace import Workspace
from pipeline.questions.draft import draft_stream
from pipeline.questions.gate import GateContext
from pipeline.questions.judge import judge
from pipeline.records import Answer, QuestionSet
from pipeline.settings import Settings

PROBLEMS = (
    "Our nurses skip the handover checklist at night, although the audit says 100 % complete.",
    "We copied a mentoring programme that worked elsewhere, and hardly anyone takes part.",
    "We have a target to close tickets within a day; numbers look great and customers are angry.",
    "We automated our monthly report and nobody can explain a figure that looks wrong.",
    "Our backups ran every night, and when the disk failed none of them could be restored.",
    "The board wants to launch the new booking system everywhere on one weekend.",
    "Junior staff notice risks but keep silent in meetings with the senior engineers.",
    "A pilot project in one village was a success, and failed when we went to forty villages.",
    "Residents reject our plan for a low-traffic street although the data show it is safer.",
    "Every year we have the same kind of incident, write a report, and nothing changes.",
    "Our supplier changed a component without telling us and the line stood still.",
    "Two alarms give contradicting advice and operators follow the wrong one.",
    "Teachers leave the new teaching method unused a year after the training.",
    "A new computer system for orders slows the ward down and people work around it.",
    "Our schedule slips every month and the reports stay green until the last week.",
    "Bonuses for fast delivery led to parts that fail in the field.",
    "The inspection finds every document in order, and the building is unsafe.",
    "A safety rule is ignored by everyone because the work cannot be done with it.",
    "We removed a check to save time and nobody remembers what it was for.",
    "Fishers and scientists disagree about how many fish are left.",
    "A reform was imposed on all schools at once and most of them only fill in the forms.",
    "Our automatic failover made the outage worse than the fault itself.",
    "Parents protest against a data platform that is legal and secure.",
    "People rely on the autopilot and have lost the skill to take over.",
    "A recall came years after the first complaints.",
    "The prototype works, and we cannot produce it in numbers.",
    "Citizens took part in the consultation, and the council decided otherwise.",
    "We measure injuries, they fall, and then the plant nearly explodes.",
    "One switch failed and both redundant lines went down.",
    "A medicine that improves the laboratory value does not help the patients.",
    "Small teams were merged to save money, and cases now fall between them.",
    "The unit conversion between two teams' software was wrong and nobody looked.",
)
PLANTED = (
    "How can we communicate better?",
    "Which tool would make this faster?",
    "Shouldn't we involve the users earlier?",
    "Why didn't the night shift follow the rule?",
    "What did we learn?",
)


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="none")
    parser.add_argument("--encoder", default="auto")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        found = run(given.model, given.encoder, Path(home), show=given.show)
    print_table(found)
    if given.json:
        given.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def run(model: str, encoder: str, home: Path, *, show: bool) -> dict[str, dict[str, object]]:
    """Results by arm, and the gates' rejections under "rejected"."""
    base = Settings()
    settings = Settings(home=home, encoder=encoder, chat_model=model, models_dir=base.models)
    load_sample(settings)
    arms: dict[str, list[QuestionSet]] = {"assembled": [], "planted bad": []}
    with Workspace(settings, SAMPLE) as workspace:
        for problem in PROBLEMS:
            answer = ask(workspace, problem, k=12)
            sets = list(
                draft_stream(
                    problem, answer, encoder=workspace.encoder, chat_model=workspace.chat_model
                )
            )
            arms["assembled"].append(sets[0])
            arms["planted bad"].append(planted(sets[0], answer))
            if workspace.chat_model is not None:
                arms.setdefault(f"with {workspace.chat_model.name}", []).append(sets[-1])
            if show:
                show_set(sets[-1])
    return {name: summary(sets) for name, sets in arms.items()}


def planted(drafted: QuestionSet, answer: Answer) -> QuestionSet:
    """The same set with bad questions in the place of the drafted ones, judged as they are."""
    began = time.perf_counter()
    context = GateContext({hit.experience.id: hit.experience for hit in answer.related})
    bad = []
    for text, question in zip(PLANTED, drafted.questions, strict=False):
        worse = replace(question, text=text, evidence=())
        bad.append(replace(worse, score=judge(worse, drafted.problem, context).total))
    return replace(drafted, questions=tuple(bad), rejected=(), seconds=time.perf_counter() - began)


def summary(sets: list[QuestionSet]) -> dict[str, object]:
    """Mean of 16, share usable, seconds for a set, and rejections by reason."""
    scores = [question.score for drafted in sets for question in drafted.questions]
    reasons = Counter(
        " ".join(reason.split()[:4])
        for drafted in sets
        for question in drafted.rejected
        for reason in question.reasons
    )
    return {
        "questions": len(scores),
        "mean_of_16": round(statistics.mean(scores), 2) if scores else 0.0,
        "usable": round(sum(score >= 11 for score in scores) / max(1, len(scores)), 3),
        "changed_by_model": sum(
            question.drafted_by != "assembled" for s in sets for question in s.questions
        ),
        "seconds_per_set": round(statistics.median(s.seconds for s in sets), 2),
        "rejected": dict(reasons.most_common()),
    }


def show_set(drafted: QuestionSet) -> None:
    """Print the questions of a set, to be read."""
    print(f"\n{drafted.problem}")
    for question in drafted.questions:
        print(f"  [{question.lens}, {question.drafted_by}] {question.text}")


def print_table(found: dict[str, dict[str, object]]) -> None:
    """One line for each arm, then what was rejected."""
    columns = ("questions", "mean_of_16", "usable", "changed_by_model", "seconds_per_set")
    print(f"\n{'arm':<28}" + "".join(f"{column:>18}" for column in columns))
    for name, values in found.items():
        print(f"{name:<28}" + "".join(f"{values[column]!s:>18}" for column in columns))
    for name, values in found.items():
        print(f"rejected, {name}: {values['rejected']}")


if __name__ == "__main__":
    main()
