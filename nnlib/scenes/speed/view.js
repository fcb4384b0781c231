import { curves, h, plot, table, view } from "../../stage/stage.js";

function picture(shown, name, ylabel) {
  const axes = shown.axes[name];
  const p = plot({ ...axes, xlabel: "block size, MB", ylabel }, 300, 270);
  const here = shown.curves.filter((c) => c.plot === name);
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
      curves(p, here),
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
