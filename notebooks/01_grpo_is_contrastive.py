"""GRPO with binary rewards is contrastive: the claims of two papers, derived and checked while you read."""

import marimo

app = marimo.App(width="medium", app_title="GRPO is contrastive")


@app.cell
def _():
    import marimo as mo
    import numpy as np

    import grpo_theory as gt
    from grpo_theory.errors import outside, probability
    from grpo_theory.figures.inline import inline
    from grpo_theory.groups import expected_advantage_function
    from grpo_theory.ledger.page import claim_page, derivation_page, verdict_table
    from grpo_theory.policies.classes import reward_gradient, score_contrast
    from grpo_theory.policies.finite import SoftmaxPolicy
    from grpo_theory.policies.groups import expected_update

    return (
        SoftmaxPolicy,
        claim_page,
        derivation_page,
        expected_advantage_function,
        expected_update,
        gt,
        inline,
        mo,
        np,
        outside,
        probability,
        reward_gradient,
        score_contrast,
        verdict_table,
    )


@app.cell
def _(gt, mo):
    mo.md(rf"""
    # GRPO with binary rewards is contrastive

    A prompt is answered $G$ times; an answer earns the reward 1 with probability $p$, else 0. GRPO standardises the
    rewards of the group and moves each answer's $\log\pi$ by its advantage. Two numbers come
    out: one for successes, which are pulled up, one for failures, which are pushed down. That is a contrastive loss.

    Two documents say so: *{gt.source("mroueh-note").title}* and *{gt.source("two-grpo").title}*. Below, their claims are
    derived and checked as the page opens, the false ones included. Every number comes from a call of `grpo_theory`.
    """)
    return


@app.cell
def _(expected_advantage_function, gt, mo):
    population = gt.rule("mroueh")
    weights = [expected_advantage_function(population, 2, given) for given in (1, 0)]
    mo.md(rf"""
    ## When $p$ is known

    A reward is a Bernoulli variable: its mean is $p$, its variance $p(1-p)$. Standardised, it is

    $$A^+ = {weights[0].latex()} \ \text{{ for a success,}}\qquad A^- = {weights[1].latex()} \ \text{{ for a failure.}}$$

    So the expected update raises the mean score of the successes, lowers that of the failures, and does both with the
    weight $p(1-p)\,(A^+ - A^-) = {gt.contrast(population, 2).latex()}$. It climbs
    ${gt.effective_objective(population, 2).latex()}$, not $p$ itself.
    """)
    return population, weights


@app.cell
def _(gt):
    record = gt.verify(
        [
            "bernoulli-moments",
            "bernoulli-advantage",
            "contrastive-decomposition",
            "weights-cross-at-half",
            "conditional-expectation-form",
            "group-advantage-binary",
            "two-grpo-advantages",
            "prop-4-1-case-2",
            "prop-4-1-case-2-epsilon",
            "two-grpo-unbiased-reward",
            "two-grpo-unbiased-grpo",
            "two-grpo-objective",
            "variance-is-called-deviation",
        ]
    )
    entries = {one.name: one for one in record.claims}
    return entries, record


@app.cell
def _(mo, record, verdict_table):
    mo.md(f"""
    ## What was checked just now

    {len(record.claims)} claims, decided in {record.seconds:.1f} seconds: {
        ", ".join(f"{count} {verdict}" for verdict, count in record.summary.items())
    }. A verdict is computed from the evidence: a derivation in which each step closes, together with an enumeration that
    loops over groups or policies by the definition; or an exact counterexample. CORRECTED means false as printed, with a
    proved repair.

    {verdict_table(record.claims)}
    """)
    return


@app.cell
def _(entries, mo):
    proved = mo.ui.dropdown(
        [name for name, one in entries.items() if one.verdict == "PROVED"],
        value="bernoulli-advantage",
        label="Show the derivation of",
    )
    mo.vstack([proved])
    return (proved,)


@app.cell
def _(proved):
    proved_name = proved.value
    return (proved_name,)


@app.cell
def _(claim_page, derivation_page, entries, mo, proved_name):
    derivation = claim_page(entries[proved_name]) + "\n" + derivation_page(entries[proved_name])
    mo.callout(mo.md(derivation), kind="neutral").style({"overflow-x": "auto"})
    return (derivation,)


@app.cell
def _(mo):
    p_field = mo.ui.text("3/10", label="$p$, exact:")
    G_field = mo.ui.slider(2, 10, value=6, show_value=True, label="largest $G$:")
    mo.vstack(
        [
            mo.md(r"""
            ## When $p$ is not known: groups

            In practice the group's own mean and deviation stand in for $p$ and $\sqrt{p(1-p)}$. Then
            $\mathbb{E}[A \mid r]$ depends on $G$. It is computed twice: in closed form, as a sum of square roots in exact
            arithmetic, and by listing all $2^G$ reward vectors.
            """),
            mo.hstack([p_field, G_field], justify="start", gap=2),
        ]
    )
    return G_field, p_field


@app.cell
def _(p_field):
    p_text = p_field.value
    return (p_text,)


@app.cell
def _(G_field):
    largest = G_field.value
    return (largest,)


@app.cell
def _(mo, p_text, probability):
    try:
        p = probability("p", p_text, open=True)
    except ValueError as problem:
        mo.stop(True, mo.callout(str(problem), kind="danger"))
    return (p,)


@app.cell
def _(gt, largest, mo, p, weights):
    grpo = gt.rule("grpo")
    sizes = range(2, largest + 1)
    closed = {G: gt.expected_advantage(grpo, G, p, 1).canonical() for G in sizes}
    listed = {G: gt.enumerate_groups(grpo, G, p) for G in sizes}
    agreed = all(closed[G] == listed[G].success for G in sizes)
    known = float(weights[0](p))
    rows = "\n".join(
        f"| {G} | {f'${closed[G].latex()}$' if G < 5 else '…'} | {float(closed[G]):.6f} | {listed[G].vectors} | "
        f"{'equal' if closed[G] == listed[G].success else 'DIFFERENT'} | {float(closed[G]) / known:.4f} |"
        for G in sizes
    )
    mo.md(rf"""
    | $G$ | $\mathbb{{E}}[A \mid r=1]$, exact | decimal | vectors listed | both roads | share of ${weights[0].latex()}$ |
    |---:|:---|---:|---:|:---|---:|
    {rows}

    At $p = {p}$ with known $p$ a success weighs {known:.6f}. A pair gives $x - p$, hence $1 - p$ for a success: the
    expected 2-GRPO advantage has no root in it, and its update is $\nabla p$.
    """)
    return agreed, closed, grpo, listed


@app.cell
def _(expected_advantage_function, grpo, inline, mo, np, p, weights):
    grid = np.linspace(0.01, 0.99, 197)
    curves = {G: [expected_advantage_function(grpo, G, given)(grid) for given in (1, 0)] for G in (2, 4, 16)}

    def draw_advantages(drawn):
        panels = drawn.subplots(1, 2, sharex=True)
        for axes, given, title in zip(panels, (0, 1), ("successes, pulled up", "failures, pushed down"), strict=True):
            for G, pair in curves.items():
                axes.plot(grid, np.abs(pair[given]), label=f"$G = {G}$")
            axes.plot(grid, np.abs(weights[given](grid)), color="black", linestyle=(0, (7, 2)), label="known $p$")
            axes.axvline(float(p), color="#999999", linewidth=0.6)
            axes.set(xlim=(0, 1), ylim=(0, 4), xlabel="$p$", title=title)
        panels[0].set_ylabel("expected advantage, size")
        panels[0].legend()

    mo.Html(inline(draw_advantages, "Expected advantages of successes and failures against p for G = 2, 4, 16 and ∞"))
    return


@app.cell
def _(mo):
    policy_field = mo.ui.text("1/2 1/4 1/6 1/12", label="probabilities:", full_width=True)
    reward_field = mo.ui.text("1 0 1 0", label="rewards:", full_width=True)
    size_field = mo.ui.slider(2, 5, value=3, show_value=True, label="$G$:")
    mo.vstack(
        [
            mo.md(r"""
            ## On a policy of your own

            The claim is about gradients, so here is a softmax policy with its exact scores $s(o) = e_o - \pi$. All $K^G$
            groups are drawn up, each is standardised, and $\frac1G\sum_i A_i\, s(o_i)$ is averaged.
            """),
            mo.hstack([policy_field, reward_field, size_field], widths=[2, 1, 1], gap=2),
        ]
    )
    return policy_field, reward_field, size_field


@app.cell
def _(policy_field):
    policy_text = policy_field.value
    return (policy_text,)


@app.cell
def _(reward_field, size_field):
    reward_text, group = reward_field.value, size_field.value
    return group, reward_text


@app.cell
def _(
    SoftmaxPolicy,
    expected_update,
    group,
    grpo,
    gt,
    mo,
    outside,
    policy_text,
    reward_gradient,
    reward_text,
    score_contrast,
):
    try:
        policy = SoftmaxPolicy.of(policy_text, reward_text)
        if policy.dimension**group > 20_000:
            raise outside("K^G", policy.dimension**group, "the integers up to 20000", "every group is drawn up here")
        slope, contrast = reward_gradient(policy), score_contrast(policy)
        chance = policy.success_probability
        update = expected_update(grpo, policy, group)
        weight = gt.effective_weight(grpo, group)(chance)
    except ValueError as wrong:
        mo.stop(True, mo.callout(str(wrong), kind="danger"))
    confirmed = all(left == right * weight for left, right in zip(update, slope, strict=True))
    table = "\n".join(
        f"| {o} | {policy.probabilities[o]} | {policy.rewards[o]} | ${update[o].latex()}$ | {slope[o]} | {contrast[o]} |"
        for o in range(policy.dimension)
    )
    mo.md(rf"""
    | $o$ | $\pi(o)$ | $r(o)$ | mean update over {policy.dimension**group} groups | $\nabla p$ | $\Delta$ |
    |---:|---:|---:|:---|---:|---:|
    {table}

    With $p = {chance}$ and $w_{{{group}}}(p) = {weight.latex()}$: the mean update
    {"**equals**" if confirmed else "**differs from**"} $w_G(p)\,\nabla p$, coordinate by coordinate and exactly, and
    $\nabla p = p(1-p)\,\Delta$ with the contrast $\Delta = \mathbb{{E}}[s \mid r=1] - \mathbb{{E}}[s \mid r=0]$.
    """)
    return confirmed, policy, update, weight


@app.cell
def _(entries, mo):
    wrong_claim = mo.ui.dropdown(
        [name for name, one in entries.items() if one.verdict == "CORRECTED"],
        value="two-grpo-unbiased-grpo",
        label="False as printed:",
    )
    mo.vstack(
        [
            mo.md(r"""
            ## A false claim, its counterexample and its repair

            A pair of rollouts is said to estimate GRPO's gradient without bias. The smallest policy there is says no, and
            the repair says what a pair does estimate.
            """),
            wrong_claim,
        ]
    )
    return (wrong_claim,)


@app.cell
def _(wrong_claim):
    wrong_name = wrong_claim.value
    return (wrong_name,)


@app.cell
def _(claim_page, derivation_page, entries, mo, wrong_name):
    correction = claim_page(entries[wrong_name]) + "\n" + derivation_page(entries[wrong_name])
    mo.callout(mo.md(correction), kind="warn").style({"overflow-x": "auto"})
    return (correction,)


if __name__ == "__main__":
    app.run()
