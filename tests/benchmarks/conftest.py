"""Fixtures that record what a benchmark is to reach, and the table at the end of the run."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from tests.benchmarks.table import Timing, reach, table

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

MEASURED: pytest.StashKey[list["BenchmarkFixture"]] = pytest.StashKey()


@pytest.fixture
def ours(benchmark: "BenchmarkFixture", request: pytest.FixtureRequest) -> Callable[..., "BenchmarkFixture"]:
    """The benchmark of a job of this package: `ours(group, job, at_most=seconds, against={peer: times or None})`."""

    def named(
        group: str, job: str, at_most: float | None = None, against: Mapping[str, float | None] | None = None
    ) -> "BenchmarkFixture":
        peers = dict(against or {})
        extra = {"ours": True, "at_most": at_most, "against": peers, "reach": reach(at_most, peers)}
        return _recorded(request, benchmark, group, {"job": job, **extra})

    return named


@pytest.fixture
def peer(benchmark: "BenchmarkFixture", request: pytest.FixtureRequest) -> Callable[..., "BenchmarkFixture"]:
    """The benchmark of what a user would pick instead: `peer(group, job)`, with `weight` runs to one of our job."""

    def named(group: str, job: str, weight: int = 1) -> "BenchmarkFixture":
        return _recorded(request, benchmark, group, {"job": job, "ours": False, "weight": weight})

    return named


def _recorded(
    request: pytest.FixtureRequest, benchmark: "BenchmarkFixture", group: str, extra: Mapping[str, Any]
) -> "BenchmarkFixture":
    benchmark.group = group
    benchmark.extra_info.update(extra)
    request.config.stash.setdefault(MEASURED, []).append(benchmark)
    return benchmark


def timing(benchmark: "BenchmarkFixture") -> Timing:
    """What the table needs of a benchmark that ran."""
    known = {name: value for name, value in benchmark.extra_info.items() if name != "reach"}
    assert benchmark.stats is not None
    stats = benchmark.stats.stats
    return Timing(group=benchmark.group, median=stats.median, spread=stats.iqr, **known)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Prints the table, unless the benchmarks were only tried (--benchmark-disable)."""
    measured = [timing(each) for each in config.stash.get(MEASURED, []) if each.stats is not None and each.stats.stats]
    if measured:
        terminalreporter.section("figures to reach (a report: nothing fails by it)")
        for line in table(measured):
            terminalreporter.write_line(line)
