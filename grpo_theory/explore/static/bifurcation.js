// The bifurcation diagram over β: late iterates, the curve of all fixed points, and the current parameters.

import { COLOURS, dot, inside, line, logitAxis, note, numberAxis, plot, probabilityAxis } from "./axes.js";
import { show } from "./numbers.js";
import { labelOf } from "./cobweb.js";
import { diagram } from "./scene.js";

export function drawBifurcation(canvas, scene) {
  const found = diagram(scene);
  const y = scene.state.axis === "p" ? probabilityAxis() : logitAxis(...found.span, 7);
  const view = plot(canvas, numberAxis(found.low, found.high, true), y, { x: "KL strength β", y: labelOf(scene, "p") });
  const { X, Y } = view;
  inside(view, (ctx) => {
    iterates(ctx, view, found);
    curve(ctx, view, found.curve);
    ctx.lineWidth = 1.6;
    ctx.strokeStyle = COLOURS.orbit;
    ctx.setLineDash([6, 3]);
    line(ctx, [[X(scene.map.beta), view.box.top], [X(scene.map.beta), view.box.bottom]]);
    ctx.setLineDash([]);
  });
  for (const { z, multiplier } of scene.fixed) {
    const row = Math.max(view.box.top + 5, Y(z));
    dot(view.ctx, X(scene.map.beta), row, Math.abs(multiplier) < 1, undefined, 4.5);
  }
  note(view, `β = ${show(scene.map.beta, 3)}`, X(scene.map.beta) + 6, view.box.bottom - 12, "#9c4300");
  return view;
}

function iterates(ctx, { X, Y, box }, { betas, orbits }) {
  ctx.fillStyle = "rgba(27,31,36,0.5)";
  betas.forEach((beta, i) => {
    const x = X(beta) - 0.7;
    // What lies beyond the frame, p near 1, is drawn on its edge.
    for (const z of orbits[i]) ctx.fillRect(x, Math.max(box.top + 1, Math.min(box.bottom - 3, Y(z) - 0.7)), 1.5, 1.5);
  });
}

/** Full where the multiplier is below 1 in size, dashed where the fixed points repel; beyond the frame, on its edge. */
function curve(ctx, { X, Y, box }, points) {
  const row = (z) => Math.max(box.top + 2, Y(z));
  ctx.lineWidth = 2;
  for (const attracting of [true, false]) {
    ctx.strokeStyle = attracting ? COLOURS.map : "#56a5d8";
    ctx.setLineDash(attracting ? [] : [5, 4]);
    const part = points.map((point) => point && Math.abs(point.multiplier) < 1 === attracting && [X(point.beta), row(point.z)]);
    line(ctx, part);
  }
  ctx.setLineDash([]);
}

/** The rows of the panel. */
export function bifurcationRows(scene) {
  const found = diagram(scene);
  const rows = [];
  found.curve.forEach((point) => point && rows.push(["fixed point", point.beta, point.z, point.multiplier]));
  found.betas.forEach((beta, i) => found.orbits[i].forEach((z) => rows.push(["iterate", beta, z, ""])));
  return [["curve", "beta", "logit", "multiplier"], ...rows];
}
