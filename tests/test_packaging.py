"""What is built, shipped and pinned: metadata, extras, constraints, and a wheel that holds proofs and figures."""

import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import metadata
from pathlib import Path

import pytest

import grpo_theory as gt
from grpo_theory import discovery
from grpo_theory.sources import SOURCES, source

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[;!~ ]", text, maxsplit=1)[0].lower() for text in requirements}


def test_core_dependencies_are_those_of_the_design() -> None:
    core = {"sympy", "numpy", "scipy", "mpmath", "matplotlib", "python-flint", "click", "rich"}
    assert names(PROJECT["dependencies"]) == core


def test_all_holds_every_extra_but_interop_and_the_browser_of_the_checks() -> None:
    extras = PROJECT["optional-dependencies"]
    assert set(extras) == {"test", "explore", "browser", "book", "cluster", "interop", "bench", "all"}
    assert extras["all"] == ["grpo-theory[test,explore,book,cluster,bench]"]


def test_constraints_pin_exactly_what_is_installed_and_name_no_host() -> None:
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in lines)
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    extras = PROJECT["optional-dependencies"]
    needed = [line for extra, lines in extras.items() if extra not in ("interop", "all") for line in lines]
    assert names(PROJECT["dependencies"] + needed) <= pinned


def test_no_committed_text_names_a_registry() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    hosts = re.compile(r"--(extra-)?index-url|--find-links|https?://[^ ]*/simple\b")
    for name in listed:
        path = ROOT / name
        if path.suffix in {".toml", ".txt", ".md", ".cfg", ".cff"} or name == ".ci/run":
            assert not hosts.search(path.read_text(encoding="utf-8")), name


def test_the_installed_metadata_is_this_version() -> None:
    assert metadata("grpo-theory")["Version"] == gt.__version__
    assert f"version: {gt.__version__}" in (ROOT / "CITATION.cff").read_text()


def test_the_wheel_ships_types_style_proofs_and_figures(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*command, str(tmp_path), str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    shipped = set(zipfile.ZipFile(wheel).namelist())
    assert {"grpo_theory/py.typed", "grpo_theory/figures/print.mplstyle"} <= shipped
    for name in ("proofs", "figures"):
        for path in discovery.files(name):
            assert f"grpo_theory/_shipped/{path.relative_to(ROOT)}" in shipped
    assert not any(name.startswith(("tests/", "proofs/", "figures/")) or "__pycache__" in name for name in shipped)


def test_every_public_name_resolves_and_is_listed() -> None:
    for name in gt.__all__:
        assert getattr(gt, name) is not None
        assert name in dir(gt)
    with pytest.raises(AttributeError, match="no attribute 'fixed_pionts'"):
        getattr(gt, "fixed_pionts")  # noqa: B009


def test_the_type_checker_sees_every_lazy_name() -> None:
    text = Path(str(gt.__file__)).read_text(encoding="utf-8")
    declared = set(re.findall(r"^    from \S+ import (\w+) as \1$", text, re.MULTILINE))
    assert declared == set(gt.__all__) - {"__version__"}


def test_sources_are_found_by_key_or_folder_and_suggest_the_nearest() -> None:
    for document in SOURCES:
        assert source(document.key) is source(document.folder) is document
        assert document.title and document.labels
    with pytest.raises(ValueError, match="did you mean two-grpo"):
        source("two-gpro")


def test_claims_of_the_literature_cite_their_own_work() -> None:
    literature = source("literature")
    assert "2510.13651" in literature.reference("grpo-arcsine")
    assert literature.reference("percentile-is-rloo") == literature.citation


def test_every_folder_of_proofs_and_figures_is_a_source() -> None:
    for name in ("proofs", "figures"):
        assert {path.parent.name for path in discovery.files(name)} <= {document.folder for document in SOURCES}


def test_a_file_is_loaded_once_under_a_stable_name(tmp_path: Path) -> None:
    path = tmp_path / "proofs" / "some_source" / "some_claim.py"
    path.parent.mkdir(parents=True)
    path.write_text("claim = object()\n")
    module = discovery.load(path)
    assert module.__name__ == "proofs.some_source.some_claim"
    assert discovery.load(path).claim is module.claim
    path.with_name("broken.py").write_text("raise KeyError('planted')\n")
    with pytest.raises(KeyError, match="planted"):
        discovery.load(path.with_name("broken.py"))
    assert "proofs.some_source.broken" not in sys.modules


def test_a_missing_folder_is_named() -> None:
    with pytest.raises(ValueError, match="the folder lemmas is neither inside the package nor beside it"):
        discovery.folder("lemmas")
