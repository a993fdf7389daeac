"""A `Where` as SQL conditions on the table of experiences."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from pipeline.records import Where
from pipeline.store.rows import stamp
from pipeline.store.schema import documents, experience_tags, experiences, sources

_APOSTROPHES = "'’‘"
_ESCAPE = "\\"
MANY = 500  # values in one SQL list


def conditions(where: Where) -> list[ColumnElement[bool]]:
    """Conditions that must all hold; `nothing` becomes one that never does."""
    if where.nothing:
        return [false()]
    e = experiences.c
    candidates: list[tuple[object, ColumnElement[bool]]] = [
        (where.since, e.date >= (stamp(where.since) or "")),
        (where.until, e.date <= (stamp(where.until) or "")),
        (where.before, e.date < (stamp(where.before) or "")),
        (where.disciplines, _named(e.discipline, where.disciplines)),
        (where.outcomes, e.status.in_(where.outcomes)),
        (where.authors, e.author.in_(where.authors)),
        (where.ids is not None, _one_of(e.id, where.ids or ())),
        (where.not_ids, ~_one_of(e.id, where.not_ids)),
        (where.tags, _tagged(where.tags)),
        (where.sources, _from_sources(where.sources)),
    ]
    given = [condition for asked, condition in candidates if asked]
    return [*given, *map(_says, where.phrases)]


def _one_of(column: ColumnElement[str], values: Sequence[str]) -> ColumnElement[bool]:
    """The column has one of the values; very many go as one JSON list, for which there is room."""
    if len(values) <= MANY:
        return column.in_(values)
    each = func.json_each(json.dumps(values)).table_valued("value")
    return column.in_(select(each.c.value))


def _named(column: ColumnElement[str], names: Iterable[str]) -> ColumnElement[bool]:
    """Without regard to case; beyond ASCII, which the database cannot lower, as it is spelt."""
    names = list(names)
    lowered = [name.lower() for name in names]
    return or_(column.in_(names), func.lower(column).in_(lowered))


def _tagged(tags: Iterable[str]) -> ColumnElement[bool]:
    query = select(experience_tags.c.tag).where(experience_tags.c.experience == experiences.c.id)
    return exists(query.where(_named(experience_tags.c.tag, tags)))


def _from_sources(names: Iterable[str]) -> ColumnElement[bool]:
    query = (
        select(documents.c.id)
        .join(sources, sources.c.id == documents.c.source)
        .where(documents.c.id == experiences.c.document, sources.c.name.in_(list(names)))
    )
    return exists(query)


def _says(phrase: str) -> ColumnElement[bool]:
    """Title or text has the phrase word for word, whatever its case and spaces.

    Looking for one of its words is quick and rules out most; the pattern decides.
    """
    words = phrase_words(phrase)
    if not words:
        return false()
    rough = like_pattern(max(words, key=len))
    exact = phrase_pattern(words)
    return or_(
        *(
            and_(column.like(rough, escape=_ESCAPE), func.lower(column).regexp_match(exact))
            for column in (experiences.c.text, experiences.c.title)
        )
    )


def phrase_words(phrase: str) -> list[str]:
    """A phrase as the words between its spaces, composed as the texts are."""
    return unicodedata.normalize("NFC", phrase).split()


def phrase_pattern(words: Iterable[str]) -> str:
    r"""A regular expression for words one after the other in text whose ASCII is in lower case.

    It begins with the letters of the first word, not with the condition that no letter stands
    before them: so the search for it leaps from one such word to the next.

    >>> pattern = phrase_pattern(["Don't", "ask"])
    >>> bool(re.search(pattern, "don’t\n ask?")), bool(re.search(pattern, "don't asking"))
    (True, False)
    """
    first, *others = ["".join(map(_either_case, word)) for word in words]
    return r"\s+".join([rf"{first}(?<!\w{first})", *others]) + r"(?!\w)"


def _either_case(sign: str) -> str:
    """A pattern for one character: lower case is enough where the database can lower it."""
    if sign in _APOSTROPHES:
        return f"[{_APOSTROPHES}]"
    if sign.isascii():
        return re.escape(sign.lower())
    cases = sorted({c for c in (sign, sign.lower(), sign.upper()) if len(c) == 1})
    return f"[{''.join(cases)}]" if len(cases) > 1 else re.escape(sign)


def like_pattern(word: str) -> str:
    r"""A LIKE pattern for a word anywhere; what the database cannot compare is any one character.

    >>> like_pattern("100%_sûr")
    '%100\\%\\_s_r%'
    """
    signs = (
        "_"
        if not sign.isascii() or sign in _APOSTROPHES
        else _ESCAPE + sign
        if sign in ("%", "_", _ESCAPE)
        else sign
        for sign in word
    )
    return f"%{''.join(signs)}%"
