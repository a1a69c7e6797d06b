"""From logs: the difficulty of prompts in a rollout log, and what it lets expect of the next step."""

import marimo

app = marimo.App(width="medium", app_title="From logs")


@app.cell
def _():
    from pathlib import Path
    from tempfile import TemporaryDirectory

    import marimo as mo
    import numpy as np

    import grpo_theory as gt
    from grpo_theory.discovery import folder
    from grpo_theory.errors import exact_rational
    from grpo_theory.figures.inline import inline
    from grpo_theory.ledger.page import plain
    from grpo_theory.logs import forecast, group_rollouts, read_log
    from grpo_theory.logs.forecast import success_counts

    return (
        Path,
        TemporaryDirectory,
        exact_rational,
        folder,
        forecast,
        group_rollouts,
        gt,
        inline,
        mo,
        np,
        plain,
        read_log,
        success_counts,
    )


@app.cell
def _(folder, mo):
    samples = sorted((folder("notebooks") / "logs").iterdir())
    sample_field = mo.ui.dropdown({one.name: one for one in samples}, value="10.jsonl", label="a sample log:")
    upload_field = mo.ui.file(filetypes=[".parquet", ".jsonl", ".csv"], label="or your own")
    mo.vstack(
        [
            mo.md(r"""
            # From logs

            Trainers write down the rewards of their rollouts. From these alone follow the difficulty of the prompts, how
            many groups will be silent, how much of the contrast survives, and where the mean success probability goes.

            TRL writes parquet (`completions_00010.parquet`), verl JSON lines (`10.jsonl`); CSV with a header will do. The
            three sample logs are **synthetic**: no model was trained for them. Your own file stays on this machine.
            """),
            mo.hstack([sample_field, upload_field], justify="start", gap=2, align="end"),
        ]
    )
    return sample_field, upload_field


@app.cell
def _(mo):
    reward_field = mo.ui.text("", placeholder="found by itself", label="column of rewards:", full_width=True)
    key_field = mo.ui.text("", placeholder="found by itself", label="column of prompts:", full_width=True)
    rows_field = mo.ui.number(0, 4096, value=0, label="or consecutive rows (0: by prompt):", full_width=True)
    threshold_field = mo.ui.text("", placeholder="rewards are 0 and 1", label="success above:", full_width=True)
    mo.hstack([reward_field, key_field, rows_field, threshold_field], widths="equal", gap=1)
    return key_field, reward_field, rows_field, threshold_field


@app.cell
def _(sample_field, upload_field):
    uploaded = [(one.name, one.contents) for one in upload_field.value]
    log_path = sample_field.value
    return log_path, uploaded


@app.cell
def _(key_field, reward_field, rows_field, threshold_field):
    columns = {"reward": reward_field.value.strip() or None, "group": key_field.value.strip() or None}
    rows, threshold_text = int(rows_field.value or 0), threshold_field.value.strip()
    return columns, rows, threshold_text


@app.cell
def _(
    Path,
    TemporaryDirectory,
    columns,
    exact_rational,
    group_rollouts,
    log_path,
    mo,
    read_log,
    rows,
    threshold_text,
    uploaded,
):
    try:
        with TemporaryDirectory() as place:
            source = log_path
            for upload_name, contents in uploaded:
                source = Path(place) / Path(upload_name).name
                source.write_bytes(contents)
            rollouts = read_log(source, **columns)
        threshold = float(exact_rational("threshold", threshold_text)) if threshold_text else None
        groups = group_rollouts(rollouts, size=rows or None, threshold=threshold)
    except ValueError as problem:
        mo.stop(True, mo.callout(str(problem), kind="danger"))
    return groups, rollouts, source


@app.cell
def _(groups, mo, plain, rollouts, source):
    warned = [mo.callout(mo.md(f"Caution: {plain(one)}."), kind="warn") for one in groups.warnings]
    mo.vstack(
        [
            mo.md(
                f"`{source.name}`: {len(rollouts.rewards)} rollouts in {len(groups.sizes)} groups, usually of "
                f"{groups.usual_size}; {groups.mean:.1%} of the rollouts succeed, {groups.silent_share:.1%} of the groups "
                "are silent."
            ),
            *warned,
        ]
    )
    return


@app.cell
def _(mo):
    rule_field = mo.ui.text("(r-mean)/(std+eps)", label="rule, centred:")
    size_field = mo.ui.slider(2, 64, value=8, show_value=True, label="$G$ from now on:")
    gain_field = mo.ui.text("0.1", label=r"gain ($1/\beta$ or $\eta$):")
    mo.hstack([rule_field, size_field, gain_field], justify="start", gap=2)
    return gain_field, rule_field, size_field


@app.cell
def _(rule_field):
    formula = rule_field.value
    return (formula,)


@app.cell
def _(gain_field, size_field):
    G, gain_text = size_field.value, gain_field.value
    return G, gain_text


@app.cell
def _(G, exact_rational, forecast, formula, gain_text, groups, gt, mo):
    try:
        found = forecast(groups, rule=gt.parse_rule(formula), G=G, gain=float(exact_rational("gain", gain_text)))
    except ValueError as refused:
        mo.stop(True, mo.callout(str(refused), kind="danger"))
    fit = found.difficulty
    as_logged = forecast(groups, rule=gt.parse_rule(formula), gain=0)
    return as_logged, fit, found


@app.cell
def _(as_logged, fit, found, groups, mo):
    states = {
        "fitted": "",
        "no spread": "The counts vary no more than one common $p$ would make them: no spread can be told.",
        "all or nothing": "Every group is silent: the spread is at its limit, and the intervals mean little.",
    }
    mo.md(rf"""
    ## Difficulty

    A proportion $k/n$ varies more than $p$ does, so that $k/n$ put into a formula misleads. Instead
    $p \sim \mathrm{{Beta}}(a, b)$ over prompts and $k \sim \mathrm{{Binomial}}(n, p)$ within one; $a$ and $b$ are fitted to
    the counts by maximum likelihood. Here $a = {fit.a:.3f}$, $b = {fit.b:.3f}$, mean $p$ = {found.mean}. Intervals are 95 %
    profile-likelihood intervals. {states[fit.status]}

    | silent groups of {as_logged.G}, as in the log | |
    |:---|:---|
    | expected, with interval | **{as_logged.silent_rate}** |
    | seen | {groups.silent_share:.4g} |
    | what $k/n$ put into $p^G + (1-p)^G$ makes of it | {as_logged.plugged_silent_rate:.4g} |
    """)
    return


@app.cell
def _(fit, groups, inline, mo, np, success_counts):
    grid = np.linspace(0.004, 0.996, 249)
    curve, lower, upper = fit.density(grid)
    spread = fit.status == "fitted"
    usual = groups.usual_size
    k = np.arange(usual + 1)
    seen = np.bincount(
        [hit for n, hit in zip(groups.sizes, groups.successes, strict=True) if n == usual], minlength=usual + 1
    )
    expected = seen.sum() * success_counts(fit.a, fit.b, usual)

    def draw_difficulty(drawn):
        counts = drawn.add_subplot(1, 2, 2)
        if spread:
            axes = drawn.add_subplot(1, 2, 1)
            axes.fill_between(grid, lower, upper, color="#56B4E9", alpha=0.35, linewidth=0, label="95 % interval")
            axes.plot(grid, curve, label="most likely")
            axes.set(xlim=(0, 1), ylim=(0, min(6.0, 1.1 * upper.max())), xlabel="$p$", ylabel="density over prompts")
            axes.legend()
        counts.bar(k, seen, color="#D55E00", alpha=0.6, label="seen")
        counts.plot(k, expected, color="#0072B2", marker="o", linestyle="-", label="expected")
        counts.set(
            xlabel=f"successes in a group of {usual}", ylabel="groups", ylim=(0, 1.25 * max(seen.max(), expected.max()))
        )
        counts.legend()

    mo.Html(inline(draw_difficulty, "Density of difficulty with its interval; groups by successes"))
    return curve, expected, lower, seen, upper


@app.cell
def _(found, mo):
    mo.md(rf"""
    ## What to expect

    | | value, with interval |
    |:---|:---|
    | mean $p$ now | {found.mean} |
    | mean $p$ after one step of gain in log-odds | {found.next_mean} |
    | attenuation: contrast kept by groups of {found.G}, of the population's | {found.attenuation} |
    | silent rate | {found.silent_rate} |
    """)
    return


@app.cell
def _(found, mo):
    head = " | ".join(f"$G = {size}$" for size in next(iter(found.cost.values())))
    bars = "|".join("---:" for _ in next(iter(found.cost.values())))
    body = "\n".join(
        f"| {noise:g} | **{found.best_group[noise]}** | "
        + " | ".join(f"{cost:.4g}" for cost in by_size.values())
        + " |"
        for noise, by_size in found.cost.items()
    )
    mo.md(rf"""
    ## The best group size

    At equal rollouts, the size with the least relative variance. It depends on how noisy the scores are within successes
    and failures, $v/D$, which a reward log does not tell; so there is an answer for each. The entries are relative
    variances per rollout.

    | $v/D$ | best $G$ | {head} |
    |---:|---:|{bars}|
    {body}
    """)
    return


if __name__ == "__main__":
    app.run()
