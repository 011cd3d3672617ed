"""House rules that no linter knows: short files, and a docstring on everything that others use."""

import ast
from collections.abc import Iterable, Iterator

from tests.support import docs

MOST_LINES = 300
CODE = docs.files("src/**/*.py", "tests/**/*.py", "benchmarks/**/*.py")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {str(path.relative_to(docs.ROOT)): len(path.read_text().splitlines()) for path in CODE}
    assert {path: lines for path, lines in lengths.items() if lines > MOST_LINES} == {}


def test_everything_public_says_what_it_is() -> None:
    sources = {path: ast.parse(path.read_text()) for path in docs.files("src/**/*.py")}
    said_elsewhere = promised(sources.values())
    # A revision's verbs are always `upgrade` and `downgrade`; its module says what it does.
    modules = {path: tree for path, tree in sources.items() if path.parent.name != "versions"}
    assert [
        f"{path.relative_to(docs.ROOT)}: {where}"
        for path, tree in modules.items()
        for where in silent_in(tree, said_elsewhere)
    ] == []


def promised(trees: Iterable[ast.Module]) -> frozenset[str]:
    """Names of methods that some class documents: whoever implements them need not say it again."""
    return frozenset(
        method.name
        for tree in trees
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for method in owner.body
        if isinstance(method, Function) and ast.get_docstring(method)
    )


def silent_in(node: ast.AST, said_elsewhere: frozenset[str]) -> Iterator[str]:
    """What is public in a module and has no docstring; methods that override a base class's are documented there."""
    if isinstance(node, ast.Module) and ast.get_docstring(node) is None:
        yield "the module"
    for child in getattr(node, "body", []):
        if not isinstance(child, ast.ClassDef | Function) or child.name.startswith("_"):
            continue
        overrides = isinstance(node, ast.ClassDef) and (node.bases or child.name in said_elsewhere)
        if ast.get_docstring(child) is None and not (overrides and isinstance(child, Function)):
            yield f"{child.name} (line {child.lineno})"
        if isinstance(child, ast.ClassDef):
            yield from silent_in(child, said_elsewhere)
