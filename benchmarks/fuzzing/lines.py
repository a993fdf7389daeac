"""Which lines of the connectors were reached, told by marks that are put into them on import.

A mark is one store into a byte array, so that all inputs can be followed at full speed; tracing
would take many times as long.
"""

from __future__ import annotations

import ast
import importlib.machinery
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder, SourceLoader
from pathlib import Path
from types import CodeType, ModuleType

_NAME = "__reached__"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Lines:
    """Marks of every statement inside the functions of a package."""

    def __init__(self, package: str) -> None:
        self._prefix = f"{package}."
        self._marks: dict[str, bytearray] = {}
        self._known: dict[str, bytes] = {}

    def follow(self) -> None:
        """Mark what is imported of the package from now on."""
        sys.meta_path.insert(0, _Finder(self))

    def marks(self, module: str, count: int) -> bytearray:
        """The marks of a module with that many statements."""
        return self._marks.setdefault(module, bytearray(count))

    def marked(self, module: str) -> bool:
        """Whether a module belongs to the package."""
        return module.startswith(self._prefix)

    @property
    def all(self) -> int:
        """How many statements there are."""
        return sum(map(len, self._marks.values()))

    def fresh(self) -> bool:
        """Whether statements were reached since the last time that were not before."""
        found = False
        for module, marks in self._marks.items():
            if self._known.get(module) != marks:
                self._known[module] = bytes(marks)
                found = True
        return found

    def reached(self) -> dict[str, list[int]]:
        """The numbers of the statements that were reached, by module."""
        found = {
            name: [at for at, mark in enumerate(marks) if mark]
            for name, marks in self._marks.items()
        }
        return {name: numbers for name, numbers in found.items() if numbers}

    def forget(self) -> None:
        """Begin anew."""
        for marks in self._marks.values():
            marks[:] = bytes(len(marks))
        self._known.clear()
        self.fresh()


class _Finder(MetaPathFinder):
    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not self._lines.marked(name):
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.origin is None or spec.submodule_search_locations:
            return spec
        spec.loader = _Loader(name, spec.origin, self._lines)
        return spec


class _Loader(SourceLoader):
    def __init__(self, name: str, origin: str, lines: Lines) -> None:
        self._name = name
        self._origin = origin
        self._lines = lines

    def get_filename(self, fullname: str) -> str:  # noqa: ARG002 - the loader's interface
        return self._origin

    def get_data(self, path: str | bytes) -> bytes:
        return Path(str(path)).read_bytes()

    def path_stats(self, path: str) -> dict[str, int]:  # type: ignore[override]
        raise OSError(path)  # so that nothing is cached beside the source

    def source_to_code(self, data: bytes, path: str, **_: object) -> CodeType:  # type: ignore[override]
        marking = _Marking()
        tree = ast.fix_missing_locations(marking.visit(ast.parse(data)))
        self._lines.marks(self._name, marking.count)
        return compile(tree, path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        code = self.get_code(self._name)
        module.__dict__[_NAME] = self._lines.marks(self._name, 0)
        exec(code, module.__dict__)  # noqa: S102 - what an import is


class _Marking(ast.NodeTransformer):
    """Puts a mark before every statement that is inside a function."""

    def __init__(self) -> None:
        self.count = 0
        self._inside = 0

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def _function(self, node: _Function) -> ast.AST:
        self._inside += 1
        self.generic_visit(node)
        self._inside -= 1
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if self._inside:
            for name in ("body", "orelse", "finalbody"):
                held = getattr(node, name, None)
                if isinstance(held, list) and held and isinstance(held[0], ast.stmt):
                    setattr(node, name, self._marked(held))
        return node

    def _marked(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in statements:
            if not _is_text(statement):
                made.append(self._mark(statement))
            made.append(statement)
        return made

    def _mark(self, statement: ast.stmt) -> ast.stmt:
        place = ast.Subscript(
            ast.Name(_NAME, ast.Load()), ast.Constant(self.count), ctx=ast.Store()
        )
        self.count += 1
        return ast.copy_location(ast.Assign([place], ast.Constant(1)), statement)


def _is_text(statement: ast.stmt) -> bool:
    """A docstring has to stay the first statement."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
