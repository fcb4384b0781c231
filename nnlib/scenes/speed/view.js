import { h, view, plot, table } from "./stage.js";

const COLORS = { "transactions a second": "output", "heights with a fork": "hidden",
  "stale blocks": "input", "attacker needs": "good" };
const DASHES = { "heights with a fork": ["7 4", " (dashed)"], "stale blocks": ["2 3", " (dotted)"] };

function picture(frame, name, ylabel) {
  const axes = frame.axes[name], p = plot({ ...axes, xlabel: "block size, MB", ylabel }, 300, 270);
  const curves = frame.curves.filter((c) => c.plot === name);
  return h("svg", { class: "nn-plot", viewBox: "0 0 300 270", role: "img",
      "aria-label": `${ylabel}, against the block size. ${frame.status}` },
    p.axes,
    p.inside(
      frame.marks.filter(([where]) => where === name).map(([, at]) =>
        h("path", { class: "nn-cursor", d: p.path([[axes.x[0], at], [axes.x[1], at]]) })),
      curves.map((c) => [
        h("path", { key: c.name, class: `nn-curve nn-color-${COLORS[c.name]}`, d: p.path(c.line),
          "stroke-dasharray": DASHES[c.name]?.[0] }),
        h("circle", { key: `${c.name} point`, class: `nn-point nn-color-${COLORS[c.name]}`, r: 6,
          cx: p.X(c.point[0]), cy: p.Y(c.point[1]) })])));
}

export default view("speed", "Block speed", (frame, ui) => [
  h("div", { class: "nn-row" }, Object.entries(frame.ranges).map(([key, [name, min, max, step]]) =>
    ui.slider(key, name, { min, max, step }))),
  h("div", { class: "nn-row nn-pictures" },
    picture(frame, "speed", "transactions a second"), picture(frame, "share", "share")),
  h("ul", { class: "nn-row nn-pictures nn-formulas" }, frame.curves.map((c) => h("li", { key: c.name },
    h("span", { class: `nn-swatch nn-color-${COLORS[c.name]}` }), c.name, DASHES[c.name]?.[1]))),
  h("p", { class: "nn-note" }, frame.note),
  table(frame.table),
]);
