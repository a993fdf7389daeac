"""Times every regular expression of the connectors and of cleaning on strings made to hurt it.

    python benchmarks/regexes.py [--only FILE ...] [--show 20]

For each expression the strings are made of what it looks for: the same sign again and again, two in
turn, a beginning of a match again and again. It is used as the code uses it (`match`, `search`,
`sub` ...). One whose time grows faster than the string is told, and the command ends with 1; those
for which that is no harm are listed in `HARMLESS` with the reason.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import itertools
import pkgutil
import re
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from re import _constants as c
from re import _parser as parser
from types import ModuleType
from typing import Any

import pipeline.documents
import pipeline.sources

SMALL, LARGE = 4000, 16_000
"""Characters of the strings; the larger one shows whether the time grows faster than the string."""

_STEEP = 7.0  # times as long for four times the string; 4 is as it should be, 16 is quadratic
_WORTH = 0.05  # seconds on the larger string; what is quadratic takes several times that
_STOP = 0.5

HARMLESS = {
    "documents/redact.py _PRIVATE_KEY": "looks at 8,192 characters each time",
    "sources/pages/decision_head.py _KEP_PATH": "paths of files",
    "sources/chat/_irc_files.py": "names of files",
    "sources/forums/discourse_api.py": "addresses that a person typed",
    "sources/forums/whole.py": "names of files",
}
"""Expressions, all of a file or one, whose time is bounded all the same."""


@dataclass(frozen=True)
class Expression:
    """One expression: where it stands and how it is used."""

    where: str
    pattern: re.Pattern[Any]
    uses: frozenset[str]


def expressions() -> Iterator[Expression]:
    """All of the connectors and of the documents."""
    for package in (pipeline.sources, pipeline.documents):
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not info.ispkg:
                yield from _of_module(importlib.import_module(info.name))


def _of_module(module: ModuleType) -> Iterator[Expression]:
    file = str(module.__file__).rpartition("/pipeline/")[2]
    tree = ast.parse(Path(str(module.__file__)).read_text())
    uses: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            uses[node.value.id].add(node.attr)
        elif isinstance(node, ast.Call) and (found := _inline(node, file)):
            yield found
    for name, value in vars(module).items():
        for pattern in _patterns(value):
            used = uses.get(name, set()) & _METHODS.keys()
            yield Expression(f"{file} {name}", pattern, frozenset(used or _METHODS))


_METHODS = {
    "match": "match", "fullmatch": "fullmatch", "search": "search", "sub": "search",
    "subn": "search", "finditer": "search", "findall": "search", "split": "search",
}  # fmt: skip


def _patterns(value: object) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from (inner for inner in value.values() if isinstance(inner, re.Pattern))


def _inline(node: ast.Call, file: str) -> Expression | None:
    """An expression that is given where it is used, such as `re.sub("a+", ...)`."""
    call = node.func
    if not (isinstance(call, ast.Attribute) and call.attr in _METHODS and node.args):
        return None
    text = node.args[0]
    if not (
        isinstance(call.value, ast.Name)
        and call.value.id == "re"
        and isinstance(text, ast.Constant)
    ):
        return None
    flags = re.IGNORECASE if "IGNORECASE" in ast.dump(node) else re.NOFLAG
    return Expression(
        f"{file}:{node.lineno}", re.compile(text.value, flags), frozenset({call.attr})
    )


# --- strings that hurt -------------------------------------------------------------------

_OF_CATEGORY = {
    c.CATEGORY_DIGIT: "1", c.CATEGORY_SPACE: " ", c.CATEGORY_WORD: "a", c.CATEGORY_NOT_DIGIT: "x",
    c.CATEGORY_NOT_SPACE: "x", c.CATEGORY_NOT_WORD: "-",
}  # fmt: skip


def _sign(op: Any, value: Any) -> str:
    if op is c.LITERAL:
        return chr(value)
    if op is c.NOT_LITERAL:
        return "~" if value != ord("~") else "z"
    if op is c.RANGE:
        return chr(value[0])
    if op is c.CATEGORY:
        return _OF_CATEGORY.get(value, "a")
    return "z"


def _inside(op: Any, value: Any) -> list[Any]:
    if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        return [value[2]]
    if op is c.SUBPATTERN:
        return [value[3]]
    if op is c.ATOMIC_GROUP:
        return [value]
    if op is c.BRANCH:
        return list(value[1])
    if op in (c.ASSERT, c.ASSERT_NOT):
        return [value[1]]
    return [value[1]] if op is c.GROUPREF_EXISTS else []


def signs(tree: Any) -> list[str]:
    """One character of each kind that an expression looks for."""
    found: list[str] = []
    for op, value in tree:
        kinds = value if op is c.IN else [(op, value)]
        if op in (c.LITERAL, c.NOT_LITERAL, c.ANY, c.IN):
            found += [_sign(*kind) for kind in kinds if kind[0] is not c.NEGATE]
        for inner in _inside(op, value):
            found += signs(inner) if inner else []
    return list(dict.fromkeys(found))


def example(tree: Any, branch: int) -> str:
    """A string that about matches; of alternatives the one of that number."""
    made = ""
    for op, value in tree:
        if op in (c.LITERAL, c.NOT_LITERAL, c.ANY):
            made += _sign(op, value)
        elif op is c.IN:
            negated = value[0][0] is c.NEGATE
            made += "z" if negated else _sign(*value[0])
        elif op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            made += example(value[2], branch) * max(1, min(value[0], 20))
        elif op is c.BRANCH:
            made += example(value[1][branch % len(value[1])], branch)
        elif op in (c.SUBPATTERN, c.ATOMIC_GROUP):
            made += "".join(example(inner, branch) for inner in _inside(op, value))
    return made


def repeated(tree: Any) -> Iterator[str]:
    """What may come again and again in a match."""
    for op, value in tree:
        for inner in _inside(op, value):
            if not inner:
                continue
            if op in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT) and len(inner) > 1:
                yield from (example(inner, branch)[:60] for branch in range(4))
            if op is c.BRANCH:
                yield example(inner, 0)[:60]
            yield from repeated(inner)


def units(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Beginning, what comes again, and end of each string."""
    source = (
        pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    )
    tree = parser.parse(
        source, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    )
    few = list(dict.fromkeys([*signs(tree)[:12], "a", " ", "\n", "<"]))
    matches = list(dict.fromkeys(example(tree, branch)[:120] for branch in range(8)))
    heads = list(dict.fromkeys(one[:end] for one in matches for end in _ends(one)))
    heads += [one for one in dict.fromkeys(repeated(tree)) if one and one not in heads]
    for unit in itertools.chain(few, map("".join, itertools.permutations(few[:9], 2)), heads):
        yield "", unit, "\x01"
    for head, unit in itertools.product(heads[:40], few[:10]):
        yield head, unit, "\x01"
    for unit in few[:10]:
        yield "", unit, heads[-1] if heads else ""


def _ends(text: str) -> Iterator[int]:
    yield from range(1, min(len(text), 12))
    yield from range(12, len(text) + 1, 7)


# --- times -------------------------------------------------------------------------------


class _Slow(BaseException):
    pass


def _seconds(pattern: re.Pattern[Any], use: str, text: str) -> float:
    given = text if isinstance(pattern.pattern, str) else text.encode("latin-1", "replace")
    began = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, _STOP)
    try:
        if use == "search":
            for _ in pattern.finditer(given):
                pass
        else:
            getattr(pattern, use)(given)
    except _Slow:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return time.perf_counter() - began


def steep(one: Expression) -> tuple[float, str] | None:
    """Seconds on the worst string and what it is made of, when the time grows too fast."""
    worst: tuple[float, str] | None = None
    for use in sorted({_METHODS[name] for name in one.uses}):
        for head, unit, end in units(one.pattern):
            large = head + unit * (LARGE // len(unit)) + end
            took = _seconds(one.pattern, use, large)
            if took < max(_WORTH, worst[0] if worst else 0.0):
                continue
            small = _seconds(one.pattern, use, head + unit * (SMALL // len(unit)) + end)
            if took < _STOP:  # what else the machine does is not the expression's fault
                took = min(took, *(_seconds(one.pattern, use, large) for _ in range(2)))
            if took > _WORTH and took > _STEEP * small:
                worst = (took, f"{use}: {head[-20:]!r} + {unit[-20:]!r} ...")
                if took >= _STOP:
                    return worst
    return worst


def main() -> int:
    """Time them all and tell the steep ones."""
    args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    args.add_argument("--only", nargs="+", metavar="FILE", help="parts of file names")
    given = args.parse_args()
    signal.signal(signal.SIGALRM, _stop)
    known: dict[tuple[Any, int], Expression] = {}
    for one in expressions():
        key = (one.pattern.pattern, one.pattern.flags)
        before = known.get(key)
        known[key] = Expression(
            one.where, one.pattern, one.uses | (before.uses if before else frozenset())
        )
    told = 0
    for one in known.values():
        file = one.where.split()[0].partition(":")[0]
        if HARMLESS.keys() & {file, one.where} or (
            given.only and not any(part in file for part in given.only)
        ):
            continue
        if found := steep(one):
            told += 1
            print(f"{found[0] * 1000:7.0f} ms  {one.where}  {found[1]}", flush=True)
    print(f"{len(known):,} expressions; {told or 'none'} of them steep.")
    return int(told > 0)


def _stop(*_: object) -> None:
    raise _Slow


if __name__ == "__main__":
    sys.exit(main())
