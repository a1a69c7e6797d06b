// Your own rule: its text, and the sheet of the rule in use: advantages, w_G, F_G, silent rate.

import { fill, focused, h, savePicture, saveTables, table } from "./dom.js";
import { COLOURS, line, note, numberAxis, plot } from "./axes.js";
import { OWN } from "./rules.js";
import { NEEDS_PYTHON } from "./tables.js";

export function makeRulePanel({ change, live }) {
  const box = h("input", { type: "text", class: "gt-wide", spellcheck: "false", autocomplete: "off", maxlength: "400", "aria-label": "formula of your own rule", "data-input": "formula" });
  const message = h("p", { class: "gt-error", role: "alert", "data-error": "formula" });
  const sheet = h("div", { "data-panel": "rule", "aria-live": "polite" });
  box.disabled = !live;
  box.addEventListener("input", () => change({ formula: box.value, rule: OWN }));
  const hint = live ? "in r, mean, std, std1, max, min, rank, G, k, eps, tau; eps is ε" : NEEDS_PYTHON;
  const root = h(
    "section",
    { class: "gt-card" },
    h("header", {}, h("h3", {}, "Your own rule"), saveTables("rule", sheet), savePicture("rule", sheet)),
    h("label", { class: "gt-entry" }, h("span", {}, "A ="), box),
    message,
    h("p", { class: "gt-hint" }, hint),
    sheet,
  );
  const update = (state) => {
    if (!focused(box)) box.value = state.formula;
  };
  const show = (answer) => {
    message.textContent = answer.error ?? "";
    box.setAttribute("aria-invalid", answer.error ? "true" : "false");
    if (!answer.error) fill(sheet, ...sheetParts(answer));
    for (const canvas of sheet.querySelectorAll("canvas")) drawCurves(canvas, answer.curves);
  };
  return { root, update, show };
}

function sheetParts(answer) {
  const facts = answer.facts.map(([name, exact, value]) => ({ attributes: { "data-fact": name }, cells: [name, h("span", { class: "gt-number" }, value), h("code", {}, exact)] }));
  const rows = answer.advantages.map(({ k, success, failure }) => ({ cells: [String(k), success, failure] }));
  const parts = [h("p", {}, h("strong", {}, answer.name), " ", h("code", {}, answer.formula))];
  parts.push(table(["at p = p₀", "value", "exact"], facts, { "data-table": "sheet" }));
  if (answer.curves) parts.push(h("canvas", { class: "gt-small", role: "img", "aria-label": "w_G and F_G over p" }));
  if (rows.length) {
    const title = answer.cut ? `advantages, the first ${rows.length} of G + 1 rows` : "advantages";
    parts.push(h("details", { open: rows.length < 10 ? "" : null }, h("summary", {}, title), table(["k", "A of a success", "A of a failure"], rows, { "data-table": "advantages" })));
  }
  return parts;
}

function drawCurves(canvas, { p, w, F }) {
  const values = [...w, ...F].filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...values), Math.max(...values, 1e-9)];
  const room = 0.06 * (high - low);
  const view = plot(canvas, numberAxis(-0.02, 1.02, false, 5), numberAxis(low - room, high + room, false, 4), { x: "p", y: "" });
  const { ctx, X, Y, box } = view;
  ctx.lineWidth = 2.2;
  for (const [rows, colour, text, row] of [[w, COLOURS.map, "weight w", 0], [F, COLOURS.orbit, "objective F", 1]]) {
    ctx.strokeStyle = ctx.fillStyle = colour;
    line(ctx, rows.map((value, i) => (value === null ? null : [X(p[i]), Y(value)])));
    if (rows.length) note(view, text, 0.5 * (box.left + box.right) - 34, box.top + 14 + 15 * row, colour);
  }
}
