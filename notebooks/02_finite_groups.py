"""Finite groups: bring an advantage rule and see what it climbs; two rollouts a group against sixteen."""

import marimo

app = marimo.App(width="medium", app_title="Finite groups")


@app.cell
def _():
    import marimo as mo
    import numpy as np

    import grpo_theory as gt
    from grpo_theory.errors import probability
    from grpo_theory.figures.inline import inline, inline_figure
    from grpo_theory.ledger.page import claim_page, derivation_page, plain
    from grpo_theory.policies.equal_rollouts import equal_rollouts
    from grpo_theory.policies.sample_size import expected_sample_size
    from grpo_theory.policies.whitening import ScoreSpread

    return (
        ScoreSpread,
        claim_page,
        derivation_page,
        equal_rollouts,
        expected_sample_size,
        gt,
        inline,
        inline_figure,
        mo,
        np,
        plain,
        probability,
    )


@app.cell
def _(mo):
    formula_field = mo.ui.text("(r-mean)/(std+eps)", label="$A =$", full_width=True)
    G_field = mo.ui.slider(2, 64, value=8, show_value=True, label="$G$:")
    p_field = mo.ui.text("3/10", label="$p$:")
    eps_field = mo.ui.text("0", label="eps:")
    tau_field = mo.ui.text("1", label="tau:")
    mo.vstack(
        [
            mo.md(r"""
            # Finite groups

            An advantage rule sees a group of $G$ binary rewards, $k$ of them 1. The expected update is $w_G(p)\,\nabla p$,
            so that it climbs an objective $F_G$ with $F_G' = w_G$. A group whose rewards are all equal is *silent*: it
            contributes nothing.

            ## Bring a rule

            Write the advantage of a rollout with reward `r` in the names `mean`, `std` (divides by $G$), `std1` (by
            $G-1$), `max`, `min`, `rank`, `G`, `k`, `eps`, `tau`, with `+ - * / **`, `sqrt`, `exp`, `log`, `abs`. The text
            is parsed, never run; a silent group in which it divides by zero gets zeros.
            """),
            formula_field,
            mo.hstack([G_field, p_field, eps_field, tau_field], justify="start", gap=1.5),
            mo.md(r"""
            Try `r - mean`, `(r-mean)/mean` (MaxRL), `2*(rank-1)/(G-1) - 1` (percentiles), `exp(r/tau)`, `r - 1/2`.
            """),
        ]
    )
    return G_field, eps_field, formula_field, p_field, tau_field


@app.cell
def _(formula_field):
    formula = formula_field.value
    return (formula,)


@app.cell
def _(G_field):
    G = G_field.value
    return (G,)


@app.cell
def _(eps_field, p_field, tau_field):
    p_text, eps_text, tau_text = p_field.value, eps_field.value, tau_field.value
    return eps_text, p_text, tau_text


@app.cell
def _(G, eps_text, formula, gt, mo, p_text, probability, tau_text):
    try:
        p = probability("p", p_text, open=True)
        rule = gt.parse_rule(formula, eps=eps_text, tau=tau_text)
        sheet = gt.theory_sheet(rule, G, p)
    except ValueError as problem:
        mo.stop(True, mo.callout(str(problem), kind="danger"))
    return p, rule, sheet


@app.cell
def _(G, mo, p, plain, sheet):
    names = {
        "effective_weight": r"weight $w_G(p)$",
        "effective_objective": r"objective $F_G(p)$",
        "contrast": r"contrast $p(1-p)\,w_G(p)$",
        "silent_rate": r"silent rate",
    }
    facts = "\n".join(
        f"| {words} | {sheet[f'{key}_float']:.6g} | {plain(sheet[key]) if len(sheet[key]) < 90 else '…'} |"
        for key, words in names.items()
    )
    multiple = sheet["multiple_of"]
    factor = "" if not multiple or multiple["factor"] == "1" else f"{plain(multiple['factor'])} times "
    same = f"It equals {factor}the rule `{multiple['rule']}`." if multiple else ""
    mo.md(rf"""
    At $G = {G}$ and $p = {p}$ the rule `{sheet["formula"]}` is **{"centred" if sheet["centred"] else "not centred"}**
    {"(the advantages of a group sum to 0)" if sheet["centred"] else "(the advantages of a group need not sum to 0)"}. {same}

    | | decimal | exact |
    |:---|---:|:---|
    {facts}
    """)
    return (multiple,)


@app.cell
def _(G, mo, plain, sheet):
    shown = sorted({*range(min(G, 8) + 1), G // 2, G - 1, G})
    cells = [
        [
            "–"
            if row[side] is None
            else f"{row[f'{side}_float']:.5g}" + (f" = {plain(row[side])}" if "sqrt" in row[side] else "")
            for side in ("success", "failure")
        ]
        for row in sheet["advantages"]
    ]
    sizes = [row["value_float"] for row in sheet["effective_sample_size"]]
    advantages = "\n".join(
        f"| {k} | {cells[k][0]} | {cells[k][1]} | {'–' if sizes[k] is None else f'{sizes[k]:.5g}'} |" for k in shown
    )
    mo.md(rf"""
    | $k$ | advantage of a success | advantage of a failure | effective sample size $1/\sum w^2$, $w \propto \lvert A\rvert$ |
    |---:|---:|---:|---:|
    {advantages}
    """)
    return


@app.cell
def _(G, gt, inline, mo, np, p, rule):
    grid = np.linspace(0.005, 0.995, 199)
    drawn_rules = {
        "your rule": rule,
        "GRPO": gt.rule("grpo"),
        "RLOO": gt.rule("rloo"),
        "MaxRL": gt.rule("maxrl"),
    }
    weights = {name: gt.effective_weight(one, G)(grid) for name, one in drawn_rules.items()}
    objectives = {name: gt.effective_objective(one, G)(grid) for name, one in drawn_rules.items()}

    def draw_weights(drawn):
        panels = drawn.subplots(1, 2, sharex=True)
        for axes, curves, label in zip(panels, (weights, objectives), ("$w_G(p)$", "$F_G(p)$"), strict=True):
            for name, curve in curves.items():
                own = name == "your rule"
                axes.plot(grid, curve, label=name, linewidth=3.4 if own else 1.2, alpha=0.45 if own else 1)
            axes.axvline(float(p), color="#999999", linewidth=0.6)
            axes.set(xlim=(0, 1), xlabel="$p$", ylabel=label)
        panels[0].legend()

    mo.Html(inline(draw_weights, f"Effective weight and objective against p at G = {G}: your rule, GRPO, RLOO, MaxRL"))
    return (weights,)


@app.cell
def _(mo):
    mo.md(r"""
    ## Two rollouts a group, or sixteen?

    A pair is silent more often and keeps less of the contrast, but the same number of rollouts makes more pairs than
    groups of sixteen. Here $B = 16$ rollouts of one prompt are spent in $B/G$ groups, under GRPO with $\varepsilon = 0$.
    The relative variance $\operatorname{tr}\operatorname{Var}/\lVert\mathbb{E}\rVert^2$ of the update does not care about
    the learning rate. It depends on the scores through the contrast $D$ and the variances $v_\pm$ within the classes.
    """)
    return


@app.cell
def _(ScoreSpread, equal_rollouts, expected_sample_size, gt, mo, p):
    grpo, population = gt.rule("grpo"), gt.rule("mroueh")
    clean, noisy = ScoreSpread.of(1, 0, 0), ScoreSpread.of(1, 100, 100)
    whole = float(gt.contrast(population, 2)(p))
    compared = {
        size: {
            "silent": float(gt.silent_rate(grpo, size)(p)),
            "kept": float(gt.contrast(grpo, size)(p)) / whole,
            "effective": float(expected_sample_size(grpo, size, p)),
            "clean": float(equal_rollouts(grpo, clean, size, p, 16)),
            "noisy": float(equal_rollouts(grpo, noisy, size, p, 16)),
        }
        for size in (2, 4, 8, 16)
    }
    lines = "\n".join(
        f"| {size} | {one['silent']:.4f} | {one['kept']:.4f} | {one['effective']:.3f} | {one['clean']:.4f} | "
        f"{one['noisy']:.3f} |"
        for size, one in compared.items()
    )
    mo.md(rf"""
    | $G$ | silent rate | share of the contrast kept | mean effective sample size | relative variance, $v_\pm = 0$ | relative variance, $v_\pm = 100\,D$ |
    |---:|---:|---:|---:|---:|---:|
    {lines}

    At $p = {p}$ and equal rollouts a pair has {compared[2]["clean"] / compared[16]["clean"]:.2f} times the relative
    variance of a group of sixteen where only the contrast matters, and {compared[2]["noisy"] / compared[16]["noisy"]:.2f}
    times where the scores are noisy. Sixteen rollouts in one group cost as much to draw as eight pairs.
    """)
    return (compared,)


@app.cell
def _(gt, inline_figure, mo):
    picture = gt.figure("two-grpo/equal-rollouts")
    mo.vstack([mo.Html(inline_figure(picture)), mo.md(picture.caption)])
    return


@app.cell
def _(claim_page, derivation_page, gt, mo):
    claim = gt.verify(["equal-rollouts-equal-variance"]).claims[0]
    mo.vstack(
        [
            mo.md("The 2-GRPO paper states that at equal rollouts the group size does not matter for the variance:"),
            mo.callout(mo.md(claim_page(claim)), kind="warn").style({"overflow-x": "auto"}),
            mo.accordion({"The derivation": mo.md(derivation_page(claim))}),
        ]
    )
    return (claim,)


if __name__ == "__main__":
    app.run()
