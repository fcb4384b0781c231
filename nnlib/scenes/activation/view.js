import { h, view, plot, table } from "./stage.js";

const COLORS = { linear: "ink", sigmoid: "output", tanh: "hidden", relu: "good", elu: "input" };

const curve = (d, name, kind, attrs) =>
  h("path", { key: `${name} ${kind}`, class: `nn-curve nn-${kind} nn-color-${COLORS[name]}`, d, ...attrs });

function functions(frame, ui) {
  const p = plot({ ...frame.axes, xlabel: "y", ylabel: "f (solid), f′ (dashed)" }, 360, 300);
  const point = frame.inputs.y;
  const move = (event) => ui.set({ y: Math.round(p.pick(event) * 100) / 100 });
  return h("svg", { class: "nn-plot nn-drag", viewBox: "0 0 360 300", role: "img",
      "aria-label": "The functions, their derivatives and the tangents. " + frame.status,
      onpointerdown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      },
      onpointermove: (event) => event.buttons & 1 && move(event) },
    frame.curves.map((c) => c.flat.map(([from, to], i) =>
      h("rect", { key: `${c.name} flat ${i}`, class: `nn-flat nn-color-${COLORS[c.name]}`, x: p.X(from),
        width: p.X(to) - p.X(from), y: p.Y(frame.axes.y[1]), height: p.Y(frame.axes.y[0]) - p.Y(frame.axes.y[1]) }))),
    p.axes,
    p.inside(
      h("path", { class: "nn-cursor", d: p.path([[point, frame.axes.y[0]], [point, frame.axes.y[1]]]) }),
      frame.curves.map((c) => [
        curve(p.path(c.tangent), c.name, "tangent"),
        curve(p.path(c.df), c.name, "slope"),
        curve(p.path(c.f), c.name, "line"),
        [c.point, c.slope].map(([x, y], i) => h("circle", { key: `${c.name} point ${i}`, r: i ? 4 : 6,
          class: `nn-point nn-color-${COLORS[c.name]}`, cx: p.X(x), cy: p.Y(y) }))])));
}

function layers(frame) {
  const p = plot({ ...frame.deep, xlabel: "layers", ylabel: "product of the slopes" }, 230, 300);
  const bottom = frame.deep.y[0];
  return h("svg", { class: "nn-plot nn-small", viewBox: "0 0 230 300", role: "img",
      "aria-label": "The product of the slopes, layer after layer, on a logarithmic axis" },
    p.axes,
    p.inside(frame.curves.map((c) => [
      curve(p.path(c.products.map((point) => (point[1] === null ? null : point))), c.name, "line"),
      c.products.map(([k, power]) => (power === null
        ? h("text", { key: `${c.name} ${k}`, class: `nn-zero nn-color-${COLORS[c.name]}`, x: p.X(k), y: p.Y(bottom) - 4,
            "text-anchor": "middle" }, "0")
        : h("circle", { key: `${c.name} ${k}`, class: `nn-point nn-color-${COLORS[c.name]}`, r: 3,
            cx: p.X(k), cy: p.Y(power) })))])));
}

export default view("activation", "Activation explorer", (frame, ui) => [
  h("div", { class: "nn-row" },
    ui.choices("names", "Activation", frame.options),
    ui.slider("a", "Parameter a", { min: frame.ranges.a[0], max: frame.ranges.a[1], step: 0.1 }),
    ui.slider("y", "Input y", { min: frame.ranges.y[0], max: frame.ranges.y[1], step: 0.01 })),
  h("div", { class: "nn-row nn-pictures" }, functions(frame, ui), layers(frame)),
  h("p", { class: "nn-note" }, frame.note),
  h("ul", { class: "nn-formulas" }, frame.curves.map((c) => h("li", { key: c.name },
    h("span", { class: `nn-swatch nn-color-${COLORS[c.name]}` }), h("b", null, c.name),
    c.formulas.map((formula) => h("span", { class: "nn-formula" }, formula))))),
  table(frame.table),
]);
