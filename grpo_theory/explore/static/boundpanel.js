// Your own bound: an inequality that Python certifies on a box or refutes with a counterexample.

import { fill, focused, h, saveTables, table } from "./dom.js";
import { KINDS } from "./map.js";
import { NEEDS_PYTHON } from "./tables.js";

const NAMES = { p: 0, beta: 0, eta: 0, alpha: 0, p_ref: 0, epsilon: 0 };

export function makeBoundPanel({ change, certify, cancel, take, live }) {
  const input = (name, label) => {
    const box = h("input", { type: "text", class: "gt-wide", spellcheck: "false", autocomplete: "off", maxlength: "400", "aria-label": label, "data-input": name });
    box.disabled = !live;
    box.addEventListener("input", () => change({ [name]: box.value }));
    box.addEventListener("keydown", (event) => event.key === "Enter" && certify());
    return box;
  };
  const boxes = { inequality: input("inequality", "inequality"), over: input("over", "ranges of the box") };
  const message = h("p", { class: "gt-error", role: "alert", "data-error": "bound" });
  const verdict = h("div", { "data-panel": "bound", "aria-live": "polite" });
  const run = h("button", { type: "button", class: "gt-main", "data-do": "certify", onclick: certify }, "Certify or refute");
  const stop = h("button", { type: "button", "data-do": "cancel", onclick: cancel }, "Cancel");
  const busy = h("progress", { "aria-label": "searching" });
  const state = h("span", { class: "gt-hint" });
  run.disabled = !live;
  stop.hidden = busy.hidden = true;
  const root = h(
    "section",
    { class: "gt-card" },
    h("header", {}, h("h3", {}, "Your own bound"), saveTables("bound", verdict)),
    h("label", { class: "gt-entry" }, h("span", {}, "claim"), boxes.inequality),
    h("label", { class: "gt-entry" }, h("span", {}, "for all"), boxes.over),
    h("div", { class: "gt-row" }, run, stop, busy, state),
    message,
    h("p", { class: "gt-hint" }, live ? "in p, p_next, p_ref, eta, beta, tau, epsilon, alpha; p_next is the next p under the recurrence and rule above" : NEEDS_PYTHON),
    verdict,
  );
  const update = (next) => {
    for (const [name, box] of Object.entries(boxes)) if (!focused(box)) box.value = next[name];
  };
  const show = (answer) => {
    const working = !answer.done;
    stop.hidden = busy.hidden = !(working && answer.seconds > 1);
    state.textContent = working ? `${answer.told ?? "searching"} … ${answer.seconds.toFixed(0)} s` : "";
    message.textContent = answer.error ?? "";
    if (answer.verdict) fill(verdict, ...verdictParts(answer, take));
    else if (answer.done || working) fill(verdict);
  };
  return { root, update, show };
}

function verdictParts(answer, take) {
  const kind = { CERTIFIED: "good", REFUTED: "bad", OPEN: "numeric" }[answer.verdict];
  const rows = answer.rows.map(([name, value]) => ({ cells: [name, value] }));
  const parts = [h("p", {}, h("span", { class: `gt-badge gt-${kind}`, "data-verdict": answer.verdict }, answer.verdict), " ", h("code", {}, answer.statement))];
  parts.push(table(["", ""], rows, { "data-table": "bound" }));
  const point = answer.counterexample;
  if (!point) return parts;
  parts.push(h("p", { class: "gt-hint" }, "Drawn on the cobweb: its map dashed, its point as a cross."));
  const usable = Object.fromEntries(Object.entries(point).filter(([name]) => name in NAMES));
  if (usable.p) [usable.p_0, usable.p] = [usable.p, undefined];
  if (answer.kind in KINDS) parts.push(h("button", { type: "button", "data-do": "take", onclick: () => take(usable) }, "Set the sliders to it"));
  return parts;
}
