from __future__ import annotations

import inspect

import pytest

from pipeline import errors
from pipeline.errors import DoubleloopError

TREE = [
    value
    for value in vars(errors).values()
    if inspect.isclass(value) and issubclass(value, DoubleloopError)
]


@pytest.mark.parametrize("error", TREE, ids=lambda e: e.__name__)
def test_every_error_stands_in_the_tree_at_the_top(error: type[DoubleloopError]) -> None:
    assert error.__name__ in (errors.__doc__ or "")


@pytest.mark.parametrize("error", TREE, ids=lambda e: e.__name__)
def test_every_error_has_an_exit_code_for_scripts(error: type[DoubleloopError]) -> None:
    assert error.exit_code in {1, 2, 3}


def test_an_error_is_one_line() -> None:
    assert "\n" not in str(DoubleloopError("two\nlines", hint="and\nmore"))
