import { h, plot, table, view } from "../../stage/stage.js";

const color = (c) => `nn-color-${c.role}`;
const curve = (d, c, kind) =>
  h("path", { key: `${c.name} ${kind}`, class: `nn-curve nn-${kind} ${color(c)}`, d });

function functions(picture, ui) {
  const { axes, curves } = picture;
  const [low, high] = axes.y;
  const p = plot({ ...axes, xlabel: "y", ylabel: "f (solid), f′ (dashed)" }, 360, 300);
  const move = (event) => ui.set("y", Math.round(p.pick(event) * 100) / 100);
  const flat = (c) =>
    c.flat.map(([from, to], i) =>
      h("rect", {
        key: `${c.name} flat ${i}`,
        class: `nn-flat ${color(c)}`,
        x: p.X(from),
        width: p.X(to) - p.X(from),
        y: p.Y(high),
        height: p.Y(low) - p.Y(high),
      }),
    );
  const points = (c) =>
    [c.point, c.slope].map(([x, y], i) =>
      h("circle", {
        key: `${c.name} point ${i}`,
        r: i ? 4 : 6,
        class: `nn-point ${color(c)}`,
        cx: p.X(x),
        cy: p.Y(y),
      }),
    );
  return h(
    "svg",
    {
      class: "nn-plot nn-drag",
      viewBox: "0 0 360 300",
      role: "img",
      "aria-label": `The functions, their derivatives and the tangents. ${picture.status}`,
      onpointerdown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      },
      onpointermove: (event) => event.buttons & 1 && move(event),
    },
    curves.map(flat),
    p.axes,
    p.inside(
      h("path", {
        class: "nn-cursor",
        d: p.path([
          [ui.state.y, low],
          [ui.state.y, high],
        ]),
      }),
      curves.map((c) => [
        curve(p.path(c.tangent), c, "tangent"),
        curve(p.path(c.df), c, "slope"),
        curve(p.path(c.f), c, "line"),
        points(c),
      ]),
    ),
  );
}

function layers({ deep, curves }) {
  const p = plot({ ...deep, xlabel: "layers", ylabel: "product of the slopes" }, 230, 300);
  const mark = (c, [k, power]) =>
    power === null
      ? h(
          "text",
          {
            key: `${c.name} ${k}`,
            class: `nn-zero ${color(c)}`,
            x: p.X(k),
            y: p.Y(deep.y[0]) - 4,
            "text-anchor": "middle",
          },
          "0",
        )
      : h("circle", {
          key: `${c.name} ${k}`,
          class: `nn-point ${color(c)}`,
          r: 3,
          cx: p.X(k),
          cy: p.Y(power),
        });
  const line = (c) => p.path(c.products.map((point) => (point[1] === null ? null : point)));
  return h(
    "svg",
    {
      class: "nn-plot nn-small",
      viewBox: "0 0 230 300",
      role: "img",
      "aria-label": "The product of the slopes, layer after layer, on a logarithmic axis",
    },
    p.axes,
    p.inside(curves.map((c) => [curve(line(c), c, "line"), c.products.map((at) => mark(c, at))])),
  );
}

export default view((picture, ui) => [
  h(
    "div",
    { class: "nn-row" },
    ui.choices("names", "Activation", picture.options),
    picture.sliders.map((each) => ui.slider(each.key, each.name, each)),
  ),
  h("div", { class: "nn-row nn-pictures" }, functions(picture, ui), layers(picture)),
  h("p", { class: "nn-note" }, picture.note),
  h(
    "ul",
    { class: "nn-formulas" },
    picture.curves.map((c) =>
      h(
        "li",
        { key: c.name },
        h("span", { class: `nn-swatch ${color(c)}` }),
        h("b", null, c.name),
        c.formulas.map((formula) => h("span", { class: "nn-formula" }, formula)),
      ),
    ),
  ),
  table(picture.table),
]);
