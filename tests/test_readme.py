"""README's commands are the issue's, are what .ci/run runs, and its examples are true."""

import doctest
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import grpo_theory.cli as cli

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
INSTALL = 'python3 -m venv .venv && . .venv/bin/activate && pip install -e ".[test]" -c constraints.txt'


def test_the_first_screen_holds_five_lines_and_both_commands() -> None:
    title, about, *_ = README.split("\n\n")
    assert title.startswith("# ")
    assert len(about.splitlines()) == 5
    screen = README.splitlines()[:24]
    assert [line for line in screen if line.startswith("python3")] == [
        f"{INSTALL} && grpo-theory verify",
        f"{INSTALL} && pytest",
    ]


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    extraction = re.search(r"^command=\$\((sed .*)\)$", script, re.MULTILINE)
    assert extraction is not None
    done = subprocess.run(["bash", "-c", extraction[1]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == f"{INSTALL} && pytest\n"
    assert 'bash -euo pipefail -c "$command"' in script


def test_ci_is_a_bash_script_without_errors() -> None:
    path = ROOT / ".ci" / "run"
    assert path.stat().st_mode & 0o111
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash")
    subprocess.run([str(shutil.which("bash")), "-n", str(path)], check=True)


def test_the_examples_in_the_readme_are_true() -> None:
    results = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert results.attempted >= 5
    assert results.failed == 0


@pytest.mark.parametrize("line", re.findall(r"^grpo-theory (rule .*)$", README, re.MULTILINE))
def test_the_rule_commands_of_the_readme_run(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', line.split("#")[0])]
    assert cli.run(words) == 0
    assert capsys.readouterr().err == ""


def test_every_link_of_the_documents_leads_to_a_file() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8")):
            assert target.startswith("https://") or (ROOT / target).exists(), f"{name}: {target}"
