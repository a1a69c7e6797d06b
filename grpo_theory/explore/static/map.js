// The recurrence z′ = (1−pull)·z + pull·z_ref + gain·Ω(z) in log-odds, its trajectories and their closed-form bounds.

import { logitOf, parseNumber } from "./numbers.js";
import { makeWeight } from "./weights.js";

/** pull, gain and strength = pull/gain of a kind. */
export const KINDS = {
  reference: { title: "reference", step: (beta) => [1, 1 / beta, beta] },
  mirror: { title: "mirror", step: (beta) => [0, 1 / beta, 0] },
  "two-kl": { title: "two-KL", step: (beta, eta, alpha) => [alpha, 1 / beta, alpha * beta] },
  proximal: {
    title: "proximal",
    step: (beta, eta) => [(eta * beta) / (1 + eta * beta), eta / (1 + eta * beta), beta],
  },
  explicit: { title: "explicit", step: (beta, eta) => [eta * beta, eta, beta] },
};

/** The map that a state describes; null while the reader's own rule has no coefficients. */
export function makeMap(state, own = null) {
  const number = (name) => parseNumber(state[name])?.value;
  const weight = makeWeight(state.rule, Number(state.G), { epsilon: number("epsilon"), tau: number("tau") }, own);
  if (!weight) return null;
  const [beta, eta, alpha] = [number("beta"), number("eta"), number("alpha")];
  const [pull, gain, strength] = KINDS[state.kind].step(beta, eta, alpha);
  return {
    pull,
    gain,
    strength,
    weight,
    zRef: logitOf(parseNumber(state.p_ref)),
    z0: logitOf(parseNumber(state.p_0)),
    kind: state.kind,
    beta,
    eta,
    alpha,
  };
}

/** The same map at another β. */
export function withBeta(map, beta) {
  const [pull, gain, strength] = KINDS[map.kind].step(beta, map.eta, map.alpha);
  return { ...map, beta, pull, gain, strength };
}

/** z_next, with the limits at ±∞. */
export function advance(map, z) {
  if (!Number.isFinite(z)) return limitAt(map, z > 0);
  return (1 - map.pull) * z + map.pull * map.zRef + map.gain * map.weight.at(z);
}

function limitAt(map, up) {
  const end = map.weight.ends[up ? 1 : 0];
  if (!Number.isFinite(end)) return end;
  if (map.pull === 1) return map.zRef + map.gain * end;
  return (map.pull < 1) === up ? Infinity : -Infinity;
}

/** dz_next/dz. */
export function derivative(map, z) {
  return 1 - map.pull + map.gain * map.weight.slope(z);
}

/** z_0, …, z_n. */
export function trajectory(map, n, z0 = map.z0) {
  const z = [z0];
  for (let t = 0; t < n; t += 1) z.push(advance(map, z[t]));
  return z;
}

/** Why there are no closed-form bounds, or null where there are some. */
export function unbounded(map) {
  if (map.pull > 1) return "no closed-form bounds: ηβ > 1, so a step overshoots the reference";
  if (!map.weight.range) return "no closed-form bounds: the weight of dynamic sampling has none";
  return null;
}

/** Lower and upper bounds z_ref + cᵗ·d_0 + gain·{m, M}·S_t of z_t for t = 0, …, n, with c = 1 − pull; null without any. */
export function bounds(map, n, z0 = map.z0) {
  if (unbounded(map)) return null;
  const [low, high] = map.weight.range;
  const rows = { lower: [], upper: [] };
  for (let t = 0; t <= n; t += 1) {
    const [kept, total] = shares(map.pull, t);
    const base = map.zRef + (kept === 0 ? 0 : kept * (z0 - map.zRef));
    rows.lower.push(base + (total === 0 ? 0 : map.gain * low * total));
    rows.upper.push(base + (total === 0 ? 0 : map.gain * high * total));
  }
  return rows;
}

/** cᵗ and S_t = 1 + c + … + c^(t−1), without cancellation for small pulls. */
function shares(pull, t) {
  if (pull === 0) return [1, t];
  if (pull === 1) return t > 0 ? [0, 1] : [1, 0];
  const exponent = t * Math.log1p(-pull);
  return [Math.exp(exponent), -Math.expm1(exponent) / pull];
}
