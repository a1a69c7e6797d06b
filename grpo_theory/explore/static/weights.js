// The weights Ω as functions of z = logit p: values, slopes, limits and bounds. A rule of the reader's own arrives as the
// Bernstein coefficients of its w_G.

import { GROUP_RULES, OWN, POPULATION_RULES, coefficients } from "./rules.js";

/** Ω_ε = (p(1−p) + ε)^(−1/2). */
function smoothed(epsilon) {
  const end = epsilon > 0 ? 1 / Math.sqrt(epsilon) : Infinity;
  const at = (z) => {
    const e = Math.exp(-Math.abs(z));
    if (epsilon === 0) return Math.exp(0.5 * Math.abs(z)) * (1 + e);
    return 1 / Math.sqrt(e / (1 + e) ** 2 + epsilon);
  };
  const slope = (z) => {
    if (epsilon === 0) return Math.sinh(0.5 * z);
    const e = Math.exp(-Math.abs(z));
    const v = e / (1 + e) ** 2;
    return (0.5 * v * Math.tanh(0.5 * z)) / ((v + epsilon) * Math.sqrt(v + epsilon));
  };
  return { at, slope, ends: [end, end], range: [2 / Math.sqrt(1 + 4 * epsilon), end] };
}

/** Ω = 1. */
function constant() {
  return { at: () => 1, slope: () => 0, ends: [1, 1], range: [1, 1] };
}

/** Ω = 1/p. */
function inverse() {
  return { at: (z) => 1 + Math.exp(-z), slope: (z) => -Math.exp(-z), ends: [Infinity, 1], range: [1, Infinity] };
}

/** A Bernstein sum Σ C(n,s) p^s (1−p)^(n−s) c_s as a function of z, from the end that is nearer. */
export function bernstein(c) {
  const n = c.length - 1;
  const weighted = new Float64Array(n + 1);
  let binomial = 1;
  for (let s = 0; s <= n; s += 1) {
    weighted[s] = c[s] * binomial;
    binomial = (binomial * (n - s)) / (s + 1);
  }
  return (z) => {
    const odds = Math.exp(-Math.min(Math.abs(z), 700));
    let sum = 0;
    // Horner's scheme in the odds of the rarer outcome, which are at most 1.
    if (z > 0) for (let s = 0; s <= n; s += 1) sum = sum * odds + weighted[s];
    else for (let s = n; s >= 0; s -= 1) sum = sum * odds + weighted[s];
    return sum * Math.exp(-n * Math.log1p(odds));
  };
}

function differences(c) {
  return c.length > 1 ? c.slice(1).map((value, s) => (value - c[s]) * (c.length - 1)) : [0];
}

function variance(z) {
  const e = Math.exp(-Math.abs(z));
  return e / (1 + e) ** 2;
}

/** w_G of a count rule. */
function ofGroup(c) {
  const [at, slope] = [bernstein(c), bernstein(differences(c))];
  return {
    at,
    slope: (z) => variance(z) * slope(z),
    ends: [c[0], c[c.length - 1]],
    range: [Math.min(...c), Math.max(...c)],
  };
}

/** w_G over the probability of a mixed group, for a rule that drops silent groups. */
function ofMixedGroups(c) {
  const silent = [0, ...Array.from({ length: c.length - 1 }, () => 1), 0];
  const [above, below] = [bernstein(c), bernstein(silent)];
  const [slopeAbove, slopeBelow] = [bernstein(differences(c)), bernstein(differences(silent))];
  const at = (z) => above(z) / below(z);
  const slope = (z) => (variance(z) * (slopeAbove(z) - at(z) * slopeBelow(z))) / below(z);
  const endless = (value) => (value === 0 ? NaN : Math.sign(value) * Infinity);
  return { at, slope, ends: [endless(c[0]), endless(c[c.length - 1])], range: null };
}

/** The weight of a rule's name; `own` holds {coefficients, mixed} for a rule of the reader's own, or null. */
export function makeWeight(rule, G, parameters, own = null) {
  if (rule === OWN) {
    if (!own) return null;
    return own.mixed ? ofMixedGroups(own.coefficients) : ofGroup(own.coefficients);
  }
  if (rule in POPULATION_RULES) {
    if (rule === "population_grpo") return smoothed(parameters.epsilon);
    return rule === "population_maxrl" ? inverse() : constant();
  }
  const c = coefficients(rule, G, parameters);
  return GROUP_RULES[rule].mixed ? ofMixedGroups(c) : ofGroup(c);
}
