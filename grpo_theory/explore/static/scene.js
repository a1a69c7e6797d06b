// Everything that the panels show of one state, computed once per redraw.

import { bounds, makeMap, trajectory } from "./map.js";
import { branch, fixedPoints, orbitDiagram, orbitEnd } from "./numeric.js";
import { logitAxis, probabilityAxis } from "./axes.js";
import { completed, valueOf } from "./state.js";

const NEAR = 25;

/** The map, its orbit, bounds, fixed points and window; `own` holds the coefficients of the reader's own rule. */
export function makeScene(state, own, counter = null) {
  const map = makeMap(state, own);
  if (!map) return null;
  const steps = valueOf(state, "steps");
  const orbit = trajectory(map, steps);
  const fixed = fixedPoints(map);
  const scene = { state, map, steps, orbit, fixed, band: bounds(map, steps), counter: counter && counterMap(counter) };
  scene.window = windowOf(scene, state.axis === "wide");
  return scene;
}

/** A counterexample {kind, rule, G, point: {p, beta, …}} as a map of its own, with the point on it. */
function counterMap(counter) {
  const point = counter.point;
  const given = { ...counter, ...point, p_0: point.p };
  const state = completed(given);
  const map = makeMap(state, counter.own ?? null);
  const z = makeMap({ ...state, rule: "population_grpo" }).z0;
  return { map, z, has: "p" in point };
}

function windowOf({ map, orbit, fixed, counter }, wide) {
  const reach = wide ? 1e6 : NEAR;
  const values = [map.z0, map.zRef, ...orbit, ...fixed.map((point) => point.z)];
  if (counter?.has) values.push(counter.z);
  const seen = values.filter((z) => Number.isFinite(z)).map((z) => Math.max(-reach, Math.min(reach, z)));
  const inner = wide ? seen : seen.filter((z) => Math.abs(z) < reach);
  const [low, high] = [Math.min(-3, ...inner), Math.max(3, ...inner)];
  const room = 0.06 * (high - low) + 0.5;
  return [low - room, high + room];
}

/** The axis of log-odds that the state asks for. */
export function stateAxis(scene, room) {
  return scene.state.axis === "p" ? probabilityAxis() : logitAxis(...scene.window, room);
}

/** Log-odds across an axis, close enough for smooth curves. */
export function across(axis, count = 480) {
  return Array.from({ length: count + 1 }, (_, i) => axis.to(Math.min(1 - 1e-6, Math.max(1e-6, i / count))));
}

const cache = { key: "", value: null };

/** Orbit diagram and curve of fixed points over β for a scene; they change only where something besides β does. */
export function diagram(scene) {
  const { map, state } = scene;
  const [low, high] = betaRange(map.beta);
  const span = state.axis === "p" ? [-16, 16] : [Math.min(-10, scene.window[0]), Math.max(16, scene.window[1])];
  const { beta, steps, inequality, over, formula, axis, ...rest } = state;
  const own = scene.map.weight.range;
  const key = JSON.stringify([rest, low, high, span, state.rule === "own" ? [formula, own] : 0]);
  if (cache.key === key) return cache.value;
  const columns = Number(state.G) > 48 && !state.rule.startsWith("population") ? 110 : 260;
  const betas = Array.from({ length: columns }, (_, i) => low * (high / low) ** (i / (columns - 1)));
  const value = { low, high, span, betas, orbits: orbitDiagram(map, betas), curve: branch(map, ...span) };
  Object.assign(cache, { key, value });
  return value;
}

function betaRange(beta) {
  return [Math.min(0.05, 10 ** Math.floor(Math.log10(beta))), Math.max(50, 10 ** Math.ceil(Math.log10(beta)))];
}

/** What the orbit does in the end. */
export function ending(scene) {
  return orbitEnd(scene.map, scene.map.weight.range ? 3000 : 600);
}
