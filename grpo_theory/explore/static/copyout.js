// What can be carried away: a link, LaTeX, and Python that reproduces what is shown.

import { h, toClipboard } from "./dom.js";
import { OWN, taken } from "./rules.js";
import { toHash } from "./state.js";

const RULE_OPTIONS = {
  population_grpo: ["grpo"],
  population_mean_only: ["mean-only"],
  population_maxrl: ["maxrl"],
  grpo_bessel: ["grpo", 'ddof=1'],
  dynamic_grpo: ["dynamic_sampling(grpo)"],
};

/** The page's address with the state after it. */
export function linkOf(state) {
  return window.location.href.split("#")[0] + toHash(state);
}

/** Keyword arguments of `grpo_theory.recurrence` and `grpo_theory.fixed_points` for a state, as Python source. */
export function pythonArguments(state) {
  const takes = taken(state.kind, state.rule);
  const quoted = (text) => JSON.stringify(text);
  const [weight, ...more] = RULE_OPTIONS[state.rule] ?? [state.rule === OWN ? state.formula : state.rule];
  const parts = [`kind=${quoted(state.kind)}`, `beta=${quoted(state.beta)}`, `p_ref=${quoted(state.p_ref)}`];
  for (const name of ["epsilon", "eta", "alpha", "tau"]) if (takes.has(name)) parts.push(`${name}=${quoted(state[name])}`);
  if (weight !== "grpo" || takes.has("G")) parts.push(`weight=${quoted(weight)}`);
  if (takes.has("G")) parts.push(`G=${state.G}`);
  return [...parts, ...more].join(", ");
}

export function pythonOf(state) {
  return `from fractions import Fraction

import grpo_theory as gt

chosen = dict(${pythonArguments(state)})
path = gt.recurrence(**chosen).trajectory(float(Fraction("${state.p_0}")), ${state.steps})
for t, (p, z) in enumerate(zip(path.p, path.logit)):
    print(t, p, z)
found = gt.fixed_points(**chosen)
for point in found.points:
    print(point.p, point.z, point.multiplier, point.stability)
print("complete" if found.complete else found.undecided)
`;
}

const STEP = {
  reference: String.raw`\operatorname{logit} p_{\mathrm{ref}} + \tfrac{1}{\beta}\,\Omega(p_t)`,
  mirror: String.raw`\operatorname{logit} p_t + \tfrac{1}{\beta}\,\Omega(p_t)`,
  "two-kl": String.raw`(1-\alpha)\operatorname{logit} p_t + \alpha\operatorname{logit} p_{\mathrm{ref}} + \tfrac{1}{\beta}\,\Omega(p_t)`,
  proximal: String.raw`\frac{\operatorname{logit} p_t + \eta\beta\operatorname{logit} p_{\mathrm{ref}} + \eta\,\Omega(p_t)}{1+\eta\beta}`,
  explicit: String.raw`(1-\eta\beta)\operatorname{logit} p_t + \eta\beta\operatorname{logit} p_{\mathrm{ref}} + \eta\,\Omega(p_t)`,
};
const OMEGA = {
  population_grpo: String.raw`\frac{1}{\sqrt{p(1-p)+\varepsilon}}`,
  population_mean_only: "1",
  population_maxrl: String.raw`\frac{1}{p}`,
};
const GREEK = { beta: String.raw`\beta`, eta: String.raw`\eta`, alpha: String.raw`\alpha`, epsilon: String.raw`\varepsilon`, tau: String.raw`\tau`, p_ref: String.raw`p_{\mathrm{ref}}`, p_0: "p_0", G: "G" };

function latexNumber(text) {
  const [whole, power] = text.toLowerCase().split("e");
  const [above, below] = whole.split("/");
  if (below) return String.raw`\tfrac{${above}}{${below}}`;
  if (power === undefined) return whole;
  const times = Number(whole) === 1 ? "" : String.raw`${whole}\cdot `;
  return `${times}10^{${Number(power)}}`;
}

/** The recurrence, its weight, its parameters and the fixed points that are shown, in LaTeX. */
export function latexOf(state, fixed) {
  const takes = taken(state.kind, state.rule);
  const sum = String.raw`\sum_{s=0}^{G-1}\binom{G-1}{s}p^s(1-p)^{G-1-s}\bigl(A^+(s+1)-A^-(s)\bigr)`;
  const mixed = state.rule === "dynamic_grpo" ? String.raw`\frac{${sum}}{1-p^G-(1-p)^G}` : sum;
  const names = ["beta", "p_ref", ...["eta", "alpha", "epsilon", "tau", "G"].filter((name) => takes.has(name)), "p_0"];
  const values = names.map((name) => `${GREEK[name]} = ${latexNumber(state[name])}`).join(String.raw`,\ `);
  const lines = [
    String.raw`p_{t+1} &= \sigma\!\left(${STEP[state.kind]}\right),`,
    String.raw`\Omega(p) &= ${OMEGA[state.rule] ?? mixed},`,
    String.raw`&${values}.`,
  ];
  const points = (fixed?.points ?? []).map((point) => `% certified fixed point: log-odds in [${point.logit.join(", ")}], ${point.stability}`);
  return [String.raw`\begin{align*}`, lines.join("\\\\\n"), String.raw`\end{align*}`, ...points].join("\n");
}

/** Buttons that copy, and the text that was copied beneath them. */
export function makeCopyOut(current) {
  const text = h("textarea", { readonly: "", rows: "7", spellcheck: "false", "aria-label": "copied text", "data-panel": "copied" });
  const told = h("span", { class: "gt-hint", role: "status" });
  text.hidden = true;
  const copy = (name, make) => async () => {
    const { state, fixed } = current();
    text.value = make(state, fixed);
    text.hidden = false;
    told.textContent = (await toClipboard(text.value)) ? `${name} copied` : `copy the ${name} below`;
  };
  const button = (name, key, make) => h("button", { type: "button", "data-copy": key, onclick: copy(name, make) }, name);
  const buttons = [button("link", "link", linkOf), button("LaTeX", "latex", latexOf), button("Python", "python", pythonOf)];
  return h("section", { class: "gt-card gt-copy" }, h("h3", {}, "Take it with you"), h("div", { class: "gt-row" }, ...buttons, told), text);
}
