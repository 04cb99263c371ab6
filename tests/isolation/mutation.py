"""One change of the code, made in the running process and taken back.

A mutation names a function and a text of it. The module's source is read, the text replaced inside that function alone,
the whole compiled, and the function given the code that came of it: every caller runs it, and nothing else is touched.
"""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.isolation.probe import Prober

Notices = Callable[[Prober], None]  # raises an AssertionError


@dataclass(frozen=True)
class Mutation:
    """`text` in a function, written `module:Qualified.name`, becomes `put`; `notice` fails then, and only then."""

    name: str
    where: str
    text: str
    put: str
    notice: Notices

    @property
    def module(self) -> ModuleType:
        """The module it is about."""
        return importlib.import_module(self.where.partition(":")[0])

    @property
    def function(self) -> FunctionType:
        """The function, without what wraps it."""
        found: Any = self.module
        for name in self.where.partition(":")[2].split("."):
            found = getattr(found, name)
        function = inspect.unwrap(found)
        assert isinstance(function, FunctionType)
        return function

    def code(self) -> CodeType:
        """The function's code with the filter dropped."""
        name = self.where.partition(":")[2]
        path = str(self.module.__file__)
        lines = inspect.getsource(self.module).splitlines(keepends=True)
        node = _node(ast.parse("".join(lines)), name)
        body = "".join(lines[node.lineno - 1 : node.end_lineno])
        assert body.count(self.text) == 1, f"{self.where} does not hold this once any more: {self.text}"
        mutated = "".join([*lines[: node.lineno - 1], body.replace(self.text, self.put), *lines[node.end_lineno :]])
        return _code(compile(mutated, path, "exec", dont_inherit=True), name)

    @contextmanager
    def made(self) -> Iterator[None]:
        """The code as mutated."""
        function = self.function
        before, mutated = function.__code__, self.code()
        assert before.co_freevars == mutated.co_freevars
        assert (before.co_code, before.co_consts, before.co_names) != (
            mutated.co_code,
            mutated.co_consts,
            mutated.co_names,
        )
        function.__code__ = mutated
        try:
            yield
        finally:
            function.__code__ = before


def _node(tree: ast.AST, name: str) -> Any:
    for part in name.split("."):
        tree = next(node for node in ast.iter_child_nodes(tree) if getattr(node, "name", "") == part)
    return tree


def _code(module: CodeType, name: str) -> CodeType:
    """The code of a function, somewhere in that of its module."""
    waiting = [module]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == name:
            return code
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
    raise LookupError(name)
