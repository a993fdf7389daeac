"""From a problem or a topic to reflection questions with their evidence, kept in the bank."""

from __future__ import annotations

import time
from collections.abc import Iterator

from pipeline.access import require
from pipeline.errors import InputError, NothingFound
from pipeline.flow.asking import ask
from pipeline.flow.exploring import topic_map
from pipeline.flow.workspace import Progress, Workspace, silent
from pipeline.patterns.mine import mine_patterns
from pipeline.questions.draft import draft_stream
from pipeline.questions.markdown import to_markdown
from pipeline.records import Answer, Pattern, QuestionSet
from pipeline.store import asked_before, keep_questions, problems

EVIDENCE = 12  # related experiences that questions may draw on
MOST = 10


def questions(
    workspace: Workspace,
    problem: str,
    *,
    answer: Answer | None = None,
    count: int = 5,
    progress: Progress = silent,
) -> QuestionSet:
    """Reflection questions for a problem; see `questions_stream`, of which this is the last."""
    drafted = QuestionSet(problem=problem, questions=())
    for newer in questions_stream(workspace, problem, answer=answer, count=count):
        drafted = newer
        progress("Drafting", len(newer.questions), count)
    return drafted


def questions_stream(
    workspace: Workspace,
    problem: str,
    *,
    answer: Answer | None = None,
    count: int = 5,
    model: str | None = None,
) -> Iterator[QuestionSet]:
    """Question sets as they become better: assembled ones at once, then what a model adds.

    The last set is kept in the question bank, shown and rejected questions alike. `model` names
    another language model than the settings do, in the same words.

    Raises:
        InputError: The problem is empty, or `count` is out of range.
        NothingFound: The community has nothing to draw on.
    """
    require(workspace.actor, "read")
    if not 1 <= count <= MOST:
        raise InputError(f"The number of questions is {count}; it can be 1 to {MOST}.")
    began = time.perf_counter()
    answer = answer or ask(workspace, problem, k=EVIDENCE)
    if not answer.related:
        raise NothingFound("Nothing related was found, so there is nothing to ask about.")
    bank = asked_before(workspace.store, except_problem=answer.problem)
    drafted: QuestionSet | None = None
    for newer in draft_stream(
        answer.problem,
        answer,
        encoder=workspace.encoder,
        chat_model=workspace.chat_model_named(model or workspace.settings.chat_model),
        bank=bank,
        count=count,
        prompts=workspace.settings.prompts,
    ):
        drafted = newer
        yield newer
    if drafted is not None:
        _keep(workspace, drafted, seconds=time.perf_counter() - began)


def topic_problem(workspace: Workspace, topic_id: str) -> str:
    """A topic told as a problem, so that questions can be drafted from it.

    Raises:
        NothingFound: There is no such topic.
    """
    topics = {topic.id: topic for topic in topic_map(workspace).topics}
    if topic_id not in topics:
        raise NothingFound(
            f"There is no topic {topic_id} in {workspace.community}.",
            hint=f"List them with: doubleloop topics --community {workspace.community}",
        )
    topic = topics[topic_id]
    found = workspace.store.experiences(topic.representatives)
    titles = "; ".join(experience.title for experience in found.values())
    return f"{', '.join(topic.keywords[:6])}. {titles}"


def patterns_of(
    workspace: Workspace, problem: str, *, progress: Progress = silent
) -> tuple[Pattern, ...]:
    """Patterns in what is related to a problem, each with quotes for and against."""
    found = ask(workspace, problem, k=EVIDENCE, progress=progress)
    return mine_patterns(found.problem, found.related, found.counter, encoder=workspace.encoder)


def problems_asked(workspace: Workspace, limit: int = 20) -> tuple[str, ...]:
    """Problems that questions were drafted for, newest first, each once."""
    require(workspace.actor, "read")
    return tuple(problems(workspace.store, limit=limit))


def as_markdown(workspace: Workspace, drafted: QuestionSet) -> str:
    """A question set as Markdown, with titles and origins of the evidence."""
    cited = {quote.experience for q in drafted.questions for quote in q.evidence}
    cited |= {quote.experience for pattern in drafted.patterns for quote in pattern.quotes}
    return to_markdown(drafted, workspace.store.experiences(sorted(cited)))


def _keep(workspace: Workspace, drafted: QuestionSet, *, seconds: float) -> None:
    shown = drafted.questions
    run = workspace.store.record_run(
        "questions",
        actor=workspace.actor.name,
        seconds=seconds,
        detail={"shown": len(shown), "rejected": len(drafted.rejected)},
    )
    everything = [*shown, *drafted.rejected]
    keep_questions(workspace.store, everything, problem=drafted.problem, run=run)
