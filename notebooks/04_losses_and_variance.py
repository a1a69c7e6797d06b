"""Losses and variance: EC-RLVR, the general contrastive form, the best whitening, and what a group size costs."""

import marimo

app = marimo.App(width="medium", app_title="Losses and variance")


@app.cell
def _():
    from fractions import Fraction

    import marimo as mo
    import numpy as np

    import grpo_theory as gt
    from grpo_theory.dynamics import amplification_step, amplifying_rates
    from grpo_theory.figures.inline import inline, inline_figure
    from grpo_theory.ledger.page import claim_page, derivation_page, plain, verdict_table
    from grpo_theory.losses.best_temperature import best_temperatures
    from grpo_theory.losses.ec_rlvr import ALL_WRONG, ec_rlvr_value, ec_rlvr_weights
    from grpo_theory.losses.form import brief
    from grpo_theory.losses.table import CONVENTIONS
    from grpo_theory.policies.equal_rollouts import equal_rollouts, equal_rollouts_optimum
    from grpo_theory.policies.finite import SoftmaxPolicy
    from grpo_theory.policies.whitening import ScoreSpread, optimal_whitening, ratio_to_optimum

    return (
        ALL_WRONG,
        CONVENTIONS,
        Fraction,
        ScoreSpread,
        SoftmaxPolicy,
        amplification_step,
        amplifying_rates,
        best_temperatures,
        brief,
        claim_page,
        derivation_page,
        ec_rlvr_value,
        ec_rlvr_weights,
        equal_rollouts,
        equal_rollouts_optimum,
        gt,
        inline,
        inline_figure,
        mo,
        np,
        optimal_whitening,
        plain,
        ratio_to_optimum,
        verdict_table,
    )


@app.cell
def _(ALL_WRONG, mo):
    likelihood_field = mo.ui.text("1/2 1/4 1/8 1/16", label=r"likelihoods $\pi(o_i)$:", full_width=True)
    reward_field = mo.ui.text("1 0 1 0", label="rewards:", full_width=True)
    tau_field = mo.ui.text("1/2", label=r"$\tau$:", full_width=True)
    convention_field = mo.ui.dropdown(
        ["undefined", "zero"], value="undefined", label="a group without a success:", full_width=True
    )
    mo.vstack(
        [
            mo.md(rf"""
            # Losses and variance

            ## EC-RLVR on one group

            The cross-entropy of the successes among all rollouts of a group,

            $$L_G = -\log\frac{{\sum_{{r_i=1}} \pi(o_i)^{{1/\tau}}}}{{\sum_j \pi(o_j)^{{1/\tau}}}},$$

            with its ascent weights: the coefficients of $\nabla\log\pi(o_i)$ in $-\nabla L_G$. Without a success it is
            $-\log 0$: {ALL_WRONG["undefined"]}, unless a convention says more.
            """),
            mo.hstack([likelihood_field, reward_field, tau_field, convention_field], widths=[3, 2, 1, 2], gap=1),
        ]
    )
    return convention_field, likelihood_field, reward_field, tau_field


@app.cell
def _(convention_field, likelihood_field, reward_field, tau_field):
    likelihoods, rewards = likelihood_field.value.split(), reward_field.value.split()
    tau, convention = tau_field.value, convention_field.value
    return convention, likelihoods, rewards, tau


@app.cell
def _(brief, convention, ec_rlvr_value, ec_rlvr_weights, likelihoods, mo, rewards, tau):
    try:
        value = ec_rlvr_value(likelihoods, rewards, tau, all_wrong=convention)
        ascent = ec_rlvr_weights(likelihoods, rewards, tau, all_wrong=convention)
    except ValueError as problem:
        mo.stop(True, mo.callout(str(problem), kind="danger"))
    rows = "\n".join(
        f"| {likelihoods[i]} | {rewards[i]} | {brief(weight)} | {float(weight):+.6f} |"
        for i, weight in enumerate(ascent)
    )
    mo.md(rf"""
    $L_G = {float(value):.6f}$

    | $\pi(o_i)$ | $r_i$ | ascent weight | decimal |
    |---:|---:|---:|---:|
    {rows}
    """)
    return ascent, value


@app.cell
def _(mo):
    off_field = mo.ui.checkbox(label="off-policy: the group is drawn from another policy")
    mo.vstack(
        [
            mo.md(r"""
            ## Which losses are contrastive?

            The general form is
            $-\nabla L = \sum_{r_i=1} a_i\,\nabla\log\pi(o_i) - \sum_{r_j=0} b_j\,\nabla\log\pi(o_j)$ with $a, b \ge 0$.
            Each shipped loss is put to it on every pair of rollouts of the small policies; a "no" carries a group that
            says so, "–" is undecided or says nothing here. *Balanced* means $\sum a = \sum b$; a *count rule* knows a rollout only by $(r, k, G)$.
            """),
            off_field,
        ]
    )
    return (off_field,)


@app.cell
def _(off_field):
    off_policy = off_field.value
    return (off_policy,)


@app.cell
def _(CONVENTIONS, gt, mo, off_policy, plain):
    forms = [
        gt.contrastive_form(gt.loss(name, **given), largest=2, off_policy=off_policy) for name, given in CONVENTIONS
    ]
    given_texts = [", ".join(f"{key} = {one}" for key, one in given.items()) for _, given in CONVENTIONS]
    answers = {True: "yes", False: "**no**", None: "–"}
    entries = "\n".join(
        f"| `{form.loss.name}` {plain(text)}{' (a reconstruction)' if 'reconstruction' in form.loss.source else ''} | "
        f"{answers[form.member]} | {answers[form.balanced.holds]} | "
        f"{answers[form.count_rule.holds]} | {answers[form.silent_zero.holds]} | {answers[form.defined.holds]} | "
        f"{plain(form.signs.detail or form.per_rollout.detail)} |"
        for form, text in zip(forms, given_texts, strict=True)
    )
    mo.accordion(
        {
            f"{sum(form.member is True for form in forms)} of {len(forms)} have the form, "
            f"{sum(form.member is False for form in forms)} have not ({forms[0].scope})": mo.md(f"""
    | loss | contrastive | balanced | count rule | zero in silent groups | always defined | why not |
    |:---|:---|:---|:---|:---|:---|:---|
    {entries}
    """)
        }
    )
    return (forms,)


@app.cell
def _(gt):
    record = gt.verify(
        [
            "ec-rlvr-is-infonce",
            "success-amplification-logit",
            "ec-rlvr-undefined-when-all-wrong",
            "lemma-2-temperature-depends-on-group",
        ]
    )
    claims = {one.name: one for one in record.claims}
    return claims, record


@app.cell
def _(mo, record, verdict_table):
    mo.md(f"""
    ## What the research card says, checked just now

    {verdict_table(record.claims)}
    """)
    return


@app.cell
def _(claims, mo):
    claim_field = mo.ui.dropdown(list(claims), value="success-amplification-logit", label="Look at")
    mo.vstack([claim_field])
    return (claim_field,)


@app.cell
def _(claim_field, claim_page, claims, derivation_page, mo):
    entry = claims[claim_field.value]
    mo.vstack(
        [
            mo.callout(mo.md(claim_page(entry)), kind="warn" if entry.repair else "neutral").style(
                {"overflow-x": "auto"}
            ),
            mo.accordion({"The derivation": mo.md(derivation_page(entry))}),
        ]
    )
    return


@app.cell
def _(mo):
    p_field = mo.ui.text("1/100", label="$p$:")
    eta_field = mo.ui.text("1", label=r"$\eta$:")
    heat_field = mo.ui.text("1", label=r"$\tau$:")
    size_field = mo.ui.slider(2, 16, value=8, show_value=True, label="$G$:")
    mo.vstack(
        [
            mo.md(r"""
            ## Where the card's theorem holds

            It promises $p_{t+1} \ge p_t + \eta\,p_t(1-p_t)/\tau$ for every step. For each $p$ it holds on an interval of
            $\eta/\tau$, or nowhere. The interval is decided in rigorous balls.
            """),
            mo.hstack([p_field, eta_field, heat_field, size_field], justify="start", gap=1),
        ]
    )
    return eta_field, heat_field, p_field, size_field


@app.cell
def _(eta_field, heat_field, p_field, size_field):
    p_text, eta_text, heat_text, G = p_field.value, eta_field.value, heat_field.value, size_field.value
    return G, eta_text, heat_text, p_text


@app.cell
def _(G, amplification_step, amplifying_rates, eta_text, heat_text, mo, p_text):
    variants = {
        "population loss": {},
        f"a group of {G}": {"G": G},
        "natural gradient, population loss": {"natural": True},
    }
    try:
        steps = {name: amplification_step(p_text, eta_text, heat_text, **one) for name, one in variants.items()}
        spans = {name: amplifying_rates(p_text, heat_text, **one) for name, one in variants.items()}
    except ValueError as refused:
        mo.stop(True, mo.callout(str(refused), kind="danger"))
    said = {True: "yes", False: "**no**", None: "undecided"}
    lines = "\n".join(
        f"| {name} | {float(step.p_next):.8g} | {float(step.target):.8g} | {said[step.holds]} | "
        + ("nowhere" if spans[name] is None else f"[{float(spans[name][0]):.6g}, {float(spans[name][1]):.6g}]")
        + " |"
        for name, step in steps.items()
    )
    mo.md(rf"""
    | step on | $p_{{t+1}}$ | promised | holds | holds for $\eta/\tau$ in |
    |:---|---:|---:|:---|:---|
    {lines}
    """)
    return spans, steps


@app.cell
def _(Fraction, G, amplifying_rates, heat_text, inline, mo, np):
    chances = [Fraction(i, 100) for i in (1, 2, 3, *range(4, 64, 3))]
    intervals = {
        name: [amplifying_rates(chance, heat_text, **one) for chance in chances]
        for name, one in {"population": {}, f"group of {G}": {"G": G}, "natural": {"natural": True}}.items()
    }

    def draw_regions(drawn):
        panels = drawn.subplots(1, 3, sharey=True)
        for axes, (name, found) in zip(panels, intervals.items(), strict=True):
            there = [
                (float(p), max(float(ends[0]), 1e-2), float(ends[1]))
                for p, ends in zip(chances, found, strict=True)
                if ends
            ]
            p, low, high = np.array(there).T if there else np.empty((3, 0))
            axes.fill_between(p, low, high, color="#56B4E9", alpha=0.4, linewidth=0)
            axes.plot(p, low, color="#0072B2", linestyle="-")
            axes.plot(p, high, color="#D55E00", linestyle="--")
            axes.set(yscale="log", xlim=(0, 0.64), ylim=(1e-2, 100), xlabel="$p$", title=name)
        panels[0].set_ylabel(r"$\eta/\tau$")

    mo.vstack(
        [
            mo.Html(inline(draw_regions, "Rates at which a step amplifies as promised, against p: shaded intervals")),
            mo.md(
                rf"Shaded at $\tau = {heat_text}$: the steps that keep the promise. Left and middle a step on the loss, "
                "right a natural-gradient step."
            ),
        ]
    )
    return (intervals,)


@app.cell
def _(G, best_temperatures, gt, inline_figure, mo, p_text):
    best = best_temperatures(G, p_text)
    ends = ["0" if end == 0 else r"\infty" for end in (best.low, best.high)]
    at = rf"\tau \to {ends[0]}" if best.low == best.high else r"\text{every } \tau"
    picture = gt.figure("grpo-theory/best-temperature")
    mo.vstack(
        [
            mo.md(rf"""
            ## The best temperature

            The signal-to-noise ratio $\mathbb{{E}}^2/\operatorname{{Var}}$ of $\partial L_G/\partial z$ on the two-outcome
            policy is largest for ${at}$ at $p = {p_text}$, $G = {G}$.
            """),
            mo.Html(inline_figure(picture)),
            mo.md(picture.caption),
        ]
    )
    return (best,)


@app.cell
def _(mo):
    policy_field = mo.ui.text("1/4 1/8 1/8 1/4 1/4", label="probabilities:", full_width=True)
    success_field = mo.ui.text("1 1 0 0 0", label="rewards:", full_width=True)
    group_field = mo.ui.slider(steps=[2, 4, 8, 16], value=8, show_value=True, label="$G$:")
    mo.vstack(
        [
            mo.md(r"""
            ## The best whitening

            A centred count rule moves a group by $b_k\,(\bar s_+ - \bar s_-)$. The relative variance of that update is
            least, among all such rules, exactly at
            $b_k \propto 1/\bigl(D + v_+/k + v_-/(G-k)\bigr)$, claim `optimal-whitening`. Here $D = \lVert\Delta\rVert^2$
            and $v_\pm$ are the score variances of a policy of yours.
            """),
            mo.hstack([policy_field, success_field, group_field], widths=[2, 2, 1], gap=1),
        ]
    )
    return group_field, policy_field, success_field


@app.cell
def _(group_field, policy_field, success_field):
    policy_text, success_text, size = policy_field.value, success_field.value, group_field.value
    return policy_text, size, success_text


@app.cell
def _(ScoreSpread, SoftmaxPolicy, gt, mo, optimal_whitening, policy_text, ratio_to_optimum, size, success_text):
    try:
        policy = SoftmaxPolicy.of(policy_text, success_text)
        spread = ScoreSpread.of_policy(policy)
    except ValueError as wrong:
        mo.stop(True, mo.callout(str(wrong), kind="danger"))
    chance = policy.success_probability
    best_b = optimal_whitening(spread, size)
    over = {name: float(ratio_to_optimum(gt.rule(name), spread, size, chance)) for name in ("rloo", "grpo", "maxrl")}
    mo.md(rf"""
    $p = {chance}$, $D = {spread.D}$, $v_+ = {spread.v_plus}$, $v_- = {spread.v_minus}$; the best
    $b_k$ for $k = 1, \dots, {size - 1}$, scaled to $b_1 = 1$: {", ".join(f"{float(b / best_b[0]):.4g}" for b in best_b)}.

    | rule | relative variance over the least |
    |:---|---:|
    {chr(10).join(f"    | `{name}` | {value:.6f} |" for name, value in over.items()).strip()}
    """)
    return best_b, chance, over, spread


@app.cell
def _(gt, inline_figure, mo):
    whitening = gt.figure("grpo-theory/optimal-whitening")
    mo.vstack([mo.Html(inline_figure(whitening)), mo.md(whitening.caption)])
    return


@app.cell
def _(chance, equal_rollouts, equal_rollouts_optimum, gt, mo, spread):
    grpo, rloo = gt.rule("grpo"), gt.rule("rloo")
    costs = {
        n: [float(equal_rollouts(one, spread, n, chance, 16)) for one in (grpo, rloo)]
        + [float(equal_rollouts_optimum(spread, n, chance, 16))]
        for n in (2, 4, 8, 16)
    }
    listed = "\n".join(f"| {n} | {a:.6f} | {b:.6f} | {c:.6f} |" for n, (a, b, c) in costs.items())
    mo.md(rf"""
    ## Equal rollouts

    Sixteen rollouts of one prompt in $16/G$ groups, on the policy above: the relative variance of the whole batch.

    | $G$ | GRPO | RLOO | best whitening |
    |---:|---:|---:|---:|
    {listed}

    At equal rollouts the group size matters through the rule and the scores, claim `equal-rollouts-law`.
    """)
    return (costs,)


@app.cell
def _(gt, inline_figure, mo):
    rollouts = gt.figure("grpo-theory/equal-rollouts")
    mo.vstack([mo.Html(inline_figure(rollouts)), mo.md(rollouts.caption)])
    return


if __name__ == "__main__":
    app.run()
