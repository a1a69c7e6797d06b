// The state of the explorer: one flat record of texts, so that exact numbers such as 1/5 survive, and its checks.

import { KINDS } from "./map.js";
import { logitOf, parseNumber, plain, probabilityText } from "./numbers.js";
import { GROUP_RULES, OWN, POPULATION_RULES } from "./rules.js";

export const LARGEST_G = 256;
/** In p; in log-odds near the middle; in log-odds as far as anything reaches. */
export const AXES = ["p", "logit", "wide"];

export const DEFAULTS = Object.freeze({
  kind: "reference",
  rule: "population_grpo",
  beta: "1",
  eta: "0.01",
  alpha: "1/2",
  p_ref: "1/5",
  epsilon: "1e-4",
  tau: "1",
  G: "8",
  p_0: "1/10",
  steps: "30",
  axis: "logit",
  formula: "(r-mean)/(std+eps)",
  inequality: "p_next >= p_ref",
  over: "p=0:1,p_ref=0:1,beta=1/10:10,epsilon=1e-4:1",
});

const decades = (low, high) => ({
  low: Math.log10(low),
  high: Math.log10(high),
  step: 0.01,
  toText: (x) => plain(10 ** x, 3),
  fromValue: ({ value }) => Math.log10(value),
});
const logits = {
  low: -14,
  high: 14,
  step: 0.02,
  toText: (x) => probabilityText(x, 3),
  fromValue: logitOf,
};

/** The group sizes that the slider stops at; any other can be typed. */
const SIZES = [...Array.from({ length: 31 }, (_, i) => i + 2), 40, 48, 56, 64, 80, 96, 128, 160, 192, 224, 256];

/** Name -> symbol, what it is, domain, and how its slider moves. */
export const FIELDS = {
  beta: { symbol: "β", title: "KL strength", domain: "(0, ∞)", inside: (x) => x > 0, slide: decades(1e-2, 1e2) },
  eta: { symbol: "η", title: "learning rate", domain: "(0, ∞)", inside: (x) => x > 0, slide: decades(1e-5, 1e2) },
  alpha: {
    symbol: "α",
    title: "share of the reference",
    domain: "[0, 1]",
    inside: (x) => x >= 0 && x <= 1,
    slide: { low: 0, high: 1, step: 0.01, toText: (x) => plain(x, 3), fromValue: ({ value }) => value },
  },
  p_ref: { symbol: "p_ref", title: "reference", domain: "(0, 1)", inside: (x, rest) => x > 0 && rest > 0, slide: logits },
  epsilon: { symbol: "ε", title: "smoothing", domain: "[0, ∞)", inside: (x) => x >= 0, slide: decades(1e-8, 1) },
  tau: { symbol: "τ", title: "temperature", domain: "(0, ∞)", inside: (x) => x > 0, slide: decades(1e-2, 1e2) },
  G: {
    symbol: "G",
    title: "rollouts in a group",
    domain: `the integers 2, ..., ${LARGEST_G}`,
    inside: (x) => Number.isInteger(x) && x >= 2 && x <= LARGEST_G,
    slide: {
      low: 0,
      high: SIZES.length - 1,
      step: 1,
      toText: (x) => String(SIZES[x]),
      fromValue: ({ value }) => SIZES.findIndex((size) => size >= value),
    },
  },
  p_0: { symbol: "p_0", title: "start", domain: "(0, 1)", inside: (x, rest) => x > 0 && rest > 0, slide: logits },
  steps: {
    symbol: "T",
    title: "steps drawn",
    domain: "the integers 1, ..., 400",
    inside: (x) => Number.isInteger(x) && x >= 1 && x <= 400,
    slide: { low: 1, high: 400, step: 1, toText: (x) => String(x), fromValue: ({ value }) => value },
  },
};

/** What is wrong with a text in a field, as one line, or null. */
export function complaint(name, text) {
  const parsed = parseNumber(text);
  const { domain, inside } = FIELDS[name];
  const wrong = (why) => `${name} = ${String(text).slice(0, 40) || "''"} lies outside ${domain}${why}`;
  if (!parsed) return wrong(': a number such as 3, 3/10, 0.3 or 1e-4 is needed');
  const finite = Number.isFinite(parsed.value) && Math.abs(parsed.value) <= 1e12;
  const tiny = parsed.value !== 0 && Math.abs(parsed.value) < 1e-60;
  if (!inside(parsed.value, parsed.rest)) return wrong("");
  return finite && !tiny ? null : `${name} = ${text} lies outside numbers of size 1e-60 to 1e12: the page draws in floats`;
}

/** A state from any record: known keys with usable values, the defaults elsewhere. */
export function completed(given) {
  const state = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS)) {
    const value = given?.[key];
    if (value === undefined || value === null) continue;
    const text = String(value).slice(0, 400);
    if (key in FIELDS && complaint(key, text)) continue;
    if (key === "kind" && !(text in KINDS)) continue;
    if (key === "rule" && !(text in GROUP_RULES || text in POPULATION_RULES || text === OWN)) continue;
    if (key === "axis" && !AXES.includes(text)) continue;
    state[key] = text;
  }
  return state;
}

const MARK = "#explore?";

/** The part of a link after the page's address that restores a state: what differs from the defaults. */
export function toHash(state) {
  const changed = Object.keys(DEFAULTS).filter((key) => state[key] !== DEFAULTS[key]);
  return MARK + new URLSearchParams(changed.map((key) => [key, state[key]])).toString();
}

/** The state in a link, or null where the link holds none. */
export function fromHash(hash) {
  if (!hash.startsWith(MARK)) return null;
  return completed(Object.fromEntries(new URLSearchParams(hash.slice(MARK.length))));
}

/** The state with its start at log-odds z. */
export function startingAt(state, z) {
  return { ...state, p_0: probabilityText(Math.max(-30, Math.min(30, z)), 4) };
}

/** The value of a field as a float. */
export function valueOf(state, name) {
  return parseNumber(state[name]).value;
}
