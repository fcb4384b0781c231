/* Parts of a drawing: numbers, hashes, tables, plots.  No arithmetic but from data to pixels. */

import { h } from "./elements.js";

const number = (q, attrs) =>
  h("span", { ...attrs, "data-number": String(q.value), "data-name": q.name }, q.text);

/* A hash: the zeros that it must begin with are set off, as many as q.zeros says. */
const hash = (q, attrs) =>
  h(
    "code",
    { class: "nn-hash", ...attrs, "data-name": q.name, "data-hash": q.value },
    q.zeros ? h("b", null, q.text.slice(0, q.zeros)) : null,
    q.text.slice(q.zeros ?? 0),
  );

const sign = (good, text) =>
  h("span", { class: good ? "nn-sign nn-good" : "nn-sign nn-bad" }, good ? "✓ " : "✗ ", text);
const fact = (term, ...nodes) => [h("dt", null, term), h("dd", null, nodes)];

const drawn = (part) => (part?.name ? number(part) : part);
/* Texts and numbers in turn. */
const sentence = (parts) => parts.map(drawn);

const table = ({ caption, head, rows, current }) =>
  h(
    "div",
    { class: "nn-table", role: "group", tabindex: 0, "aria-label": caption },
    h(
      "table",
      null,
      h("caption", null, caption),
      h(
        "thead",
        null,
        h(
          "tr",
          null,
          head.map((text) => h("th", { scope: "col" }, text)),
        ),
      ),
      h(
        "tbody",
        null,
        rows.map(([first, ...rest], i) =>
          h(
            "tr",
            { key: i, "aria-current": i === current ? "step" : null },
            h("th", { scope: "row" }, drawn(first)),
            rest.map((content) => h("td", null, drawn(content))),
          ),
        ),
      ),
    ),
  );

/* Axes for data in x: [low, high], y: [low, high]; ticks are [{at, text}].  Returns X and Y (data
   to pixels), path (points [x, y], null where the line breaks), inside (nodes cut off at the axes),
   axes, and pick (the x under a pointer event on the drawing). */
function plot({ x, y, xticks = [], yticks = [], xlabel = "", ylabel = "" }, width, height) {
  const left = 46;
  const top = 22;
  const w = width - left - 12;
  const tall = height - top - 40;
  const round = (v) => Math.round(v * 100) / 100;
  const X = (v) => round(left + ((v - x[0]) / (x[1] - x[0])) * w);
  const Y = (v) => round(top + ((y[1] - v) / (y[1] - y[0])) * tall);
  const text = (px, py, anchor, content) =>
    h("text", { x: px, y: py, "text-anchor": anchor }, content);
  return {
    X,
    Y,
    path: (points) =>
      points
        .map((point, i) =>
          point ? `${i && points[i - 1] ? "L" : "M"}${X(point[0])} ${Y(point[1])}` : "",
        )
        .join(""),
    inside: (...nodes) =>
      h(
        "svg",
        { x: left, y: top, width: w, height: tall, viewBox: `${left} ${top} ${w} ${tall}` },
        nodes,
      ),
    axes: [
      xticks.map((tick) => [
        h("path", { class: tick.at ? "nn-grid" : "nn-axis", d: `M${X(tick.at)} ${top}v${tall}` }),
        text(X(tick.at), top + tall + 16, "middle", tick.text),
      ]),
      yticks.map((tick) => [
        h("path", { class: tick.at ? "nn-grid" : "nn-axis", d: `M${left} ${Y(tick.at)}h${w}` }),
        text(left - 6, Y(tick.at) + 4, "end", tick.text),
      ]),
      text(left + w, height - 4, "end", xlabel),
      text(4, 13, "start", ylabel),
    ],
    pick: (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      const share = (((event.clientX - box.left) / box.width) * width - left) / w;
      return x[0] + Math.min(1, Math.max(0, share)) * (x[1] - x[0]);
    },
  };
}

const DASHES = { solid: null, dashed: "7 4", dotted: "2 3" };

/* Curves {name, role, kind, line, point} on a plot: their lines, and where the reader stands. */
const curves = (on, drawn) =>
  drawn.map((c) => [
    h("path", {
      key: c.name,
      class: `nn-curve nn-color-${c.role}`,
      d: on.path(c.line),
      "stroke-dasharray": DASHES[c.kind],
    }),
    c.point &&
      h("circle", {
        key: `${c.name} point`,
        class: `nn-point nn-color-${c.role}`,
        r: 6,
        cx: on.X(c.point[0]),
        cy: on.Y(c.point[1]),
      }),
  ]);

export { curves, fact, hash, number, plot, sentence, sign, table };
