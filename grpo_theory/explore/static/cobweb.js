// The cobweb: the map, the diagonal, the stairs of the orbit, fixed points, and a counterexample where there is one.

import { advance } from "./map.js";
import { COLOURS, dot, inside, line, note, plot } from "./axes.js";
import { showProbability } from "./numbers.js";
import { across, stateAxis } from "./scene.js";

export function drawCobweb(canvas, scene) {
  const room = Math.max(4, Math.floor((canvas.clientWidth || 320) / 70));
  const axis = stateAxis(scene, room);
  const view = plot(canvas, axis, axis, { x: labelOf(scene, "p"), y: labelOf(scene, "p_next") });
  const { X, Y } = view;
  inside(view, (ctx) => {
    const z = across(axis);
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = COLOURS.quiet;
    line(ctx, z.map((x) => [X(x), Y(x)]));
    ctx.setLineDash([3, 4]);
    ctx.strokeStyle = COLOURS.reference;
    line(ctx, [[X(scene.map.zRef), view.box.top], [X(scene.map.zRef), view.box.bottom]]);
    ctx.setLineDash([]);
    ctx.lineWidth = 2.4;
    ctx.strokeStyle = COLOURS.map;
    line(ctx, z.map((x) => [X(x), Y(advance(scene.map, x))]));
    stairs(ctx, view, scene.orbit);
    if (scene.counter) counterexample(ctx, view, scene.counter, z);
  });
  note(view, "p_ref", X(scene.map.zRef) + 4, view.box.top + 34, COLOURS.reference);
  marks(view, scene);
  return view;
}

export function labelOf({ state }, name) {
  const scale = state.axis === "p" ? "" : ", even in log-odds";
  return { p: `p${scale}`, p_next: `next p${scale}` }[name];
}

function stairs(ctx, { X, Y }, orbit) {
  const points = [[X(orbit[0]), Y(orbit[0])]];
  for (let t = 1; t < orbit.length; t += 1) {
    points.push([X(orbit[t - 1]), Y(orbit[t])], [X(orbit[t]), Y(orbit[t])]);
  }
  ctx.lineWidth = 1.1;
  ctx.strokeStyle = COLOURS.orbit;
  line(ctx, points);
}

function marks(view, scene) {
  const { ctx, X, Y, box } = view;
  for (const { z, multiplier } of scene.fixed) {
    const [x, y] = [X(z), Y(z)];
    if (x > box.right || y < box.top) pointer(view, showProbability(z), Math.abs(multiplier) < 1);
    else dot(ctx, x, y, Math.abs(multiplier) < 1);
  }
  const [x, y] = [X(scene.map.z0), Y(scene.map.z0)];
  ctx.fillStyle = COLOURS.orbit;
  ctx.strokeStyle = "#ffffff";
  ctx.lineWidth = 1.5;
  ctx.beginPath();
  ctx.moveTo(x, y - 7);
  ctx.lineTo(x + 7, y);
  ctx.lineTo(x, y + 7);
  ctx.lineTo(x - 7, y);
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
  note(view, "p₀", x + 10, y + 12, "#9c4300");
}

/** A fixed point beyond the upper right corner: an arrow that names it. */
function pointer(view, text, attracting) {
  const { ctx, box } = view;
  const [x, y] = [box.right - 12, box.top + 12];
  ctx.strokeStyle = ctx.fillStyle = "#1b1f24";
  ctx.lineWidth = 1.5;
  line(ctx, [[x - 12, y + 12], [x + 4, y - 4]]);
  ctx.beginPath();
  ctx.moveTo(x + 7, y - 7);
  ctx.lineTo(x + 6, y + 2);
  ctx.lineTo(x - 2, y - 6);
  ctx.fill();
  ctx.font = '12px system-ui, sans-serif';
  const label = `${attracting ? "attracting" : "repelling"}: p = ${text}`;
  note(view, label, x - 20 - ctx.measureText(label).width, y + 2);
}

function counterexample(ctx, view, counter, z) {
  const { X, Y, box } = view;
  ctx.strokeStyle = COLOURS.counter;
  ctx.lineWidth = 2;
  ctx.setLineDash([7, 4]);
  if (counter.map) line(ctx, z.map((x) => [X(x), Y(advance(counter.map, x))]));
  ctx.setLineDash([]);
  if (!counter.has) return;
  const x = X(counter.z);
  const y = counter.map ? Y(advance(counter.map, counter.z)) : Y(counter.z);
  line(ctx, [[x, box.top], [x, box.bottom]]);
  ctx.lineWidth = 4;
  ctx.strokeStyle = "#a0326f";
  line(ctx, [[x - 7, y - 7], [x + 7, y + 7]]);
  line(ctx, [[x - 7, y + 7], [x + 7, y - 7]]);
  note(view, "counterexample", x + 12, y + 14, "#a0326f");
}

/** The rows of the panel: the map on a grid, then the orbit. */
export function cobwebRows(scene) {
  const axis = stateAxis(scene, 6);
  const rows = across(axis, 240).map((z) => ["map", "", z, advance(scene.map, z)]);
  scene.orbit.slice(0, -1).forEach((z, t) => rows.push(["orbit", t, z, scene.orbit[t + 1]]));
  scene.fixed.forEach(({ z }) => rows.push(["fixed point", "", z, z]));
  return [["curve", "t", "logit", "next_logit"], ...rows];
}
