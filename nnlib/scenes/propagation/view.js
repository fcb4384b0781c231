import { h, number, plot, sentence, table, view } from "../../stage/stage.js";

const W = 400;
const H = 358;
const X = ([column]) => 42 + column * 154;
const Y = ([, row]) => 192 + row * 92;
const HALF = { input: 34, hidden: 43, output: 43, loss: 43 }; // of a node's width
const TALL = [20, 20, 27, 34]; // half of its height, by its number of lines
const MARK = { yes: "✓", no: "✗", "": "" };
// Where along an edge its weight and its arrowhead stand, so that no two labels meet.
const LABEL = { level: 0.5, sloping: 0.42, crossing: 0.27 };
const HEAD = { level: 0.5, short: 0.5, sloping: 0.68, crossing: 0.68 };

const shown = (q) => (q.value === null ? q.text : number(q));

function named(q, x, y, attrs, equals = " = ") {
  const value = h("tspan", { "data-number": String(q.value), "data-name": q.name }, q.text);
  return h(
    "text",
    { x, y, "text-anchor": "middle", ...attrs },
    q.value === null ? q.name : [q.name + equals, value],
  );
}

/* What stands outside a node goes to its free side: up in the upper row, down in the lower one. */
const outside = (row, tall) =>
  row > 0
    ? { bias: tall + 18, delta: tall + 36 }
    : { bias: -tall - 10, delta: row < 0 ? -tall - 28 : tall + 19 };

function node(n, i) {
  const [x, y, half, tall] = [X(n.at), Y(n.at), HALF[n.kind], TALL[n.lines.length]];
  const away = outside(n.at[1], tall);
  const round = n.kind === "loss" ? 5 : tall;
  const box = (margin, rx, attrs) =>
    h("rect", {
      ...attrs,
      x: x - half - margin,
      y: y - tall - margin,
      width: 2 * (half + margin),
      height: 2 * (tall + margin),
      rx,
    });
  const line = (q, k) => named(q, x, y + 5 + (k - (n.lines.length - 1) / 2) * 19, {}, "\u2002");
  return h(
    "g",
    { key: `node ${i}`, class: `nn-node nn-node-${n.kind}${n.current ? " nn-now" : ""}` },
    n.current && box(5, round === tall ? tall + 5 : 9, { key: "ring", class: "nn-ring" }),
    box(0, round),
    n.lines.map(line),
    n.bias && named(n.bias, x, y + away.bias, { class: "nn-quiet" }),
    n.delta && named(n.delta, x + half, y + away.delta, { class: "nn-back", "text-anchor": "end" }),
  );
}

const along = ({ from, to }, share) => [
  X(from) + (X(to) - X(from)) * share,
  Y(from) + (Y(to) - Y(from)) * share,
];

/* An edge: nodes, drawn later, cut it where they begin.  An arrowhead says what passes where. */
function edge(e, i) {
  const [x1, y1, x2, y2] = [X(e.from), Y(e.from), X(e.to), Y(e.to)];
  const back = e.flow === "backward" ? 180 : 0;
  const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI + back;
  const head = along(e, HEAD[e.lie]).map(Math.round);
  const now = e.current ? " nn-now" : "";
  const flow = e.flow ? ` nn-${e.flow}` : "";
  return h(
    "g",
    { key: `edge ${i}`, class: `nn-edge${now}${flow}${e.gradient?.text ? " nn-done" : ""}` },
    h("path", { d: `M${x1} ${y1}L${x2} ${y2}` }),
    e.flow &&
      h("path", {
        key: "head",
        class: "nn-head",
        d: "M12 0L-6 -7L-3 0L-6 7Z",
        transform: `translate(${head}) rotate(${Math.round(turn)})`,
      }),
  );
}

function weight(e, i) {
  if (!e.label) return null;
  const [x, y] = along(e, LABEL[e.lie]);
  const level = e.lie === "level"; // beside the edge, else on it
  return h(
    "g",
    { key: `weight ${i}`, class: e.current ? "nn-now" : null },
    named(e.label, x, level ? y - 11 : y + 4, {}, "\u2009=\u2009"),
    e.current && named(e.gradient, x, level ? y + 24 : y + 23, { class: "nn-back" }),
  );
}

const network = ({ diagram, status }) =>
  h(
    "svg",
    {
      class: "nn-network",
      viewBox: `0 0 ${W} ${H}`,
      role: "img",
      "aria-label": `The network, with its values so far. ${status}`,
    },
    h("text", { x: 4, y: 16, class: diagram.backward ? "nn-back" : "nn-way" }, diagram.way),
    diagram.edges.map(edge),
    diagram.nodes.map(node),
    diagram.edges.map(weight),
  );

const card = ({ title, step }) =>
  h(
    "div",
    { class: "nn-card" },
    h("p", { class: "nn-note" }, title),
    h("p", { class: "nn-equation" }, h("b", null, step.symbol), ` = ${step.formula}`),
    step.numbers !== step.value.text && h("p", { class: "nn-equation" }, `= ${step.numbers}`),
    h("p", { class: "nn-equation" }, "= ", number(step.value, { class: "nn-result" })),
    h("p", { class: "nn-note" }, step.meaning),
    step.check &&
      h(
        "p",
        { class: step.check.verdict === "no" ? "nn-error" : "nn-note" },
        "By differences, without the chain rule: ",
        shown(step.check.numerical),
        `. Equal? ${MARK[step.check.verdict]} ${step.check.verdict}`,
      ),
  );

function curve({ curve: c, loss, updates }) {
  const ylabel = c.logarithmic ? "E (logarithmic)" : "E";
  const p = plot({ ...c.axes, xlabel: "updates", ylabel }, 330, 200);
  const [x, y] = c.line.at(-1);
  return h(
    "div",
    { class: "nn-small" },
    h(
      "svg",
      { class: "nn-plot", viewBox: "0 0 330 200", role: "img", "aria-label": "E over the updates" },
      p.axes,
      p.inside(
        h("path", { class: "nn-curve nn-slope nn-color-hidden", d: p.path(c.before) }),
        h("path", { class: "nn-curve nn-color-output", d: p.path(c.line) }),
      ),
      h("circle", { class: "nn-point nn-color-output", r: 5, cx: p.X(x), cy: p.Y(y) }),
    ),
    h(
      "p",
      { class: "nn-note" },
      "E = ",
      number(loss),
      ` after ${updates} ${updates === 1 ? "update" : "updates"}`,
      c.before.length > 0 && "; dashed: the run before",
    ),
  );
}

const walk = (picture, ui) =>
  h(
    "div",
    { class: picture.diverged ? "nn-walk nn-diverged" : "nn-walk" },
    network(picture),
    h(
      "div",
      { class: "nn-row nn-buttons" },
      ui.button("First step", { do: "first" }),
      ui.button("Previous step", { do: "previous" }),
      ui.button("Next step", { do: "next" }, { class: "nn-main" }),
      ui.button("Last step", { do: "last" }),
    ),
    card(picture),
  );

const training = (picture, ui) => [
  h(
    "div",
    { class: "nn-row nn-buttons" },
    ui.number("learning_rate", "Learning rate", { min: 0 }),
    ui.button("Update weights", { do: "run", updates: 1 }),
    ui.button("Run 10 updates", { do: "run", updates: 10 }),
    ui.button("Run 100 updates", { do: "run", updates: 100 }),
    ui.button("Start again", { do: "restart" }),
  ),
  h(
    "div",
    { class: "nn-row nn-pictures" },
    curve(picture),
    h(
      "div",
      { class: "nn-side" },
      ui.choices("mistake", "Break it on purpose", picture.options.mistake),
      picture.symptom && h("p", null, picture.symptom),
      ui.toggle("train_biases", "Train biases"),
    ),
  ),
];

const verdict = (said) =>
  said && h("span", { role: "img", "aria-label": said, class: `nn-${said}` }, MARK[said]);

const editing = ({ fields, parameters }, ui) => {
  const box = (field) => ui.number(field.path, field.title, { value: field.value });
  return h(
    "details",
    { open: true, class: "nn-edit" },
    h("summary", null, "Edit the network, check its gradients"),
    h("div", { class: "nn-row" }, fields.map(box)),
    table({
      caption:
        "The slope ∂E of each parameter: by the chain rule, so far, and by differences " +
        "(h = 0.00001)",
      head: ["Parameter", "Chain rule", "Numerical", "Equal?"],
      rows: parameters.map((p) => [
        box(p),
        shown(p.gradient),
        shown(p.numerical),
        verdict(p.verdict),
      ]),
    }),
  );
};

export default view((picture, ui) => [
  h(
    "div",
    { class: "nn-row" },
    ui.select("preset", "Network", picture.options.preset),
    ui.select("hidden", "Hidden activation", picture.options.activation),
    ui.select("output", "Output activation", picture.options.activation),
  ),
  walk(picture, ui),
  training(picture, ui),
  picture.notes.map((parts, i) => h("p", { key: `note ${i}`, class: "nn-note" }, sentence(parts))),
  editing(picture, ui),
  h("div", { class: "nn-steps" }, table(picture.table)),
]);
