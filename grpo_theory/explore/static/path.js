// The trajectory p_t with its closed-form lower and upper bounds.

import { COLOURS, dot, inside, line, note, numberAxis, plot } from "./axes.js";
import { sigmoid } from "./numbers.js";
import { unbounded } from "./map.js";
import { labelOf } from "./cobweb.js";
import { stateAxis } from "./scene.js";

export function drawPath(canvas, scene) {
  const y = stateAxis(scene, 7);
  const view = plot(canvas, numberAxis(-0.02 * scene.steps, 1.02 * scene.steps), y, { x: "step t", y: labelOf(scene, "p") });
  const { X, Y } = view;
  inside(view, (ctx) => {
    if (scene.band) band(ctx, view, scene);
    ctx.setLineDash([3, 4]);
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = COLOURS.reference;
    level(ctx, view, scene.map.zRef);
    ctx.setLineDash([]);
    ctx.strokeStyle = COLOURS.quiet;
    ctx.lineWidth = 1;
    for (const { z } of scene.fixed) level(ctx, view, z);
    ctx.strokeStyle = COLOURS.orbit;
    ctx.lineWidth = 1.4;
    line(ctx, scene.orbit.map((z, t) => [X(t), edge(view, Y(z))]));
    const size = scene.steps > 120 ? 1.3 : scene.steps > 45 ? 2.1 : 3;
    ctx.fillStyle = COLOURS.orbit;
    scene.orbit.forEach((z, t) => {
      ctx.beginPath();
      ctx.arc(X(t), edge(view, Y(z)), size, 0, 2 * Math.PI);
      ctx.fill();
    });
  });
  dot(view.ctx, X(0), edge(view, Y(scene.map.z0)), true, COLOURS.orbit, 5.5);
  note(view, "p_ref", view.box.right - 40, Y(scene.map.zRef) + 10, COLOURS.reference);
  legend(view, scene);
  return view;
}

/** A pixel row, kept on the frame's edge so that an orbit at p = 1 stays in sight. */
function edge({ box }, y) {
  return Math.max(box.top + 3, Math.min(box.bottom - 3, y));
}

function level(ctx, { box, Y }, z) {
  line(ctx, [[box.left, Y(z)], [box.right, Y(z)]]);
}

function band(ctx, { X, Y, box }, { band: rows }) {
  const far = (z) => (Number.isFinite(z) ? Y(z) : z > 0 ? box.top - 10 : box.bottom + 10);
  const pixel = (z) => Math.max(box.top - 10, Math.min(box.bottom + 10, far(z)));
  ctx.beginPath();
  rows.lower.forEach((z, t) => ctx.lineTo(X(t), pixel(z)));
  for (let t = rows.upper.length - 1; t >= 0; t -= 1) ctx.lineTo(X(t), pixel(rows.upper[t]));
  ctx.closePath();
  ctx.fillStyle = "rgba(0,158,115,0.13)";
  ctx.fill();
  ctx.strokeStyle = COLOURS.band;
  ctx.lineWidth = 1.4;
  for (const side of [rows.lower, rows.upper]) line(ctx, side.map((z, t) => [X(t), pixel(z)]));
}

function legend(view, scene) {
  const { box } = view;
  if (!scene.band) note(view, unbounded(scene.map), box.left + 8, box.bottom - 12, "#00664b");
  else note(view, "closed-form bounds", box.left + 8, box.bottom - 12, "#00664b");
}

/** The rows of the panel. */
export function pathRows(scene) {
  const rows = scene.orbit.map((z, t) => {
    const ends = scene.band ? [scene.band.lower[t], scene.band.upper[t]] : ["", ""];
    return [t, sigmoid(z), sigmoid(-z), z, ...ends];
  });
  return [["t", "p", "one_minus_p", "logit", "lower_bound_logit", "upper_bound_logit"], ...rows];
}
