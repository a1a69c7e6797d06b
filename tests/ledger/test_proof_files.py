"""What a proof file may do: state claims with the kernel's facts and evidence, never with facts of its own."""

import ast
from pathlib import Path

import pytest

from grpo_theory import discovery

FILES = discovery.files("proofs")
EXACT_TOOLS = {
    *("grpo_theory", "sympy", "flint", "fractions", "itertools", "functools", "operator"),
    *("collections", "math", "dataclasses", "typing"),
}
ONLY_THE_KERNEL = {"Fact", "Finding", "Decision", "Verdict"}


def short(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_proof_makes_no_facts_findings_or_verdicts(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {f.id if isinstance(f, ast.Name) else getattr(f, "attr", "") for f in calls}
    assert not called & ONLY_THE_KERNEL


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_proof_defines_no_evidence(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    methods = {
        f.name
        for c in ast.walk(tree)
        if isinstance(c, ast.ClassDef)
        for f in ast.walk(c)
        if isinstance(f, ast.FunctionDef)
    }
    assert "check" not in methods


@pytest.mark.parametrize("path", FILES, ids=short)
def test_a_proof_imports_the_package_and_exact_tools_only(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
        assert {name.split(".")[0] for name in names} <= EXACT_TOOLS
        assert "proofs" not in names
