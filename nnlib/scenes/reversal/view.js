import { curves, h, plot, table, view } from "../../stage/stage.js";

const AXES = "The chance of reversal against confirmations, on a logarithmic axis.";

function picture(shown) {
  const p = plot(
    { ...shown.axes, xlabel: "confirmations", ylabel: "chance of reversal" },
    360,
    300,
  );
  const level = [
    [shown.axes.x[0], shown.risk],
    [shown.axes.x[1], shown.risk],
  ];
  return h(
    "svg",
    {
      class: "nn-plot",
      viewBox: "0 0 360 300",
      role: "img",
      "aria-label": `${AXES} ${shown.status}`,
    },
    p.axes,
    p.inside(h("path", { class: "nn-cursor", d: p.path(level) }), curves(p, shown.curves)),
  );
}

export default view((shown, ui) => [
  h(
    "div",
    { class: "nn-row" },
    shown.sliders.map((each) => ui.slider(each.key, each.name, each)),
  ),
  h("div", { class: "nn-row nn-pictures" }, picture(shown)),
  h(
    "ul",
    { class: "nn-row nn-pictures nn-formulas" },
    shown.curves.map((c) =>
      h(
        "li",
        { key: c.name },
        h("span", { class: `nn-swatch nn-color-${c.role}` }),
        c.name,
        ` (${c.kind})`,
      ),
    ),
  ),
  h("p", { class: "nn-note" }, shown.note),
  table(shown.table),
]);
