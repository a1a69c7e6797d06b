// Fixed points, conditions and basins as tables: certified where Python answered, else numeric and labelled so.

import { fill, h, saveTables, table } from "./dom.js";
import { show, showProbability } from "./numbers.js";
import { lipschitz } from "./numeric.js";
import { ending } from "./scene.js";

export const NUMERIC = "numeric, not certified";
export const NEEDS_PYTHON = "Certified answers need Python: pip install \"grpo-theory[explore]\", then grpo-theory explore.";

const badge = (text, kind) => h("span", { class: `gt-badge gt-${kind}` }, text);

/** Sections for fixed points, conditions and basins. */
export function makeTables() {
  const [points, conditions, basins] = ["fixed-points", "conditions", "basins"].map((name) => h("div", { "data-panel": name, "aria-live": "polite" }));
  const section = (title, body) => {
    const head = h("header", {}, h("h3", {}, title), saveTables(body.dataset.panel, body));
    return h("section", { class: "gt-card" }, head, body);
  };
  const root = h("div", { class: "gt-tables" }, section("Fixed points", points), section("Conditions", conditions), section("Basins of attraction", basins));
  const numeric = (scene, live) => {
    const note = live ? null : h("p", { class: "gt-note" }, NEEDS_PYTHON);
    fill(points, badge(NUMERIC, "numeric"), numericPoints(scene), observed(scene), note);
    fill(conditions, badge(NUMERIC, "numeric"), numericConditions(scene));
    fill(basins, h("p", { class: "gt-note" }, live ? "…" : NEEDS_PYTHON));
  };
  const certified = (scene, answer) => {
    if (answer.fixed) fill(points, ...certifiedPoints(answer.fixed, answer.basins), observed(scene));
    if (answer.conditions) fill(conditions, ...certifiedConditions(answer.conditions));
    if (answer.basins) fill(basins, ...basinRows(answer.basins));
    else if (!answer.done) fill(basins, h("p", { class: "gt-note" }, "…"));
  };
  return { root, numeric, certified };
}

function numericPoints(scene) {
  if (!scene.fixed.length) return h("p", {}, "No fixed point inside (0, 1) was seen.");
  const rows = scene.fixed.map(({ z, multiplier }) => ({
    attributes: { "data-logit": z },
    cells: [showProbability(z, 6), Math.abs(multiplier) < 1 ? badge("attracts", "good") : badge("repels", "bad"), show(z, 10), show(multiplier, 6)],
  }));
  return table(["p", "", "log-odds", "multiplier"], rows, { "data-table": "numeric" });
}

function observed(scene) {
  const end = ending(scene);
  const places = end.z.slice(0, 4).map((z) => showProbability(z)).join(", ") + (end.z.length > 4 ? ", …" : "");
  const what = end.kind === "cycle" ? `cycle of period ${end.period}` : end.kind;
  return h("p", { class: "gt-note", "data-end": end.kind }, `Observed from p₀: ${what}${places ? ` (p = ${places})` : ""}.`);
}

/** The decimals that both bounds of a ball share, cut and never rounded; the bounds themselves stand in the title. */
export function ballOf([low, high], radius = null) {
  const [[a, power = ""], [b, other = ""]] = [low, high].map((text) => text.toLowerCase().split("e"));
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  const told = power === other && length > 3;
  const leading = /^-?(0\.0*)?/.exec(a)[0].length;
  const digits = `${a.slice(0, Math.min(length, leading + (radius === null ? 8 : 11)))}…${power && `e${power}`}`;
  const text = told ? digits : `[${show(Number(low), 4)}, ${show(Number(high), 4)}]`;
  const box = told && radius > 0 ? h("small", { class: "gt-box" }, `box ±${show(radius, 1)}`) : null;
  return h("span", { title: `in [${low}, ${high}]` }, text.replaceAll("-", "−"), box);
}

function certifiedPoints(fixed, basins) {
  if (fixed.error) return [h("p", { class: "gt-error" }, fixed.error)];
  const title = fixed.complete ? "certified: there are no others" : "not complete: some boxes stayed undecided";
  const kinds = { attracting: ["attracts", "good"], repelling: ["repels", "bad"], undecided: ["undecided", "numeric"] };
  const rows = fixed.points.map((point, i) => ({
    attributes: { "data-low": point.logit[0], "data-high": point.logit[1] },
    cells: [
      point.shown,
      badge(...kinds[point.stability]),
      ballOf(point.logit, point.radius),
      ballOf(point.multiplier),
      h("span", { class: "gt-wrap" }, basins?.of?.[i] ?? "…"),
    ],
  }));
  const head = badge(title, fixed.complete ? "good" : "numeric");
  if (!rows.length) return [head, h("p", {}, fixed.empty)];
  const boxes = fixed.undecided.map(([low, high]) => h("p", { class: "gt-note" }, `undecided: log-odds in [${low}, ${high}]`));
  return [head, table(["p", "", "log-odds, certified", "multiplier", "basin, observed"], rows, { "data-table": "certified" }), ...boxes];
}

function condition({ name, needs, number, bound, met, source }) {
  const sign = met ? badge("met", "good") : badge("not met", "bad");
  return { attributes: { "data-condition": name }, cells: [name, sign, h("span", { class: "gt-wrap" }, needs), number, bound ?? "", h("span", { class: "gt-narrow" }, source ?? "")] };
}

const HEADS = ["condition", "", "needs", "number", "bound", "claim"];

function certifiedConditions(conditions) {
  if (conditions.error) return [h("p", { class: "gt-error" }, conditions.error)];
  const rows = conditions.rows.map(condition);
  return [badge("exact", "good"), table(HEADS, rows, { "data-table": "conditions" }), h("p", { class: "gt-note" }, conditions.says)];
}

function numericConditions({ state, map }) {
  if (state.rule !== "population_grpo") return h("p", { class: "gt-note" }, "Closed-form conditions are known for population grpo.");
  const s = lipschitz(map.weight.ends[0] === Infinity ? 0 : map.weight.ends[0] ** -2);
  const rate = Math.abs(1 - map.pull) + map.gain * s;
  const rows = [
    { name: "contraction", needs: "rate < 1", number: show(rate), bound: "1", met: rate < 1 },
    { name: "strength", needs: "β against s(ε)", number: show(map.strength), bound: show(s), met: map.strength > s },
    { name: "order", needs: "gain·s(ε) ≤ 1 − pull", number: show(map.gain * s), bound: show(1 - map.pull), met: map.gain * s <= 1 - map.pull },
  ];
  return table(HEADS, rows.map(condition), { "data-table": "conditions" });
}

function basinRows(basins) {
  if (basins.error) return [h("p", { class: "gt-error" }, basins.error)];
  const strip = h("div", { class: "gt-strip", role: "img", "aria-label": "starts from log-odds −15 to 15, coloured by where they tend" });
  for (const { share, colour, title } of basins.strip) {
    strip.append(h("span", { style: `flex-grow:${share};background:${colour}`, title }));
  }
  let from = -15;
  const pieces = basins.strip.map(({ share, title }) => {
    const [low, high] = [from, (from += share / 10)];
    return { cells: [show(low, 4), show(high, 4), title] };
  });
  const list = h("details", {}, h("summary", {}, "as a table"), table(["from log-odds", "to", "tends to"], pieces, { "data-table": "basins" }));
  const keys = basins.keys.map(({ colour, text }) => h("li", {}, h("span", { class: "gt-swatch", style: `background:${colour}` }), text));
  return [strip, h("div", { class: "gt-ends" }, h("span", {}, "p = 3e−7"), h("span", {}, "½"), h("span", {}, "1 − 3e−7")), h("ul", { class: "gt-keys" }, ...keys), list, h("p", { class: "gt-note" }, basins.says)];
}
