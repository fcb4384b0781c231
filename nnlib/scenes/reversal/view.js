import { h, view, plot, table } from "./stage.js";

const COLORS = ["output", "hidden"], DASHES = [null, "7 4"];

function picture(frame) {
  const p = plot({ ...frame.axes, xlabel: "confirmations", ylabel: "chance of reversal" }, 360, 300);
  const level = [[frame.axes.x[0], frame.risk], [frame.axes.x[1], frame.risk]];
  return h("svg", { class: "nn-plot", viewBox: "0 0 360 300", role: "img",
      "aria-label": "The chance of reversal against confirmations, on a logarithmic axis. " + frame.status },
    p.axes,
    p.inside(
      h("path", { class: "nn-cursor", d: p.path(level) }),
      frame.curves.map((c, i) => [
        h("path", { key: c.name, class: `nn-curve nn-color-${COLORS[i]}`, d: p.path(c.line),
          "stroke-dasharray": DASHES[i] }),
        c.point && h("circle", { key: `${c.name} point`, class: `nn-point nn-color-${COLORS[i]}`,
          r: 6, cx: p.X(c.point[0]), cy: p.Y(c.point[1]) })])));
}

export default view("reversal", "Reversal odds", (frame, ui) => [
  h("div", { class: "nn-row" }, Object.entries(frame.ranges).map(([key, [name, min, max, step]]) =>
    ui.slider(key, name, { min, max, step }))),
  h("div", { class: "nn-row nn-pictures" }, picture(frame)),
  h("ul", { class: "nn-row nn-pictures nn-formulas" }, frame.curves.map((c, i) => h("li", { key: c.name },
    h("span", { class: `nn-swatch nn-color-${COLORS[i]}` }), c.name, i ? " (dashed)" : " (solid)"))),
  h("p", { class: "nn-note" }, frame.note),
  table(frame.table),
]);
