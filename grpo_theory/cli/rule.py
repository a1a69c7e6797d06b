"""`grpo-theory rule`: the theory sheet of a named advantage rule or of a formula."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from grpo_theory.cli.output import STDOUT, integer, json_option, progress, record, table

if TYPE_CHECKING:
    from grpo_theory.groups import AdvantageRule


@click.command("rule", short_help="theory sheet of an advantage rule")
@click.argument("text", metavar="RULE", required=False)
@click.option(
    "-G", "--group-size", "G", required=True, callback=integer, metavar="N", help="Rollouts in a group, >= 2."
)
@click.option("--p", metavar="P", help="Success probability, such as 3/10; without it, functions of p.")
@click.option("--epsilon", metavar="E", help="Smoothing added to the standard deviation.")
@click.option("--ddof", callback=integer, metavar="D", help="The deviation divides by G - D: 0, or 1 (Bessel).")
@click.option("--tau", metavar="T", help="Temperature of the softmax rules.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Any other parameter of a named rule.")
@json_option
def command(
    text: str | None,
    G: int,
    p: str | None,
    json_file: str | None,
    settings: tuple[str, ...],
    **options: str | int | None,
) -> None:
    """Print what RULE does to groups of N rollouts with rewards 0 and 1.

    RULE is a name such as grpo, or a formula such as "(r-mean)/(std+eps)" in r, mean, std, std1, max, min, rank, G, k,
    eps and tau. Numbers are exact: 3/10, 0.3, 1e-4.
    """
    from grpo_theory.groups import theory_sheet

    if text is None and json_file not in (None, STDOUT):
        text, json_file = json_file, STDOUT  # `rule --json grpo` means the rule, not a file of that name
    if text is None:
        raise click.UsageError("Missing argument 'RULE': a name such as grpo, or a formula in quotes.")
    rule = _rule(text, settings, options)
    with record(json_file) as write, progress("rule"):
        sheet = theory_sheet(rule, G, p)
        write(sheet)
    if json_file != STDOUT:
        _print(sheet, p)


def _rule(text: str, settings: tuple[str, ...], options: Mapping[str, str | int | None]) -> "AdvantageRule":
    from grpo_theory.groups import find_rule, rule

    given = {name: value for name, value in options.items() if value is not None}
    for setting in settings:
        name, separator, value = setting.partition("=")
        if not separator or not name:
            raise ValueError(
                f"--set {setting} lies outside the texts NAME=VALUE: a parameter of the rule and its value"
            )
        given[name] = value
    return rule(text, **given) if settings else find_rule(text, **given)  # type: ignore[arg-type]


def _print(sheet: Mapping[str, Any], p: str | None) -> None:
    title = f"{sheet['rule']} in groups of {sheet['group_size']}" + (f" at p = {sheet['p']}" if p is not None else "")
    sizes = {row["k"]: _beside(row, "value") for row in sheet["effective_sample_size"]}
    rows = [[str(r["k"]), _beside(r, "success"), _beside(r, "failure"), sizes[r["k"]]] for r in sheet["advantages"]]
    table(["k", "A of a success", "A of a failure", "effective samples"], rows, right=[0], title=title)
    print()
    table(["quantity", "value" if p is not None else "as a function of p"], _quantities(sheet))


def _quantities(sheet: Mapping[str, Any]) -> list[list[str]]:
    multiple = sheet["multiple_of"]
    floats = sheet.get("expected_advantage_float", {})
    expected = {**sheet["expected_advantage"], **{f"{key}_float": number for key, number in floats.items()}}
    return [
        ["centred", "yes" if sheet["centred"] else "no"],
        ["E[A | r=1]", _beside(expected, "success")],
        ["E[A | r=0]", _beside(expected, "failure")],
        ["contrast c_G", _beside(sheet, "contrast")],
        ["effective weight w_G", _beside(sheet, "effective_weight")],
        ["effective objective F_G", _beside(sheet, "effective_objective")],
        ["silent rate", _beside(sheet, "silent_rate")],
        ["multiple of", f"{multiple['factor']} * {multiple['rule']}" if multiple else "no other named rule"],
    ]


def _beside(values: Mapping[str, Any], key: str) -> str:
    """The exact text, with six digits beside it unless it is a short rational number already."""
    exact, number = values[key], values.get(f"{key}_float")
    if exact is None:
        return "-"
    plain = len(exact) <= 12 and set(exact) <= set("-/0123456789")
    return exact if number is None or plain else f"{exact} ≈ {number:.6g}"
