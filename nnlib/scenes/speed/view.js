import { h, plot, table, view } from "../../stage/stage.js";

const DASHES = { solid: null, dashed: "7 4", dotted: "2 3" };

function picture(shown, name, ylabel) {
  const axes = shown.axes[name];
  const p = plot({ ...axes, xlabel: "block size, MB", ylabel }, 300, 270);
  const curves = shown.curves.filter((c) => c.plot === name);
  return h(
    "svg",
    {
      class: "nn-plot",
      viewBox: "0 0 300 270",
      role: "img",
      "aria-label": `${ylabel}, against the block size. ${shown.status}`,
    },
    p.axes,
    p.inside(
      shown.marks
        .filter(([where]) => where === name)
        .map(([, at]) =>
          h("path", {
            class: "nn-cursor",
            d: p.path([
              [axes.x[0], at],
              [axes.x[1], at],
            ]),
          }),
        ),
      curves.map((c) => [
        h("path", {
          key: c.name,
          class: `nn-curve nn-color-${c.role}`,
          d: p.path(c.line),
          "stroke-dasharray": DASHES[c.kind],
        }),
        h("circle", {
          key: `${c.name} point`,
          class: `nn-point nn-color-${c.role}`,
          r: 6,
          cx: p.X(c.point[0]),
          cy: p.Y(c.point[1]),
        }),
      ]),
    ),
  );
}

export default view((shown, ui) => [
  h(
    "div",
    { class: "nn-row" },
    shown.sliders.map((each) => ui.slider(each.key, each.name, each)),
  ),
  h(
    "div",
    { class: "nn-row nn-pictures" },
    picture(shown, "speed", "transactions a second"),
    picture(shown, "share", "share"),
  ),
  h(
    "ul",
    { class: "nn-row nn-pictures nn-formulas" },
    shown.curves.map((c) =>
      h(
        "li",
        { key: c.name },
        h("span", { class: `nn-swatch nn-color-${c.role}` }),
        c.name,
        c.kind !== "solid" && ` (${c.kind})`,
      ),
    ),
  ),
  h("p", { class: "nn-note" }, shown.note),
  table(shown.table),
]);
