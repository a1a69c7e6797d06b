"""The explorer of the recurrence as a marimo app: `grpo-theory explore`, or `marimo run notebooks/explorer.py`."""

import marimo

app = marimo.App(width="full", app_title="GRPO explorer")


@app.cell
def _():
    import marimo as mo

    from grpo_theory.explore import explorer

    return explorer, mo


@app.cell
def _(mo):
    mo.md(r"""
    # GRPO explorer

    The success probability of a policy from step to step, in log-odds:
    $z_{t+1} = (1-a)\,z_t + a\,z_{\mathrm{ref}} + g\,\Omega(p_t)$.
    Pictures move at once; what is called certified is proved behind the page, in Python.
    """)
    return


@app.cell
def _(explorer, mo):
    mo.ui.anywidget(explorer())
    return


if __name__ == "__main__":
    app.run()
