// The three canvases with their drags, keys, CSV and PNG.

import { COLOURS, INK } from "./axes.js";
import { bifurcationRows, drawBifurcation } from "./bifurcation.js";
import { cobwebRows, drawCobweb } from "./cobweb.js";
import { csv, download, h } from "./dom.js";
import { drawPath, pathRows } from "./path.js";
import { parseNumber, plain } from "./numbers.js";
import { startingAt } from "./state.js";

const PANELS = [
  {
    name: "cobweb",
    title: "Cobweb",
    hint: "drag to move the start p₀",
    draw: drawCobweb,
    rows: cobwebRows,
    drag: (view, x) => ({ z: view.xAxis.to(x) }),
  },
  {
    name: "trajectory",
    title: "Trajectory and bounds",
    hint: "drag up or down to move p₀",
    draw: drawPath,
    rows: pathRows,
    drag: (view, x, y) => ({ z: view.yAxis.to(y) }),
  },
  {
    name: "bifurcation",
    title: "Bifurcation diagram",
    hint: "drag to move β",
    draw: drawBifurcation,
    rows: bifurcationRows,
    drag: (view, x) => ({ beta: plain(view.xAxis.to(x), 3) }),
  },
];

/** The panels; `change(part)` as for controls. `redraw(scene)` draws all three. */
export function makePanels(change) {
  let scene = null;
  const made = PANELS.map((panel) => {
    const canvas = h("canvas", { class: "gt-canvas", tabindex: "0", role: "img", "aria-label": `${panel.title}: ${panel.hint}; arrow keys move it too` });
    const one = { ...panel, canvas, view: null };
    const save = (kind) => h("button", { type: "button", "data-save": `${panel.name}-${kind}`, onclick: () => store(one, kind, scene) }, kind.toUpperCase());
    const head = h("header", {}, h("h3", {}, panel.title), save("csv"), save("png"));
    const hint = h("p", { class: "gt-hint" }, panel.hint);
    one.root = h("figure", { class: "gt-panel", "data-panel": panel.name }, head, hint, canvas);
    listen(one, () => scene, change);
    return one;
  });
  const redraw = (next) => {
    scene = next;
    for (const one of made) one.view = one.draw(one.canvas, scene);
  };
  return { root: h("section", { class: "gt-panels", "aria-label": "pictures" }, ...made.map(({ root }) => root)), redraw };
}

/** What the colours and marks mean. */
export function makeLegend() {
  const marks = [
    ["gt-line", COLOURS.map, "map; curve of fixed points"],
    ["gt-line", COLOURS.orbit, "orbit from p₀"],
    ["gt-line", COLOURS.band, "closed-form bounds"],
    ["gt-line", INK, "late iterates"],
    ["gt-dot", INK, "attracts"],
    ["gt-dot gt-open", INK, "repels"],
  ];
  const entry = ([shape, colour, text]) => h("li", {}, h("span", { class: shape, style: `--mark:${colour}` }), text);
  return h("ul", { class: "gt-legend", "aria-label": "legend" }, ...marks.map(entry));
}

function listen(one, scene, change) {
  const { canvas } = one;
  const moved = (event) => {
    if (!one.view) return;
    const { box } = one.view;
    const edge = canvas.getBoundingClientRect();
    const share = (value, low, high) => Math.max(0.001, Math.min(0.999, (value - low) / (high - low)));
    const x = share(event.clientX - edge.left, box.left, box.right);
    const y = share(event.clientY - edge.top, box.bottom, box.top);
    apply(one.drag(one.view, x, y), scene(), change);
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    moved(event);
  });
  canvas.addEventListener("pointermove", (event) => event.buttons && moved(event));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!step || !scene()) return;
    event.preventDefault();
    const size = step * (event.shiftKey ? 5 : 1);
    const { map } = scene();
    apply(one.name === "bifurcation" ? { beta: plain(map.beta * 1.02 ** size, 3) } : { z: map.z0 + 0.05 * size }, scene(), change);
  });
}

function apply({ z, beta }, scene, change) {
  if (beta !== undefined && parseNumber(beta).value > 0) change({ beta });
  if (z !== undefined) change({ p_0: startingAt(scene.state, z).p_0 });
}

function store(one, kind, scene) {
  if (!scene) return;
  if (kind === "csv") download(`${one.name}.csv`, csv(one.rows(scene)));
  else one.canvas.toBlob((blob) => download(`${one.name}.png`, blob), "image/png");
}
