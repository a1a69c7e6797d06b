// Sliders that also take typing and keys, and the choices of kind, rule, axis and preset.

import { fill, focused, h, symbol } from "./dom.js";
import { KINDS } from "./map.js";
import { parseNumber } from "./numbers.js";
import { GROUP_RULES, OWN, POPULATION_RULES, taken } from "./rules.js";
import { FIELDS, complaint } from "./state.js";

const STORY = "Choose a preset, move a slider, type a number such as 1/5 or 1e-4, or drag in a picture.";

/** One field: label, slider, text box and the message beside it. */
function field(name, change) {
  const { symbol: sign, title, domain, slide } = FIELDS[name];
  const slider = h("input", { type: "range", min: slide.low, max: slide.high, step: slide.step, "aria-label": `${name}, ${title}` });
  const box = h("input", { type: "text", inputmode: "decimal", spellcheck: "false", autocomplete: "off", "aria-label": `${name}, typed`, title: domain });
  const message = h("p", { class: "gt-error", role: "alert" });
  slider.addEventListener("input", () => change({ [name]: slide.toText(Number(slider.value)) }));
  box.addEventListener("input", () => {
    const wrong = complaint(name, box.value.trim());
    message.textContent = wrong ?? "";
    box.setAttribute("aria-invalid", wrong ? "true" : "false");
    if (!wrong) change({ [name]: box.value.trim() });
  });
  const label = h("span", { class: "gt-label" }, symbol(sign), h("span", { class: "gt-what" }, ` ${title}`));
  const root = h("div", { class: "gt-field", "data-field": name }, label, slider, box, message);
  const update = (state, active) => {
    const parsed = parseNumber(state[name]);
    if (!focused(slider) || slide.toText(Number(slider.value)) !== state[name]) {
      slider.value = String(Math.max(slide.low, Math.min(slide.high, slide.fromValue(parsed))));
    }
    slider.setAttribute("aria-valuetext", state[name]);
    if (!focused(box) || !complaint(name, box.value.trim())) {
      if (parseNumber(box.value)?.value !== parsed.value) box.value = state[name];
      message.textContent = "";
      box.setAttribute("aria-invalid", "false");
    }
    root.hidden = !active;
  };
  const complain = (text) => {
    message.textContent = text;
    box.setAttribute("aria-invalid", "true");
  };
  return { root, update, complain };
}

function select(label, name, groups, change) {
  const element = h("select", { "aria-label": label, "data-choice": name, onchange: () => change(element.value) });
  for (const [title, options] of groups) {
    const items = options.map(([value, text]) => h("option", { value }, text));
    element.append(...(title ? [h("optgroup", { label: title }, ...items)] : items));
  }
  return { element, root: h("label", { class: "gt-choice" }, h("span", {}, label), element) };
}

function grouped(presets) {
  const groups = new Map();
  for (const { id, group, title } of presets) groups.set(group, [...(groups.get(group) ?? []), [id, title]]);
  return [["", [["", "choose …"]]], ...groups];
}

/** The whole panel of controls; `change(part)` merges a part into the state, `replace(state)` sets it anew. */
export function makeControls({ presets, change, replace, live }) {
  const titles = (rules) => Object.entries(rules).map(([name, { title }]) => [name, title]);
  const preset = select("preset", "preset", grouped(presets), (id) => {
    const chosen = presets.find((one) => one.id === id);
    if (chosen) replace(chosen.state);
    fill(story, chosen ? chosen.note : STORY);
  });
  const kind = select("recurrence", "kind", [["", titles(KINDS)]], (value) => change({ kind: value }));
  const own = live ? [["your own", [[OWN, "your own rule"]]]] : [];
  const choices = [["population, G → ∞", titles(POPULATION_RULES)], ["groups of G rollouts", titles(GROUP_RULES)], ...own];
  const rule = select("rule", "rule", choices, (value) => change({ rule: value }));
  const axes = [["logit", "log-odds, near"], ["wide", "log-odds, everything"], ["p", "probability p"]];
  const axis = select("axis", "axis", [["", axes]], (value) => change({ axis: value }));
  const story = h("p", { class: "gt-story", "aria-live": "polite" }, STORY);
  const fields = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, field(name, change)]));
  const sliders = h("div", { class: "gt-fields" }, ...Object.values(fields).map(({ root }) => root));
  const choose = h("div", { class: "gt-choices" }, preset.root, kind.root, rule.root, axis.root);
  const update = (state) => {
    kind.element.value = state.kind;
    rule.element.value = state.rule;
    axis.element.value = state.axis;
    const active = taken(state.kind, state.rule);
    for (const name of Object.keys(FIELDS)) {
      fields[name].update(state, ["beta", "p_ref", "p_0", "steps"].includes(name) || active.has(name));
    }
  };
  return { root: h("section", { class: "gt-controls", "aria-label": "parameters" }, choose, story, sliders), update, fields };
}
