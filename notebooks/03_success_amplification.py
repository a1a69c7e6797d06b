"""Success amplification: the recurrence of p, its bounds, its fixed points with proof, and its cycles."""

import marimo

app = marimo.App(width="medium", app_title="Success amplification")


@app.cell
def _():
    from dataclasses import replace

    import marimo as mo
    import numpy as np

    import grpo_theory as gt
    from grpo_theory.dynamics import bifurcations, decimal_bounds, limit, orbit_diagram, trajectory_bounds
    from grpo_theory.errors import probability
    from grpo_theory.explore import PRESETS, explorer
    from grpo_theory.explore.certified import conditions, fixed_part, number_is_zero
    from grpo_theory.explore.state import state_of
    from grpo_theory.figures.inline import inline
    from grpo_theory.figures.page import log_odds_ticks
    from grpo_theory.ledger.page import claim_page, derivation_page, plain

    return (
        PRESETS,
        bifurcations,
        claim_page,
        derivation_page,
        conditions,
        decimal_bounds,
        explorer,
        fixed_part,
        gt,
        inline,
        limit,
        log_odds_ticks,
        mo,
        np,
        number_is_zero,
        orbit_diagram,
        plain,
        probability,
        replace,
        state_of,
        trajectory_bounds,
    )


@app.cell
def _(gt, mo):
    mo.md(rf"""
    # Success amplification

    Under a KL penalty each step of GRPO has an exact maximiser, and the success probability obeys a recurrence in one
    dimension. In log-odds $z = \operatorname{{logit}} p$ it is short. For the penalty to the reference policy,

    $${gt.recurrence("reference").latex()}$$

    and with a step size, where the previous policy counts as well,

    $${gt.recurrence("proximal").latex()}$$

    $\Omega_\varepsilon$ is the weight of the contrast. Everything below is computed in log-odds: near $p = 1$ there are
    fixed points that no float in $p$ can hold.
    """)
    return


@app.cell
def _(PRESETS, mo):
    preset_field = mo.ui.dropdown(
        {one.title: one for one in PRESETS if one.state.population}, value="three fixed points", label="Start from:"
    )
    mo.vstack([mo.md("## One recurrence, looked at closely"), preset_field])
    return (preset_field,)


@app.cell
def _(mo, preset_field):
    chosen = preset_field.value
    kinds = ["reference", "proximal", "explicit", "two-kl", "mirror"]
    fields = mo.ui.dictionary(
        {
            "kind": mo.ui.dropdown(kinds, value=chosen.state.kind, label="kind"),
            "beta": mo.ui.text(chosen.state.beta, label=r"$\beta$"),
            "p_ref": mo.ui.text(chosen.state.p_ref, label=r"$p_\mathrm{ref}$"),
            "epsilon": mo.ui.text(chosen.state.epsilon, label=r"$\varepsilon$"),
            "eta": mo.ui.text(chosen.state.eta, label=r"$\eta$"),
            "alpha": mo.ui.text(chosen.state.alpha, label=r"$\alpha$"),
            "p_0": mo.ui.text(chosen.state.p_0, label="$p_0$"),
        }
    )
    mo.vstack([mo.md(chosen.note), mo.hstack(list(fields.values()), justify="start", wrap=True, gap=1)])
    return chosen, fields


@app.cell
def _(chosen, fields, replace):
    state = replace(chosen.state, **{name: one for name, one in fields.value.items() if one is not None})
    return (state,)


@app.cell
def _(gt, mo, np, probability, state, trajectory_bounds):
    steps = 40
    try:
        options = state.options()
        p_0 = float(probability("p_0", state.p_0, open=True))
        step = gt.recurrence(**options)
        path = step.trajectory(p_0, steps)
        found = gt.fixed_points(**options)
    except ValueError as problem:
        mo.stop(True, mo.callout(str(problem), kind="danger"))
    try:
        band = trajectory_bounds(t=np.arange(steps + 1), p_0=p_0, **options)
        unbounded = ""
    except ValueError as reason:
        band, unbounded = None, str(reason)
    return band, found, options, p_0, path, step, steps, unbounded


@app.cell
def _(band, inline, log_odds_ticks, mo, np, path, step, steps, unbounded):
    orbit = np.clip(path.logit, -400, 400)
    low, high = float(orbit.min()), float(orbit.max())
    margin = 0.15 * (high - low) + 1.0
    z = np.linspace(low - margin, high + margin, 801)
    image = step.step(z, log_odds=True)
    near = ["1e-9", "1e-6", "1e-3", "0.1", "1/2", "0.9", "1-1e-3", "1-1e-6", "1-1e-9"]
    far = ["1e-3", "1-1e-20", "1-1e-43", "1-1e-70", "1-1e-100", "1-1e-130", "1-1e-160"]

    def draw_path(drawn):
        cobweb, course = drawn.subplots(1, 2)
        cobweb.plot(z, z, color="#999999", linestyle="-", linewidth=0.6)
        cobweb.plot(z, image)
        stairs = np.repeat(orbit, 2)
        cobweb.plot(
            stairs[:-1], np.concatenate([stairs[:1], stairs[2:]]), color="#D55E00", linestyle="-", linewidth=0.8
        )
        cobweb.set(xlabel="$p_t$", ylabel="$p_{t+1}$", xlim=(z[0], z[-1]), ylim=(z[0], z[-1]))
        if band is not None:
            ends = [np.maximum(band.lower.logit, z[0]), np.minimum(band.upper.logit, z[-1])]
            course.fill_between(np.arange(steps + 1), *ends, color="#56B4E9", alpha=0.25, linewidth=0)
        course.plot(orbit, marker=".", color="#D55E00", linestyle="-", linewidth=0.8)
        course.set(xlabel="step $t$", ylabel="$p_t$", ylim=(z[0], z[-1]))
        for axis in (cobweb.xaxis, cobweb.yaxis, course.yaxis):
            log_odds_ticks(axis, near if high < 25 else far)
            axis.set_view_interval(z[0], z[-1], ignore=True)

    mo.vstack(
        [
            mo.Html(
                inline(draw_path, "Cobweb of the recurrence and its iterates with the closed-form band, in log-odds")
            ),
            mo.md(
                "Left the map with the steps of the orbit; right the orbit, shaded between its closed-form bounds."
                if band is not None
                else f"There are no closed-form bounds here: {unbounded}"
            ),
        ]
    )
    return


@app.cell
def _(conditions, fixed_part, found, mo, plain, state):
    certified = fixed_part(found)
    known = conditions(state, found)
    points = "\n".join(
        f"| {plain(one['shown'])} | [{one['logit'][0]}, {one['logit'][1]}] | "
        f"{float(one['multiplier'][0]):.10g} | {one['stability']} |"
        for one in certified["points"]
    )
    needs = "\n".join(
        f"| {plain(row['needs'])} | {plain(row['number'])} | {plain(row['bound'] or '–')} | "
        f"{'met' if row['met'] else 'not met'} | `{row['source']}` |"
        for row in known.get("rows", ())
    )
    mo.md(rf"""
    ### Every fixed point, with proof

    | $p^*$ | log-odds, certified box | multiplier | stability |
    |:---|:---|:---|:---|
    {points or "| " + certified["empty"] + " | | | |"}

    The list is {"**complete**: no fixed point lies outside these boxes" if certified["complete"] else "not complete"}.

    ### What is known beforehand

    | condition | number | bound | | claim |
    |:---|---:|---:|:---|:---|
    {needs}

    {known.get("says", known.get("error", ""))}
    """)
    return certified, known


@app.cell
def _(
    bifurcations,
    decimal_bounds,
    gt,
    inline,
    limit,
    log_odds_ticks,
    mo,
    np,
    number_is_zero,
    options,
    orbit_diagram,
    p_0,
    state,
    step,
):
    end = limit(step, p_0)
    smooth = options["kind"] in ("reference", "two-kl") and "epsilon" in options and not number_is_zero(state.epsilon)
    fixed = {key: options[key] for key in ("kind", "p_ref", "epsilon", "alpha") if key in options}
    turns = bifurcations(**fixed) if smooth else None
    betas = np.geomspace(0.05, 50, 500)
    last = orbit_diagram(betas, start=str(p_0), burn_in=400, keep=60, **fixed) if smooth else None

    def draw_orbits(drawn):
        axes = drawn.add_subplot()
        axes.plot(np.broadcast_to(betas, last.shape).ravel(), last.ravel(), ",", color="#0072B2", rasterized=True)
        for one in (*turns.folds, *turns.flips):
            axes.axvline(float(one.beta), color="#D55E00", linestyle="--", linewidth=0.8)
        axes.set(xscale="log", xlabel=r"$\beta$", ylabel="$p$, the last 60 of 460 steps", ylim=(-14, 14))
        log_odds_ticks(axes.yaxis, ["1e-6", "1e-3", "0.1", "1/2", "0.9", "1-1e-3", "1-1e-6"])
        axes.set(ylim=(-14, 14), xlim=(betas[0], betas[-1]))

    cycle = gt.fixed_points(**options, period=end.period) if end.kind == "cycle" and end.period <= 4 else None
    certain = (
        f" Certified: {len(cycle.points)} points of least period {end.period}, "
        + ", ".join(f"$p = {float(one.p):.6g}$ ({one.stability})" for one in cycle.points)
        + f"; {'there is no other' if cycle.complete else 'others may exist'}."
        if cycle is not None
        else ""
    )
    told = {"fixed-point": "settles at a fixed point", "cycle": f"settles in a cycle of period {end.period}"}
    seen = (
        f"From $p_0 = {p_0:g}$ the orbit {told.get(end.kind, 'does not repeat itself')} (observed, in floats).{certain}"
    )
    listed = [
        f"{name} at $\\beta = {decimal_bounds(one.beta, 16)[0]}$"
        for name, group in (("fold", turns.folds if smooth else ()), ("flip", turns.flips if smooth else ()))
        for one in group
    ]
    proofs = (
        f"Certified, dashed: {'; '.join(listed)}. Where nothing is drawn the orbit lies beyond the frame."
        if listed
        else ""
    )
    mo.vstack(
        [
            mo.md(f"### In the long run\n\n{seen} {proofs}"),
            mo.Html(inline(draw_orbits, "Orbit diagram over beta with certified folds and flips", aspect=0.45))
            if smooth
            else mo.md(
                "An orbit diagram over $\\beta$ is drawn for reference and two-kl steps with $\\varepsilon > 0$."
            ),
        ]
    )
    return cycle, end, turns


@app.cell
def _(mo):
    bound_field = mo.ui.text("p_next >= p_ref", label="for all parameters:", full_width=True)
    over_field = mo.ui.text("p=0:1, p_ref=0:1, beta=1/10:10, epsilon=1e-4:1", label="in the box:", full_width=True)
    map_field = mo.ui.dropdown(
        ["reference", "mirror", "proximal", "explicit", "two-kl"], value="reference", label="map:"
    )
    mo.vstack(
        [
            mo.md(r"""
            ## A bound of your own

            An inequality in `p_next`, `p`, `p_ref`, `beta`, `eta`, `epsilon`, `tau`, `alpha` is certified on the whole box
            or refuted at an exact point. Try `p_next >= p`, or `logit(p_next) - logit(p_ref) <= 1/(beta*sqrt(epsilon))`.
            """),
            mo.hstack([bound_field, over_field, map_field], widths=[3, 4, 1], gap=1),
        ]
    )
    return bound_field, map_field, over_field


@app.cell
def _(bound_field):
    inequality = bound_field.value
    return (inequality,)


@app.cell
def _(map_field, over_field):
    box, map_name = over_field.value, map_field.value
    return box, map_name


@app.cell
def _(box, gt, inequality, map_name, mo, plain):
    try:
        bound = gt.certify_bound(inequality, box.strip() or None, map_name, seconds=15)
    except ValueError as refused:
        mo.stop(True, mo.callout(str(refused), kind="danger"))
    where = (
        ""
        if bound.counterexample is None
        else "It fails at "
        + ", ".join(f"{plain(name)} = {value}" for name, value in bound.counterexample.items())
        + f": the left side is {bound.sides[0]}, the right side {bound.sides[1]}."
    )
    kind = {"CERTIFIED": "success", "REFUTED": "warn"}.get(bound.verdict, "neutral")
    mo.callout(
        mo.md(
            f"**{bound.verdict}** · {plain(bound.statement)} for {plain(bound.scope)}. {where} {plain(bound.reason)} "
            f"({bound.boxes} boxes, {bound.seconds:.2f} s)"
        ),
        kind=kind,
    )
    return (bound,)


@app.cell
def _(claim_page, derivation_page, gt, mo):
    claim = gt.verify(["figure-3-titles"]).claims[0]
    mo.vstack(
        [
            mo.md(r"""
            ## A claim of the paper that needs a repair

            Over each panel of its Figure 3 the paper prints a value $p^*$, said to be a fixed point. All fixed points of all
            panels can be enclosed, so this can be decided. The preset *Figure 3: 0.0442 is no fixed point* shows the panel
            where it fails.
            """),
            mo.callout(mo.md(claim_page(claim)), kind="warn").style({"overflow-x": "auto"}),
            mo.accordion({"The derivation": mo.md(derivation_page(claim))}),
        ]
    )
    return (claim,)


@app.cell
def _(explorer, mo):
    page = mo.ui.anywidget(explorer())
    mo.vstack(
        [
            mo.md(r"""
            ## Play

            The explorer: drag in the pictures, or set a parameter. Below it, Python looks at the same state.
            """),
            page,
        ]
    )
    return (page,)


@app.cell
def _(fixed_part, gt, mo, page, plain, state_of):
    try:
        played = gt.fixed_points(**state_of(page.value["state"]).options())
        summary = ", ".join(f"{plain(one['shown'])} ({one['stability']})" for one in fixed_part(played)["points"])
    except ValueError as trouble:
        mo.stop(True, mo.callout(str(trouble), kind="danger"))
    mo.md(f"Fixed points of the explorer's recurrence: {summary or 'none inside (0, 1)'}.")
    return (played,)


if __name__ == "__main__":
    app.run()
