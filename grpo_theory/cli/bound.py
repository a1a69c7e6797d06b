"""`grpo-theory bound`: certify or refute an inequality in p, p_next and the parameters on a box."""

import re
from fractions import Fraction

import click

from grpo_theory.cli.output import STDOUT, integer, json_option, progress, record, table


@click.command("bound", short_help="certify or refute an inequality on a box")
@click.argument("text", metavar='"LHS <= RHS"', required=False)
@click.option("--over", metavar="NAME=LOW:HIGH,…", help="Ranges, such as p=0:1,eta=0:1; a single value fixes a name.")
@click.option("--map", "kind", metavar="KIND", help="The map that gives p_next from p; see above.")
@click.option(
    "--weight", default="grpo", show_default=True, metavar="RULE", help="The map's weight: a rule's name or formula."
)
@click.option("-G", "--group-size", "G", callback=integer, metavar="N", help="Group size of a count rule's weight.")
@click.option(
    "--boxes", callback=integer, default="20000", show_default=True, metavar="N", help="Most boxes looked at."
)
@click.option("--seconds", default="10", show_default=True, metavar="S", help="Longest search, in seconds.")
@json_option
def command(
    text: str | None,
    over: str | None,
    kind: str | None,
    weight: str,
    G: int | None,
    boxes: int,
    seconds: str,
    json_file: str | None,
) -> int:
    """Certify or refute "LHS <= RHS" (or <, >=, >, =) on a box, in exact and interval arithmetic.

    Names: p p_next p_ref eta beta tau epsilon alpha G k. Functions: sqrt exp log min max abs sigma logit. Numbers are
    exact: 3/10, 0.3, 1e-4; powers are written **.

    Ranges, unless --over gives others: p and p_ref in (0, 1), eta in (0, 1], beta and tau in (0, 10], epsilon in
    [0, 1], alpha in [0, 1], G = 2..16, k = 0..16 with k <= G. An end that the name's domain leaves out, such as p = 0,
    p = 1 or beta = 0, is not included; every other end is.

    p_next is the image of p under --map: reference, mirror, two-kl (with alpha), proximal, explicit (with eta), or
    vanilla (softmax gradient), with the weight 1/sqrt(p(1-p) + epsilon) of population grpo, or that of --weight.

    Ends with 0 for CERTIFIED. REFUTED, with an exact counterexample, and OPEN, undecided when the budget ends, end
    with 1: neither is a pass.
    """
    from grpo_theory.dynamics.bound_rows import bound_rows
    from grpo_theory.dynamics.bounds_check import CERTIFIED, certify_bound

    if text is None and json_file not in (None, STDOUT):
        text, json_file = json_file, STDOUT  # `bound --json "p <= 1"` means the inequality, not a file of that name
    if text is None:
        raise click.UsageError('Missing argument: an inequality in quotes, such as "p*(1-p) <= 1/4".')
    limit = _seconds(seconds)
    with record(json_file) as write, progress("bound") as advance:
        found = certify_bound(text, over, kind, weight=weight, G=G, most_boxes=boxes, seconds=limit, progress=advance)
        write(found.to_json())
    if json_file != STDOUT:
        table(["bound", found.statement], [["verdict", found.verdict], *bound_rows(found)])
    return 0 if found.verdict == CERTIFIED else 1


def _seconds(text: str) -> float:
    from grpo_theory.errors import exact_rational, outside

    number = exact_rational("--seconds", text) if re.fullmatch(r"[0-9./eE+-]{1,40}", text.strip()) else Fraction(0)
    if not 0 < number <= 86400:
        raise outside("--seconds", text, "(0, 86400]", "the search must end")
    return float(number)
