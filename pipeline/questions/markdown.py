"""A set of questions as Markdown, to be copied into an agenda or a wiki."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.patterns.verify import verified
from pipeline.records import Experience, Pattern, Question, QuestionSet, Quote

_STANCES = {"supports": "for", "contradicts": "against", "context": "context"}


def to_markdown(drafted: QuestionSet, experiences: Mapping[str, Experience]) -> str:
    """Questions with lens, assumption and evidence, then patterns, then what was rejected.

    Quotes whose experience is given are checked once more and left out if they fail. Text of
    the community is escaped, so that it cannot become a heading, a link or an image.
    """
    blocks = [f"# Questions: {_plain(drafted.problem)}"]
    if drafted.note:
        blocks.append(f"*{_plain(drafted.note)}*")
    for number, question in enumerate(drafted.questions, 1):
        blocks.append(_question(number, question, experiences))
    if drafted.patterns:
        blocks.append("## Patterns underneath")
        blocks += [_pattern(pattern, experiences) for pattern in drafted.patterns]
    if drafted.rejected:
        blocks.append(_rejected(drafted.rejected))
    return "\n\n".join(blocks) + "\n"


def _question(number: int, question: Question, experiences: Mapping[str, Experience]) -> str:
    lines = [
        f"## {number}. {_plain(question.text)}",
        "",
        f"- **Lens:** {question.lens} ({question.loop} loop)",
        f"- **Assumption underneath:** {_plain(question.assumption)}",
    ]
    if question.sibling:
        lines.append(f"- **Instead of:** {_plain(question.sibling)}")
    lines.append("- **Evidence:**")
    lines += _quotes(question.evidence, experiences)
    lines.append(f"- **Drafted by:** {drafted_by(question)}")
    return "\n".join(lines)


def drafted_by(question: Question) -> str:
    """Who worded a question: the method, the model and prompt, and the day.

    >>> drafted_by(Question("q", "?", "frame", "double", "", ()))
    'assembled'
    """
    made = [question.drafted_by]
    if question.model:
        made.append(f"{question.model}, {question.prompt}" if question.prompt else question.model)
    if question.created:
        made.append(question.created.date().isoformat())
    return " · ".join(made)


def _pattern(pattern: Pattern, experiences: Mapping[str, Experience]) -> str:
    lines = [f"**{pattern.kind.capitalize()}.** {_plain(pattern.claim)} {pattern.holds_when}"]
    return "\n".join([*lines, "", *_quotes(pattern.quotes, experiences)])


def _quotes(quotes: tuple[Quote, ...], experiences: Mapping[str, Experience]) -> list[str]:
    lines = []
    for quote in quotes:
        experience = experiences.get(quote.experience)
        if experience is not None and not verified(quote, experience):
            continue
        where = _where(experience) if experience else quote.experience
        lines.append(f"  - {_STANCES[quote.stance]}: “{_plain(quote.text)}” — {where}")
    return lines


def _where(experience: Experience) -> str:
    facts = ", ".join(str(fact) for fact in (experience.discipline, experience.year) if fact)
    title = _plain(experience.title)
    if re.match(r"https?://[^\s<>()]+$", experience.origin):
        title = f"[{title}](<{experience.origin}>)"
    elif experience.origin:
        title = f"{title} ({_plain(experience.origin)})"
    return f"{title}{f' ({facts})' if facts else ''}"


def _rejected(questions: tuple[Question, ...]) -> str:
    lines = ["<details>", f"<summary>Rejected drafts ({len(questions)})</summary>", ""]
    lines += [f"- {_plain(q.text)} — {_plain('; '.join(q.reasons))}" for q in questions]
    return "\n".join([*lines, "", "</details>"])


def _plain(text: str) -> str:
    r"""Text on one line with Markdown's and HTML's own characters escaped.

    >>> _plain("<b>a_b</b> [x](y)")
    '\\<b\\>a\\_b\\</b\\> \\[x\\](y)'
    """
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", " ".join(text.split()))
