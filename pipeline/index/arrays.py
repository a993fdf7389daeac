"""Arrays of any length in one file that is mapped into memory, not read.

The file is an Arrow file with one row whose columns are lists: opening it costs the same whatever
it holds, and what is never looked at stays on the disk.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Strings: TypeAlias = pa.LargeStringArray
"""Strings, some of which may be null; `strings[i].as_py()` is one of them."""

Arrays: TypeAlias = Mapping[str, NDArray[Any] | Strings]


def save_arrays(path: Path, arrays: Arrays) -> None:
    """Write arrays of numbers and of strings under their names."""
    columns = {name: _as_list(values) for name, values in arrays.items()}
    table = pa.record_batch(list(columns.values()), names=list(columns))
    # Through a file of Python's, so that a full disk is told like any other.
    with path.open("wb") as stream, pa.ipc.new_file(stream, table.schema) as writer:
        writer.write_batch(table)


def load_arrays(path: Path) -> dict[str, Any]:
    """What `save_arrays` wrote; numbers as arrays that cannot be written to.

    Raises:
        ValueError: The file is not such a file.
    """
    try:
        with pa.memory_map(str(path)) as stream:
            batch = pa.ipc.open_file(stream).get_batch(0)
    except pa.ArrowInvalid as error:
        raise ValueError(str(error)) from error
    return {name: _from_list(batch.column(name)) for name in batch.schema.names}


def strings(values: list[str | None]) -> Strings:
    """Strings as an array."""
    return pa.array(values, type=pa.large_string())


def _as_list(values: NDArray[Any] | Strings) -> Any:
    flat = pa.array(values) if isinstance(values, np.ndarray) else values
    return pa.LargeListArray.from_arrays(pa.array([0, len(flat)], type=pa.int64()), flat)


def _from_list(column: Any) -> Any:
    flat = column.flatten()
    if pa.types.is_large_string(flat.type):
        return flat
    return flat.to_numpy(zero_copy_only=True)
