// Axes in p or in log-odds, frames, and marks on a canvas. All coordinates that come in are log-odds or plain numbers.

import { show, sigmoid } from "./numbers.js";

export const INK = "#1b1f24";
export const COLOURS = {
  map: "#0072B2",
  orbit: "#D55E00",
  band: "#009E73",
  reference: "#7a5195",
  quiet: "#8a929c",
  grid: "#e6e9ed",
  counter: "#CC79A7",
};
const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

/** An axis over p: it maps log-odds to [0, 1] and leaves room beyond p = 0 and p = 1, so that marks there stay visible. */
export function probabilityAxis() {
  const edge = 0.04;
  const place = (p) => (p + edge) / (1 + 2 * edge);
  return {
    at: (z) => place(sigmoid(z)),
    to: (u) => {
      const p = Math.min(1 - 1e-9, Math.max(1e-9, u * (1 + 2 * edge) - edge));
      return Math.log(p) - Math.log1p(-p);
    },
    ticks: [0, 0.25, 0.5, 0.75, 1].map((p) => ({ u: place(p), label: String(p) })),
    low: -Infinity,
    high: Infinity,
  };
}

/** An axis even in log-odds from `low` to `high`, labelled with probabilities. */
export function logitAxis(low, high, room = 6) {
  const at = (z) => (z - low) / (high - low);
  return { at, to: (u) => low + u * (high - low), ticks: logitTicks(low, high, room, at), low, high };
}

function logitTicks(low, high, room, at) {
  const decade = Math.LN10;
  const stride = Math.max(1, Math.ceil((high - low) / decade / room));
  const ticks = [{ u: at(0), label: "½" }];
  for (let k = stride; k * decade < Math.max(Math.abs(low), Math.abs(high)); k += stride) {
    ticks.push({ u: at(-k * decade), label: power(k), decade: k }, { u: at(k * decade), label: `1−${power(k)}`, decade: k });
  }
  return ticks.filter((tick) => tick.u >= 0.01 && tick.u <= 0.99);
}

function power(k) {
  if (k <= 2) return k === 1 ? "0.1" : "0.01";
  return `10${[...`-${k}`].map((c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]).join("")}`;
}

/** An axis over numbers, linear or by decades. */
export function numberAxis(low, high, byDecades = false, room = 7) {
  const of = byDecades ? Math.log10 : (x) => x;
  const [a, b] = [of(low), of(high)];
  const at = (x) => (of(x) - a) / (b - a);
  const to = (u) => (byDecades ? 10 ** (a + u * (b - a)) : a + u * (b - a));
  return { at, to, ticks: byDecades ? decadeTicks(low, high, at) : evenTicks(low, high, at, room), low, high };
}

function decadeTicks(low, high, at) {
  const ticks = [];
  for (let k = Math.ceil(Math.log10(low) - 1e-9); k <= Math.log10(high) + 1e-9; k += 1) {
    ticks.push({ u: at(10 ** k), label: show(10 ** k, 2) });
  }
  return ticks;
}

function evenTicks(low, high, at, room) {
  const rough = (high - low) / room;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * size).find((candidate) => candidate >= rough);
  const ticks = [];
  for (let x = Math.ceil(low / step) * step; x <= high + 1e-9 * step; x += step) ticks.push({ u: at(x), label: show(x, 4) });
  return ticks;
}

/** A canvas made ready for drawing in CSS pixels, with its frame, ticks and labels. */
export function plot(canvas, xAxis, yAxis, labels) {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [canvas.clientWidth || 320, canvas.clientHeight || 300];
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.fillStyle = "#ffffff";
  ctx.fillRect(0, 0, width, height);
  ctx.font = FONT;
  const widest = Math.max(...yAxis.ticks.map((tick) => ctx.measureText(tick.label).width), 18);
  const box = { left: Math.ceil(widest) + 30, top: 10, right: width - 12, bottom: height - 40 };
  const X = (x) => box.left + xAxis.at(x) * (box.right - box.left);
  const Y = (y) => box.bottom - yAxis.at(y) * (box.bottom - box.top);
  frame(ctx, box, xAxis, yAxis, labels);
  return { ctx, box, X, Y, xAxis, yAxis, canvas };
}

function frame(ctx, box, xAxis, yAxis, labels) {
  ctx.lineWidth = 1;
  ctx.strokeStyle = COLOURS.grid;
  ctx.fillStyle = "#3d444d";
  const [w, h] = [box.right - box.left, box.bottom - box.top];
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  let free = -Infinity;
  for (const tick of [...xAxis.ticks].sort((a, b) => a.u - b.u)) {
    const x = Math.round(box.left + tick.u * w) + 0.5;
    line(ctx, [[x, box.top], [x, box.bottom]]);
    const half = ctx.measureText(tick.label).width / 2;
    if (x - half < free) continue;
    ctx.fillText(tick.label, x, box.bottom + 6);
    free = x + half + 8;
  }
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  for (const tick of yAxis.ticks) {
    const y = Math.round(box.bottom - tick.u * h) + 0.5;
    line(ctx, [[box.left, y], [box.right, y]]);
    ctx.fillText(tick.label, box.left - 6, y);
  }
  ctx.strokeStyle = "#b6bdc6";
  ctx.strokeRect(box.left + 0.5, box.top + 0.5, w - 1, h - 1);
  ctx.fillStyle = INK;
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(labels.x, box.left + w / 2, box.bottom + 34);
  ctx.save();
  ctx.translate(14, box.top + h / 2);
  ctx.rotate(-Math.PI / 2);
  ctx.fillText(labels.y, 0, 0);
  ctx.restore();
}

/** Draw inside the frame only. */
export function inside({ ctx, box }, draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  ctx.clip();
  draw(ctx);
  ctx.restore();
}

/** A polyline through points in pixels; a null breaks it. */
export function line(ctx, points) {
  ctx.beginPath();
  let pen = false;
  for (const point of points) {
    if (!point || !Number.isFinite(point[0]) || !Number.isFinite(point[1])) {
      pen = false;
      continue;
    }
    const [x, y] = [clamp(point[0]), clamp(point[1])];
    if (pen) ctx.lineTo(x, y);
    else ctx.moveTo(x, y);
    pen = true;
  }
  ctx.stroke();
}

function clamp(pixel) {
  return Math.max(-1e5, Math.min(1e5, pixel));
}

/** A dot: full where it attracts, open where it repels. */
export function dot(ctx, x, y, full, colour = INK, radius = 5) {
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fillStyle = full ? colour : "#ffffff";
  ctx.fill();
  ctx.lineWidth = 1.8;
  ctx.strokeStyle = full ? "#ffffff" : colour;
  ctx.stroke();
  if (full) {
    ctx.beginPath();
    ctx.arc(x, y, radius - 0.6, 0, 2 * Math.PI);
    ctx.fillStyle = colour;
    ctx.fill();
  }
}

/** A small text with a white halo, kept inside the frame. */
export function note({ ctx, box }, text, x, y, colour = INK) {
  ctx.font = FONT;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const width = ctx.measureText(text).width;
  const left = Math.max(box.left + 4, Math.min(x, box.right - width - 4));
  const middle = Math.max(box.top + 9, Math.min(y, box.bottom - 9));
  ctx.lineWidth = 4;
  ctx.strokeStyle = "rgba(255,255,255,0.9)";
  ctx.strokeText(text, left, middle);
  ctx.fillStyle = colour;
  ctx.fillText(text, left, middle);
}
