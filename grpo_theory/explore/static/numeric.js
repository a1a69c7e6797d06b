// Fixed points, branches and orbit diagrams in floats: good for drawing, and never called certified.

import { advance, derivative, withBeta } from "./map.js";

const FAR = 160;

/** Every sign change of z_ref + Ω/strength − z that a grid sees, bisected: numeric, not certified. */
export function fixedPoints(map) {
  if (!(map.strength > 0)) return [];
  const gap = (z) => map.zRef + map.weight.at(z) / map.strength - z;
  const grid = grids(map);
  const found = [];
  let [left, before] = [grid[0], gap(grid[0])];
  if (before === 0) found.push(left);
  for (const right of grid.slice(1)) {
    const after = gap(right);
    if (after === 0) found.push(right);
    else if (before * after < 0) found.push(bisect(gap, left, right, before));
    [left, before] = [right, after];
  }
  return found.map((z) => ({ z, multiplier: derivative(map, z) }));
}

function grids(map) {
  const [low, high] = map.weight.range ?? [0, Infinity];
  const start = map.zRef + Math.min(low, 0) / map.strength;
  const reach = 8 * Math.log(2 + map.strength * (2 + Math.abs(map.zRef))) + 40 + Math.abs(map.zRef);
  let end = Number.isFinite(high) ? map.zRef + high / map.strength : reach;
  // A weight that grows only as p → 0 pushes no further than its value at z_ref.
  if (map.weight.ends[1] === 1) end = map.zRef + map.weight.at(map.zRef) / map.strength;
  const [from, to] = [start - 1e-9 * (1 + Math.abs(start)), end + 1e-9 * (1 + Math.abs(end))];
  const z = [from, to];
  for (let i = 1; i < 1200; i += 1) z.push(from + ((to - from) * i) / 1200);
  for (let x = Math.max(from, -45); x < Math.min(to, 45); x += 0.03) z.push(x);
  return z.sort((a, b) => a - b);
}

function bisect(gap, low, high, atLow) {
  let [a, b] = [low, high];
  for (let i = 0; i < 200; i += 1) {
    const middle = 0.5 * (a + b);
    if (middle === a || middle === b) break;
    if (gap(middle) * atLow > 0) a = middle;
    else b = middle;
  }
  return 0.5 * (a + b);
}

/** What the end of an orbit repeats: {kind: "fixed point" | "cycle" | "irregular" | "p → 1" | "p → 0", period, z}. */
export function orbitEnd(map, steps = 3000) {
  let z = map.z0;
  for (let t = 0; t < steps; t += 1) z = advance(map, z);
  if (!Number.isFinite(z) || Math.abs(z) > 1e7) return { kind: z > 0 ? "p → 1" : "p → 0", period: 1, z: [z] };
  const late = [z];
  for (let t = 0; t < 128; t += 1) late.push(advance(map, late[t]));
  for (let period = 1; period <= 64; period += 1) {
    const close = late.slice(0, 64).every((x, t) => Math.abs(late[t + period] - x) <= 1e-9 * (1 + Math.abs(x)));
    if (close) return { kind: period === 1 ? "fixed point" : "cycle", period, z: late.slice(0, period) };
  }
  const rising = late.every((x, t) => t === 0 || x > late[t - 1]);
  if (rising) return { kind: map.strength > 0 ? "still rising" : "p → 1", period: 1, z: [late[128]] };
  return { kind: "irregular", period: null, z: [] };
}

/** For every β the last `keep` log-odds of the orbit from z_0. */
export function orbitDiagram(map, betas, burnIn = 400, keep = 64) {
  return betas.map((beta) => {
    const one = withBeta(map, beta);
    let z = map.z0;
    for (let t = 0; t < burnIn; t += 1) {
      const next = advance(one, z);
      const still = Math.abs(next - z) < 1e-11 * (1 + Math.abs(z));
      z = next;
      if (still || !Number.isFinite(z)) return [z];
    }
    const kept = [];
    for (let t = 0; t < keep; t += 1) kept.push((z = advance(one, z)));
    return kept;
  });
}

/** The curve of all fixed points: for z on a grid, and far beyond it, the β whose map fixes it, with the multiplier. */
export function branch(map, low, high, count = 900) {
  const share = map.kind === "two-kl" ? map.alpha : map.kind === "mirror" ? 0 : 1;
  if (share === 0) return [];
  const points = [];
  for (let i = 0; i <= count + FAR; i += 1) {
    const z = i <= count ? low + ((high - low) * i) / count : high * (1e5 / high) ** ((i - count) / FAR);
    const strength = map.weight.at(z) / (z - map.zRef);
    const usable = strength > 0 && Number.isFinite(strength);
    const beta = strength / share;
    points.push(usable ? { z, beta, multiplier: derivative(withBeta(map, beta), z) } : null);
  }
  return points;
}

/** sup |dΩ_ε/dz| = 1/(3√(3ε)(1+4ε)) of population grpo. */
export function lipschitz(epsilon) {
  return epsilon > 0 ? 1 / (3 * Math.sqrt(3 * epsilon) * (1 + 4 * epsilon)) : Infinity;
}
