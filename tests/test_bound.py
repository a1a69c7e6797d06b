"""`grpo-theory bound` and `certify_bound`: verdicts, exact counterexamples, open ends, and one line for bad input."""

import json
import random
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy as sp

import grpo_theory as gt
from grpo_theory.cli import run
from grpo_theory.dynamics.bounds_check import Bound, certify_bound
from grpo_theory.dynamics.inequality import SYMBOLS, inequality
from grpo_theory.dynamics.recurrences import recurrence

CERTIFIED = [
    ("p*(1-p) <= 1/4", "p=0:1", None),
    ("sqrt(p*(1-p)) <= 1/2", None, None),
    ("log(p) <= p - 1", None, None),
    ("exp(p) >= 1 + p + p**2/2", None, None),
    ("sigma(logit(p)) = p", None, None),
    ("abs(p - p_ref) <= max(p, p_ref)", None, None),
    ("p**G + (1-p)**G >= 2**(1-G)", "G=2:8", None),
    ("k*(G-k) <= G**2/4", "G=2:8,k=0:8", None),
    ("tau*log(1+exp(1/tau)) >= 1", "tau=1/10:10", None),
    ("1/sqrt(p*(1-p)+epsilon) <= 1/sqrt(epsilon)", "epsilon=1e-9:1", None),
    ("p_next > p", None, "mirror"),
    ("p_next > p_ref", None, "reference"),
    ("p_next < 1", "p_ref=1/5,beta=1,epsilon=1e-4", "reference"),
    ("p_next >= p_ref", "p=1/2:1,p_ref=0:1/2", "two-kl"),
    ("p_next >= p", "p_ref=1/2:1,p=0:1/2", "proximal"),
    ("logit(p_next) - logit(p_ref) >= 2/(beta*sqrt(1+4*epsilon))", "epsilon=0:1", "reference"),
    ("p_next >= 1 - 1e-40", "p_ref=1/5,beta=1,epsilon=1e-4,p=99999999/100000000:1", "reference"),
]

REFUTED = [
    ("p*(1-p) < 1/4", "p=0:1", None),
    ("p >= 1/1000000", "p=0:1", None),
    ("p_next >= p", None, "reference"),
    ("p_next >= p", "eta=0:1,beta=0:1,p_ref=1/5", "proximal"),
    ("p_next > p_ref", "beta=1/2:2", "two-kl"),
    ("p_next >= p + eta*p*(1-p)/tau", "tau=1/2:2", "vanilla"),
    ("p_next = p", None, "reference"),
    ("p_next <= 2*p", "p_ref=1/10,beta=1,epsilon=1e-2", "reference"),
    ("p_next >= 1 - 1e-40", "p_ref=1/5,beta=1,epsilon=1e-4,p=999/1000:1", "reference"),
]


@pytest.mark.parametrize(("text", "over", "kind"), CERTIFIED)
def test_true_bounds_are_certified(text: str, over: str | None, kind: str | None) -> None:
    found = certify_bound(text, over, kind)
    assert found.verdict == "CERTIFIED", found.reason
    assert found.counterexample is None and found.undecided == ()


@pytest.mark.parametrize(("text", "over", "kind"), REFUTED)
def test_false_bounds_are_refuted_inside_the_box(text: str, over: str | None, kind: str | None) -> None:
    found = certify_bound(text, over, kind)
    assert found.verdict == "REFUTED"
    assert found.counterexample is not None and found.sides is not None
    assert found.counterexample.keys() == found.over.keys()
    assert all(found.over[name].holds(value) for name, value in found.counterexample.items())
    assert all(isinstance(value, Fraction) for value in found.counterexample.values())


@pytest.mark.parametrize("kind", ["reference", "mirror", "proximal", "explicit", "two-kl", "vanilla"])
def test_the_image_is_the_recurrence(kind: str) -> None:
    values = {"p": "2/7", "p_ref": "1/5", "beta": "3/2", "epsilon": "1/100", "eta": "1/3", "alpha": "1/4"}
    takes = {"proximal": ("eta",), "explicit": ("eta",), "vanilla": ("eta",), "two-kl": ("alpha",)}.get(kind, ())
    names = ("beta", "epsilon", *(() if kind == "mirror" else ("p_ref",)), *takes)
    given: dict[str, Any] = {n: Fraction(values[n]) for n in names}
    step = recurrence("softmax" if kind == "vanilla" else kind, **given)
    image = float(step.step(np.array(2 / 7)))
    over = ",".join(f"{name}={value}" for name, value in values.items())
    near = [repr(image * (1 + way * 1e-9)) for way in (-1, 1)]
    assert certify_bound(f"p_next >= {near[0]}", over, kind).verdict == "CERTIFIED"
    assert certify_bound(f"p_next <= {near[1]}", over, kind).verdict == "CERTIFIED"
    assert certify_bound(f"p_next >= {near[1]}", over, kind).verdict == "REFUTED"


def test_certified_maps_agree_with_iterated_floats() -> None:
    rng = np.random.default_rng(5)
    assert certify_bound("p_next >= p", "p_ref=1/2:1,p=0:1/2", "proximal").verdict == "CERTIFIED"
    for _ in range(200):
        p, p_ref, eta, beta, epsilon = rng.uniform([0.01, 0.5, 0.01, 0.01, 0.001], [0.5, 0.99, 1, 10, 1])
        assert recurrence("proximal", eta=eta, beta=beta, p_ref=p_ref, epsilon=epsilon).step(p) >= p


def test_other_weights() -> None:
    assert certify_bound("p_next >= p", "beta=0:10", "mirror", weight="rloo", G=4).verdict == "CERTIFIED"
    assert certify_bound("p_next >= p", "beta=1:10", "mirror", weight="maxrl").verdict == "CERTIFIED"


def test_what_is_undefined_on_the_box_stays_open() -> None:
    found = certify_bound("1/sqrt(p*(1-p)+epsilon) <= 1/sqrt(epsilon)", "epsilon=0:1")
    assert found.verdict == "OPEN" and "epsilon" in found.reason
    assert certify_bound("(2*p-1)/(2*p-1) <= 1").verdict == "OPEN"
    assert certify_bound("log(p-1/2) <= 0").verdict == "OPEN"


def test_a_budget_that_ends_leaves_boxes() -> None:
    found = certify_bound("p*log(p) >= -exp(0-1)", seconds=2)
    assert found.verdict == "OPEN" and found.undecided
    few = certify_bound("p_next <= p + 1/10", "eta=0:1/100,p_ref=1/2,epsilon=1/100:1", "explicit", most_boxes=3)
    assert few.verdict == "OPEN" and few.boxes <= 3 and few.undecided


@pytest.mark.parametrize(
    "text",
    [
        "(((((p+eta)**16+beta)**16+tau)**1 + p_ref)**1 + alpha) <= 1",
        "(p+p_ref+eta+beta+tau+epsilon+alpha)**16 * (p-eta-beta)**8 <= exp(exp(exp(exp(10/tau))))",
        "exp(1000000000*(p-1/3)**2) >= 1",
        "max(min(max(p,eta),beta),tau) <= abs(abs(abs(p-eta)-beta)-tau)",
        "log(log(log(p+20)+20)+20)**15/(p-eta)**15 <= sqrt(sqrt(sqrt(p)))",
        "((p*1e60)**16+1e60)**16 >= 1",
        "exp(p**eta)**beta <= tau**tau",
    ],
)
def test_no_text_hangs(text: str) -> None:
    start = time.monotonic()
    try:
        certify_bound(text, seconds=1)
    except ValueError as problem:
        assert "\n" not in str(problem)
    assert time.monotonic() - start < 12


def test_random_texts_against_float_samples() -> None:
    rng = random.Random(3)
    parts = ["p", "(1-p)", "eta", "p*eta", "sqrt(p)", "exp(0-p)", "abs(p-eta)", "min(p,eta)", "log(1+p)", "1/(1+p)"]
    for _ in range(60):
        sides = ["+".join(f"{rng.randint(1, 4)}*{rng.choice(parts)}" for _ in range(3)) for _ in range(2)]
        found = certify_bound(f"{sides[0]} <= {sides[1]} + {rng.randint(0, 6)}/4", seconds=3)
        left, right = map(reader, found.statement.split(" <= "))
        samples = [{"p": rng.uniform(0.001, 0.999), "eta": rng.uniform(0.001, 1)} for _ in range(40)]
        worst = max(left(at) - right(at) for at in samples)
        assert found.verdict != "CERTIFIED" or worst <= 1e-12
        assert found.verdict == "REFUTED" or worst <= 1e-6
        if found.counterexample is not None:
            at = {name: float(x) for name, x in found.counterexample.items()}
            assert left(at) > right(at) - 1e-12


def reader(text: str) -> Callable[[dict[str, float]], float]:
    read = sp.lambdify([SYMBOLS["p"], SYMBOLS["eta"]], inequality(f"{text} <= 0").lhs, "math")
    return lambda at: float(read(at.get("p", 0.5), at.get("eta", 0.5)))


BAD = [
    (["p <= "], "empty"),
    (["p"], "must stand"),
    (["p <= 1 <= 2"], "2 found"),
    (["pp <= 1"], "did you mean p?"),
    (["sqr(p) <= 1"], "did you mean sqrt?"),
    (["p <= 1/0"], "divides by zero"),
    (["p(1) <= 2"], "not a function"),
    (["p_next <= 1"], "image of p"),
    (["sqrt(0-1) <= p"], "needed"),
    (["p <= 10**99"], "exponent"),
    (["p <= 1; import os"], "grammar"),
    (["__import__('os') <= 1"], "grammar"),
    (["p <= 1", "--over", "p=2:3"], "(0, 1)"),
    (["p <= 1", "--over", "p=0"], "(0, 1)"),
    (["p <= 1", "--over", "beta=-1:1"], "(0, ∞)"),
    (["p <= 1", "--over", "epsilon=-1:1"], "[0, ∞)"),
    (["p <= 1", "--over", "p=1:0"], "no range"),
    (["p <= 1", "--over", "p=0:inf"], "no rational number"),
    (["p <= 1", "--over", "p=nan:1"], "no rational number"),
    (["p <= 1", "--over", "etta=0:1"], "did you mean eta?"),
    (["p <= 1", "--over", "p_next=0:1"], "image of p"),
    (["p <= 1", "--over", "p=0:1,p=0:1"], "two ranges"),
    (["p <= 1", "--over", "p"], "NAME=LOW:HIGH"),
    (["p <= 1", "--over", "G=1:3"], "integers"),
    (["p <= 1", "--map", "mirrr"], "did you mean mirror?"),
    (["p_next <= 1", "--map", "mirror", "--weight", "foo"], "foo"),
    (["p <= 1", "--seconds", "-1"], "--seconds"),
    (["p <= 1", "--boxes", "0"], "boxes"),
    ([], "inequality"),
]


@pytest.mark.parametrize(("arguments", "says"), BAD, ids=str)
def test_bad_input_is_one_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bound", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and "Traceback" not in err
    assert says in err


@pytest.mark.parametrize(
    ("text", "status", "verdict"),
    [
        ("p*(1-p) <= 1/4", 0, "CERTIFIED"),
        ("p*(1-p) < 1/4", 1, "REFUTED"),
        ("1/epsilon >= 1", 1, "OPEN"),
        ("p ≤ 1", 0, "CERTIFIED"),
    ],
)
def test_json_and_exit_status(text: str, status: int, verdict: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bound", text, "--json"]) == status
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == verdict
    assert isinstance(answer["boxes"], int) and isinstance(answer["seconds"], float)
    assert (answer["counterexample"] is None) == (verdict != "REFUTED")


def test_the_table_shows_both_sides(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bound", "sqrt(p) <= p", "--over", "p=1/3"]) == 1
    out = capsys.readouterr().out
    assert "REFUTED" in out and "1/3*sqrt(3)" in out and "p = 1/3" in out


def test_python_name_and_mapping() -> None:
    found = gt.certify_bound("p <= beta", over={"p": ("1/4", "1/2"), "beta": 1})
    assert isinstance(found, Bound) and found.verdict == "CERTIFIED" and found.scope == "p ∈ [1/4, 1/2], beta = 1"
    with pytest.raises(ValueError, match="float"):
        certify_bound("p <= 1", over={"p": 0.5})


def test_conditions_are_noted_before_cancellation() -> None:
    assert [str(need) for need in inequality("p*eta/p <= 1").needs] == ["p ≠ 0"]
    assert inequality("p >= eta").relation == ">="
