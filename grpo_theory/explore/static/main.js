// The explorer: one state, drawn at once on every change, while Python certifies what it can behind it.

import { makeBoundPanel } from "./boundpanel.js";
import { makeControls } from "./controls.js";
import { makeCopyOut } from "./copyout.js";
import { h } from "./dom.js";
import { makeLink } from "./link.js";
import { makeLegend, makePanels } from "./panels.js";
import { PRESETS } from "./presets.js";
import { makeRulePanel } from "./rulepanel.js";
import { makeScene } from "./scene.js";
import { FIELDS, completed, fromHash } from "./state.js";
import { makeTables } from "./tables.js";

function render({ model, el }) {
  const live = Boolean(model.get("live"));
  const page = { state: completed({ ...model.get("state"), ...restored() }), own: null, counter: null, answer: null, frame: 0 };
  const change = (part) => set({ ...page.state, ...part });
  const replace = (state) => {
    page.counter = null;
    set({ formula: page.state.formula, inequality: page.state.inequality, over: page.state.over, ...state });
  };
  const link = makeLink(model, (name, answer) => (name === "panels" ? onPanels(answer) : onBound(answer)));
  const controls = makeControls({ presets: PRESETS, change, replace, live });
  const panels = makePanels(change);
  const tables = makeTables();
  const rule = makeRulePanel({ change, live });
  const bound = makeBoundPanel({
    change,
    live,
    certify: () => live && link.ask("bound", page.state),
    cancel: () => link.cancel("bound"),
    take: (point) => set(completed({ ...page.state, ...point })),
  });
  const copy = makeCopyOut(() => ({ state: page.state, fixed: page.answer?.fixed }));
  const waiting = h("p", { class: "gt-note gt-waiting", role: "status" });
  const busy = h("div", { class: "gt-busy", hidden: "" }, h("progress", { "aria-label": "certifying" }), h("span", {}), h("button", { type: "button", "data-do": "cancel-panels", onclick: () => link.cancel("panels") }, "Cancel"));
  const lower = h("div", { class: "gt-lower" }, h("div", { class: "gt-side" }, tables.root, bound.root), h("div", { class: "gt-side" }, copy, rule.root));
  const root = h("div", { class: "gt-explorer" }, controls.root, waiting, panels.root, makeLegend(), busy, lower);
  el.append(root);

  function set(next) {
    page.state = completed(next);
    page.answer = null;
    model.set("state", page.state);
    if (live) link.askSoon("panels", page.state);
    else model.save_changes();
    schedule();
  }
  function schedule() {
    if (!page.frame) page.frame = requestAnimationFrame(redraw);
  }
  function redraw() {
    page.frame = 0;
    controls.update(page.state);
    rule.update(page.state);
    bound.update(page.state);
    page.scene = makeScene(page.state, page.own, page.counter);
    waiting.textContent = page.scene ? "" : "Waiting for Python to read your rule.";
    if (!page.scene) return;
    panels.redraw(page.scene);
    if (!page.answer) tables.numeric(page.scene, live);
    root.dataset.drawn = String(Number(root.dataset.drawn ?? 0) + 1);
  }
  function onPanels(answer) {
    busy.hidden = answer.done || answer.seconds < 2;
    busy.children[1].textContent = ` certifying … ${answer.seconds.toFixed(0)} s `;
    page.answer = answer;
    if (answer.rule) {
      rule.show(answer.rule);
      const fresh = page.state.rule === "own" && answer.rule.coefficients ? answer.rule : null;
      if (fresh && JSON.stringify(fresh.coefficients) !== JSON.stringify(page.own?.coefficients)) {
        page.own = { coefficients: fresh.coefficients, mixed: fresh.mixed };
        redraw();
      }
    }
    if (answer.field in FIELDS) controls.fields[answer.field].complain(answer.error);
    if (page.scene) tables.certified(page.scene, answer);
    root.dataset.answered = String(answer.turn);
  }
  function onBound(answer) {
    bound.show(answer);
    const point = answer.counterexample;
    page.counter = point ? { ...answer.given, kind: answer.kind, rule: answer.rule, point, own: page.own } : null;
    schedule();
  }
  const observer = new ResizeObserver(schedule);
  observer.observe(panels.root);
  model.on("change:state", () => {
    const next = completed(model.get("state"));
    if (JSON.stringify(next) !== JSON.stringify(page.state)) set(next);
  });
  window.addEventListener("hashchange", onHash);
  function onHash() {
    const next = fromHash(window.location.hash);
    if (next) set(next);
  }
  redraw();
  if (live) link.ask("panels", page.state);
  return () => {
    observer.disconnect();
    link.close();
    window.removeEventListener("hashchange", onHash);
  };
}

function restored() {
  return fromHash(window.location.hash) ?? {};
}

export default { render };
