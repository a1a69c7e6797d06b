"""What was found about an inequality, as rows of a label and a text."""

from grpo_theory.dynamics.bounds_check import CERTIFIED, Bound


def bound_rows(found: Bound) -> list[list[str]]:
    """The box, then the map, the counterexample with both sides, the method and the reason where there are any.

    >>> from grpo_theory.dynamics.bounds_check import certify_bound
    >>> [label for label, _ in bound_rows(certify_bound("p*(1-p) <= 1/5"))]
    ['for all', 'counterexample', 'left side there', 'right side there', 'boxes', 'seconds']
    """
    rows = [["for all", found.scope]]
    if found.map is not None:
        rows.append(["map", found.map])
    if found.counterexample is not None:
        rows.append(["counterexample", ", ".join(f"{name} = {value}" for name, value in found.counterexample.items())])
    if found.sides is not None:
        rows += [["left side there", found.sides[0]], ["right side there", found.sides[1]]]
    if found.verdict == CERTIFIED:
        rows.append(["by", found.method])
    if found.reason:
        rows.append(["why", found.reason])
    return [*rows, ["boxes", str(found.boxes)], ["seconds", f"{found.seconds:.3f}"]]
