"""Bounds under the weight of a large group, and the budget of time, which holds from the first line on."""

import itertools
import time
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

import grpo_theory as gt
from grpo_theory.arithmetic import branching, enclosures
from grpo_theory.arithmetic.boxes import Edge
from grpo_theory.arithmetic.evaluate import exact
from grpo_theory.cli import run
from grpo_theory.dynamics import bounds_check
from grpo_theory.dynamics.bounds_check import certify_bound
from grpo_theory.dynamics.recurrences import recurrence
from grpo_theory.dynamics.weights import GroupWeight
from grpo_theory.groups import AdvantageRule

BOX = "p=0:1,p_ref=0:1,beta=1/10:10"
RULE = gt.parse_rule("(r-mean)/(std+eps)", eps="1e-4")
RULES = [
    RULE,
    gt.rule("maxrl"),
    gt.rule("dynamic_sampling", rule="grpo"),
    gt.parse_rule("(r-mean)/sqrt(std**2+eps)", eps="1/1000"),
]


@pytest.mark.parametrize("G", [2, 3, 8, 64])
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_positive_weight_lifts_the_reference(rule: AdvantageRule, G: int) -> None:
    assert certify_bound("p_next > p_ref", BOX, "reference", weight=rule, G=G).verdict == "CERTIFIED"
    found = certify_bound("p_next <= p_ref", BOX, "reference", weight=rule, G=G)
    assert found.verdict == "REFUTED" and found.counterexample is not None


def test_a_closed_form_weight_lifts_the_reference() -> None:
    softmax = gt.rule("softmax", tau="1/2")
    assert certify_bound("p_next > p_ref", BOX, "reference", weight=softmax, G=4).verdict == "CERTIFIED"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
@pytest.mark.parametrize("G", [2, 5, 9])
def test_the_compact_weight_is_the_effective_weight(rule: AdvantageRule, G: int) -> None:
    compact = GroupWeight(rule, G, compact=True).sympy()
    for p in (Fraction(1, 9), Fraction(1, 2), Fraction(6, 7)):
        assert exact(compact, {"p": p}) == gt.effective_weight(rule, G)(p)


@pytest.mark.parametrize("G", [3, 8])
def test_bounds_around_the_float_image_are_decided(G: int) -> None:
    values = {"p": Fraction(2, 7), "p_ref": Fraction(1, 5), "beta": Fraction(3, 2)}
    step = recurrence("reference", beta=values["beta"], p_ref=values["p_ref"], weight=RULE, G=G)
    image = float(step.step(np.array(2 / 7)))
    verdicts = [
        certify_bound(f"p_next >= {image * (1 + way * 1e-9)!r}", values, "reference", weight=RULE, G=G).verdict
        for way in (-1, 1)
    ]
    assert verdicts == ["CERTIFIED", "REFUTED"]


def test_a_bound_that_varies_with_the_weight_is_found_by_intervals() -> None:
    found = certify_bound("p_next >= p + 2*p*(1-p)**2/beta", "beta=3:20", "mirror", weight=RULE, G=8)
    assert (found.verdict, found.method) == ("CERTIFIED", "intervals")
    assert certify_bound("p_next <= p + 3*p*(1-p)/beta", "beta=3:20", "mirror", weight=RULE, G=8).verdict == "REFUTED"


def test_time_that_is_over_leaves_the_bound_open_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = itertools.count()
    for module in (branching, enclosures, bounds_check):
        monkeypatch.setattr(module, "monotonic", lambda: float(next(asked)))
    steps: list[str] = []
    found = certify_bound(
        "p_next <= 2*p + 3*p_ref + abs(p-p_ref)",
        BOX,
        "two-kl",
        weight=RULE,
        G=8,
        seconds=6,
        progress=lambda done, most, what: steps.append(what),
    )
    assert found.verdict == "OPEN" and found.boxes == 0 and "time" in found.reason and found.undecided
    assert steps[0] == "setting up" and 6 < next(asked) < 60


@pytest.mark.parametrize("seconds", [1, 2, 5, 20, 60, 200])
def test_however_early_time_ends_no_verdict_is_wrong(seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = itertools.count()
    for module in (branching, enclosures, bounds_check):
        monkeypatch.setattr(module, "monotonic", lambda: float(next(asked)))
    true = certify_bound("p_next >= p + 2*p*(1-p)**2/beta", "beta=3:20", "mirror", weight=RULE, G=8, seconds=seconds)
    false = certify_bound("p_next <= p + 3*p*(1-p)/beta", "beta=3:20", "mirror", weight=RULE, G=8, seconds=seconds)
    assert true.verdict in ("CERTIFIED", "OPEN") and false.verdict in ("REFUTED", "OPEN")
    assert (true.reason == "") == (true.verdict == "CERTIFIED")


def test_ranges_of_many_groups_end_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = itertools.count()
    for module in (branching, enclosures, bounds_check):
        monkeypatch.setattr(module, "monotonic", lambda: float(next(asked)))
    found = certify_bound("p**G*(1-p)**k <= 1 + eta/G", "G=2:16,k=0:10", seconds=5)
    assert found.verdict == "OPEN" and len(found.undecided) > 100 and next(asked) < 200


@pytest.mark.parametrize(
    "text",
    [
        "beta*(sqrt(2)*p**5 + sqrt(3)*p**4 - sqrt(5)*p**3 + sqrt(7)*p**2) >= p/7 - 3",
        "sqrt(2)*p**7 + sqrt(3)*p - sqrt(5)*p**4 + sqrt(7)*p**2 - sqrt(11)*p**3 >= 0-1",
        "abs(exp(1)*p**4 - sqrt(3)*p**3 + log(2)*p)/beta >= 0 - 1/100",
    ],
)
def test_irrational_coefficients_do_not_set_off_a_search_for_roots(text: str) -> None:
    start = time.process_time()
    assert certify_bound(text, seconds=5).verdict == "CERTIFIED"
    assert time.process_time() - start < 20


def test_a_written_weight_with_surds_is_certified_as_positive() -> None:
    weight = gt.effective_weight(RULE, 8).sympy()
    unit = Edge(Fraction(0), Fraction(1), True, True)
    assert enclosures.certify(sp.S(0), weight, {"p": unit}).holds is True
    assert enclosures.certify(weight, sp.S(2), {"p": unit}).holds is False


def test_the_command_takes_a_formula_as_weight(capsys: pytest.CaptureFixture[str]) -> None:
    weight = ["--map", "reference", "--weight", "(r-mean)/(std+1/10000)", "-G", "16", "--seconds", "10"]
    assert run(["bound", "p_next >= p_ref", "--over", BOX, *weight]) == 0
    assert "CERTIFIED" in capsys.readouterr().out
