"""From a problem and what is related to it to a few reflection questions.

Assembled questions come at once. A language model, where there is one, may improve on them
afterwards; whatever happens to it, the assembled questions stay.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from pipeline.embeddings.base import Encoder
from pipeline.errors import DoubleloopError
from pipeline.patterns import Contrast, find_contrasts, pattern_of, varied
from pipeline.patterns.mine import MOST_PATTERNS
from pipeline.patterns.subject import stems
from pipeline.questions.assemble import Candidate, assemble
from pipeline.questions.chat_model import ChatModel
from pipeline.questions.choose import choose
from pipeline.questions.clause import clause_for, clause_frame, with_clause
from pipeline.questions.gate import GateContext, gates, with_vectors
from pipeline.questions.judge import judge
from pipeline.questions.language import NAMES, language_of
from pipeline.questions.prompt_files import load_prompt
from pipeline.questions.whole import whole_questions
from pipeline.records import Answer, Question, QuestionSet
from pipeline.settings import load_settings

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

FINALISTS = 3  # times the questions wanted
MOST_REJECTED = 20
CLAUSES = 3  # questions of a set that a small model is asked to word
SECONDS = 90.0  # for all that a model is asked
NEAR_IN_BANK = 4  # asked questions that each finalist is compared with by meaning


def draft_questions(
    problem: str,
    answer: Answer,
    *,
    encoder: Encoder,
    chat_model: ChatModel | None = None,
    bank: Sequence[Question] = (),
    count: int = 5,
    progress: Progress | None = None,
    prompts: Path | None = None,
) -> QuestionSet:
    """The last and best set of `draft_stream`."""
    drafted = QuestionSet(problem=problem, questions=())
    for drafted in draft_stream(
        problem,
        answer,
        encoder=encoder,
        chat_model=chat_model,
        bank=bank,
        count=count,
        prompts=prompts,
    ):
        if progress:
            progress("Drafting questions", len(drafted.questions), count)
    return drafted


def draft_stream(
    problem: str,
    answer: Answer,
    *,
    encoder: Encoder,
    chat_model: ChatModel | None = None,
    bank: Sequence[Question] = (),
    count: int = 5,
    prompts: Path | None = None,
    seconds: float = SECONDS,
) -> Iterator[QuestionSet]:
    """Question sets as they become better; closing the iterator stops the drafting.

    The first set is assembled in code. A model that fails or takes longer than `seconds` ends
    the stream with the questions there are and a note that says so in one line. With fewer than
    two experiences that can be quoted the set is empty, and its note says why.

    Args:
        problem: What the member typed.
        answer: Related and counter-experiences; questions cite these alone.
        encoder: For nearness of sentences and to questions asked before.
        chat_model: Writes clauses or whole questions; None leaves the questions as assembled.
        bank: Questions asked before: what rephrases one of them is rejected.
        count: How many questions are wanted.
        prompts: Folder of prompt files; that of the settings if None.
        seconds: Time for everything that a model is asked.
    """
    began = time.perf_counter()
    desk = _Desk(problem, answer, encoder, tuple(bank), count, began)
    desk.sift(assemble(problem, desk.contrasts))
    yield desk.set()
    if chat_model is None or not desk.contrasts:
        return
    folder = prompts or load_settings().prompts
    try:
        if chat_model.writes == "clauses":
            yield from _clauses(desk, chat_model, folder, until=began + seconds)
        else:
            _whole(desk, chat_model, folder)
    except DoubleloopError as error:
        desk.note = f"The questions are as assembled in code: {error.message}"
    yield desk.set()


@dataclass
class _Desk:
    """What lies on the table while one set of questions is drafted."""

    problem: str
    answer: Answer
    encoder: Encoder
    bank: tuple[Question, ...]
    count: int
    began: float
    note: str = ""
    contrasts: tuple[Contrast, ...] = ()
    passed: list[Candidate] = field(default_factory=list)
    rejected: dict[str, Question] = field(default_factory=dict)
    chosen: tuple[Candidate, ...] = ()
    context: GateContext = field(default_factory=lambda: GateContext({}))

    def __post_init__(self) -> None:
        hits = (*self.answer.related, *self.answer.counter)
        self.context = GateContext({hit.experience.id: hit.experience for hit in hits})
        self.contrasts = find_contrasts(
            self.problem, self.answer.related, self.answer.counter, self.encoder
        )
        if not self.contrasts:
            self.note = "Too few related experiences can be quoted to hold them against each other."
        elif self.answer.precedent == "none":
            self.note = "Nothing close to this problem is known here; the questions reach further."
        spoken = language_of(self.problem)
        if spoken not in ("", "en"):
            self.note = f"Questions are assembled in English; the problem is in {NAMES[spoken]}."

    def sift(self, candidates: Sequence[Candidate]) -> None:
        """Put candidates through the gates and before the judge, and choose again."""
        scored = [self._judged(c) for c in candidates]
        passed = [c for c in scored if c and not c.question.reasons]
        finalists = choose([*passed, *self.passed], FINALISTS * self.count)
        self.context = self._compared(finalists)
        final = [c for c in (self._judged(f) for f in finalists) if c and not c.question.reasons]
        self.passed = final
        self.chosen = choose(final, self.count)

    def _judged(self, candidate: Candidate) -> Candidate | None:
        question = candidate.question
        if reasons := gates(question, self.context):
            self.reject(question, reasons)
            return None
        verdict = judge(question, self.problem, self.context)
        if not verdict.usable:
            self.reject(question, (f"judged {verdict.total:.0f} of 16",))
            return None
        return replace(candidate, question=replace(question, score=verdict.total))

    def reject(self, question: Question, reasons: tuple[str, ...]) -> None:
        """Keep a rejected question with its reasons."""
        self.rejected[question.text] = replace(question, status="rejected", reasons=reasons)

    def _compared(self, finalists: Sequence[Candidate]) -> GateContext:
        """The context with vectors of the finalists and of the asked questions like them."""
        texts = [c.question.text for c in finalists]
        near = _like(texts, [q.text for q in self.bank])
        if not near:
            return self.context
        known = with_vectors(self.context, [*texts, *near], self.encoder)
        rows = [known.vectors[text] for text in near]
        return replace(known, asked=tuple(near), asked_vectors=np.stack(rows))

    def better(self, old: Candidate, new: Candidate) -> bool:
        """Put `new` in the place of `old` if it passes and is judged no worse."""
        judged = self._judged(new)
        if judged is None or judged.question.score < old.question.score:
            return False
        self.chosen = tuple(judged if c is old else c for c in self.chosen)
        return True

    def set(self) -> QuestionSet:
        """The set as it is now."""
        moment = datetime.now(UTC)
        shown = tuple(replace(c.question, created=moment) for c in self.chosen)
        texts = {q.text for q in shown}
        left = [q for q in self.rejected.values() if q.text not in texts]
        rejected = [*self._passed_over(texts), *left]
        patterns = [pattern_of(c) for c in varied(self.contrasts, limit=MOST_PATTERNS)]
        known = {p.id for p in patterns}
        extra = [pattern_of(c.contrast) for c in self.chosen if c.question.pattern not in known]
        return QuestionSet(
            problem=self.problem,
            questions=shown,
            rejected=tuple(replace(q, created=moment) for q in rejected[:MOST_REJECTED]),
            patterns=tuple({p.id: p for p in (*patterns, *extra)}.values()),
            seconds=time.perf_counter() - self.began,
            note=self.note,
        )

    def _passed_over(self, shown: Container[str]) -> list[Question]:
        """Finalists that passed every gate and found no place in the set, with the reason."""
        others = [c.question for c in self.passed if c.question.text not in shown]
        lenses = {c.question.lens for c in self.chosen}
        said = {
            True: "passed, but a better one with the same lens was chosen",
            False: f"passed, but {self.count} others opened up more",
        }
        return [replace(q, status="rejected", reasons=(said[q.lens in lenses],)) for q in others]


def _clauses(desk: _Desk, model: ChatModel, folder: Path, *, until: float) -> Iterator[QuestionSet]:
    """A clause from the model for the best few questions, one after the other."""
    prompt = load_prompt(folder, "clause")
    vocabulary = stems(" ".join(e.text for e in desk.context.experiences.values()))
    asked = 0
    for candidate in desk.chosen:
        frame = clause_frame(candidate.contrast, candidate.question.lens)
        if frame is None or asked == CLAUSES:
            continue
        if time.perf_counter() > until:
            desk.note = f"{model.name} was too slow; the other questions are as assembled in code."
            return
        asked += 1
        clause = clause_for(
            candidate, desk.problem, model=model, prompt=prompt, vocabulary=vocabulary
        )
        if not clause:
            continue
        new = with_clause(
            candidate, frame, clause, model=model.name, prompt=prompt.id, problem=desk.problem
        )
        if desk.better(candidate, new):
            yield desk.set()


def _whole(desk: _Desk, model: ChatModel, folder: Path) -> None:
    """Whole questions from the model, sifted together with the assembled ones."""
    language = language_of(desk.problem) or "en"
    prompt = load_prompt(folder, "draft_questions")
    drafted = whole_questions(
        desk.problem, desk.contrasts, model=model, prompt=prompt, language=language
    )
    if not drafted:
        desk.note = f"{model.name} gave no questions; these are as assembled in code."
        return
    assembled = desk.chosen
    desk.context = replace(desk.context, language=language)
    if language != "en":
        desk.passed = []
    desk.sift(drafted)
    if not desk.chosen:
        desk.chosen = assembled
        desk.note = f"No question of {model.name} passed; these are as assembled in code."
    elif language != "en":
        desk.note = ""


def _like(texts: Sequence[str], asked: Sequence[str]) -> list[str]:
    """The asked questions that share most words with each text; the rest cannot rephrase it."""
    known = [(text, stems(text)) for text in dict.fromkeys(asked)]
    found: dict[str, None] = {}
    for text in texts:
        own = stems(text)
        shared = [(len(own & other) / max(1, len(own | other)), q) for q, other in known]
        for share, question in sorted(shared, reverse=True)[:NEAR_IN_BANK]:
            if share >= 0.25:
                found.setdefault(question)
    return list(found)
