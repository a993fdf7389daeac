"""A filter as JSON and back, so that it can be kept with what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from pipeline.records import Where
from pipeline.store.rows import moment, stamp

_MOMENTS = {"since", "until", "before"}
_DEFAULTS = Where()


def where_to_json(where: Where) -> dict[str, Any]:
    """The fields of a filter that say something; an empty filter gives an empty object.

    >>> where_to_json(Where(tags=("fog",)))
    {'tags': ['fog']}
    """
    given = {field.name: getattr(where, field.name) for field in fields(Where)}
    said = {name: value for name, value in given.items() if value != getattr(_DEFAULTS, name)}
    return {name: _plain(value) for name, value in said.items()}


def where_from_json(stored: Mapping[str, Any]) -> Where:
    """The filter read back.

    One that holds what this version does not know lets nothing through, so that a filter never
    grows wider than it was kept.

    >>> where_from_json({"tags": ["fog"]}) == Where(tags=("fog",))
    True
    >>> where_from_json({"unheard of": 1}).nothing
    True
    """
    known = {field.name for field in fields(Where)}
    if not set(stored) <= known:
        return Where(nothing=True)
    return Where(**{name: _typed(name, value) for name, value in stored.items()})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    return list(value) if isinstance(value, tuple) else value


def _typed(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return moment(value)
    return tuple(value) if isinstance(value, list) else value
