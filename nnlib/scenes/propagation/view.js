import { h, view, number, plot, table } from "./stage.js";

const W = 400, H = 358;
const X = ([column]) => 42 + column * 154;
const Y = ([, row]) => 192 + row * 92;
const HALF = { input: 34, hidden: 43, output: 43, loss: 43 }; // of a node's width
const MARK = { yes: "✓", no: "✗", "": "" };

const shown = (q) => (q.value === null ? q.text : number(q));
const label = (q, x, y, attrs, equals = " = ") => h("text", { x, y, "text-anchor": "middle", ...attrs },
  q.value === null ? q.name : [q.name + equals,
    h("tspan", { "data-number": String(q.value), "data-name": q.name }, q.text)]);

function node(n, i) {
  const x = X(n.at), y = Y(n.at), upper = n.at[1] < 0, lower = n.at[1] > 0, half = HALF[n.kind];
  const tall = n.lines.length > 2 ? 34 : n.lines.length > 1 ? 27 : 20;
  return h("g", { key: `node ${i}`, class: `nn-node nn-node-${n.kind}${n.current ? " nn-now" : ""}` },
    n.current && h("rect", { key: "ring", class: "nn-ring", x: x - half - 5, y: y - tall - 5,
      width: 2 * half + 10, height: 2 * tall + 10, rx: n.kind === "loss" ? 9 : tall + 5 }),
    h("rect", { x: x - half, y: y - tall, width: 2 * half, height: 2 * tall, rx: n.kind === "loss" ? 5 : tall }),
    n.lines.map((q, k) => label(q, x, y + 5 + (k - (n.lines.length - 1) / 2) * 19, {}, "\u2002")),
    n.bias && label(n.bias, x, y + (lower ? tall + 18 : -tall - 10), { class: "nn-quiet" }),
    n.delta && label(n.delta, x + half, y + (upper ? -tall - 28 : tall + (lower ? 36 : 19)),
      { class: "nn-back", "text-anchor": "end" }));
}

/* An edge, cut where the nodes begin by being drawn first; an arrowhead says what passes, which way. */
function edge(e, i) {
  const [x1, y1, x2, y2] = [X(e.from), Y(e.from), X(e.to), Y(e.to)];
  const at = (share) => [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
  const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI + (e.flow === "backward" ? 180 : 0);
  const head = e.flow && at(e.along < 0.5 ? 0.68 : 0.5);
  const state = (e.current ? " nn-now" : "") + (e.flow ? ` nn-${e.flow}` : "") + (e.gradient?.text ? " nn-done" : "");
  return h("g", { key: `edge ${i}`, class: `nn-edge${state}` },
    h("path", { d: `M${x1} ${y1}L${x2} ${y2}` }),
    head && h("path", { key: "head", class: "nn-head", d: "M12 0L-6 -7L-3 0L-6 7Z",
      transform: `translate(${head.map(Math.round)}) rotate(${Math.round(turn)})` }));
}

function weight(e, i) {
  if (!e.label) return null;
  const x = X(e.from) + (X(e.to) - X(e.from)) * e.along, y = Y(e.from) + (Y(e.to) - Y(e.from)) * e.along;
  const level = e.along === 0.5; // beside a level edge, on a sloping one
  return h("g", { key: `weight ${i}`, class: e.current ? "nn-now" : null },
    label(e.label, x, level ? y - 11 : y + 4, {}, "\u2009=\u2009"),
    e.current && label(e.gradient, x, level ? y + 24 : y + 23, { class: "nn-back" }));
}

const network = ({ diagram, status }) =>
  h("svg", { class: "nn-network", viewBox: `0 0 ${W} ${H}`, role: "img",
      "aria-label": `The network, with its values so far. ${status}` },
    h("text", { x: 4, y: 16, class: diagram.backward ? "nn-back" : "nn-way" }, diagram.way),
    diagram.edges.map(edge), diagram.nodes.map(node), diagram.edges.map(weight));

const card = ({ title, step }) =>
  h("div", { class: "nn-card" },
    h("p", { class: "nn-note" }, title),
    h("p", { class: "nn-equation" }, h("b", null, step.symbol), ` = ${step.formula}`),
    step.numbers !== step.value.text && h("p", { class: "nn-equation" }, `= ${step.numbers}`),
    h("p", { class: "nn-equation" }, "= ", number(step.value, { class: "nn-result" })),
    h("p", { class: "nn-note" }, step.meaning),
    step.check && h("p", { class: step.check.verdict === "no" ? "nn-error" : "nn-note" },
      "By differences, without the chain rule: ", shown(step.check.numerical), `. Equal? ${MARK[step.check.verdict]} ${step.check.verdict}`));

function curve({ curve: c, loss, updates }) {
  const p = plot({ ...c.axes, xlabel: "updates", ylabel: c.logarithmic ? "E (logarithmic)" : "E" }, 330, 200);
  const [x, y] = c.line.at(-1);
  return h("div", { class: "nn-small" },
    h("svg", { class: "nn-plot", viewBox: "0 0 330 200", role: "img", "aria-label": "E over the updates" },
      p.axes,
      p.inside(
        h("path", { class: "nn-curve nn-slope nn-color-hidden", d: p.path(c.before) }),
        h("path", { class: "nn-curve nn-color-output", d: p.path(c.line) })),
      h("circle", { class: "nn-point nn-color-output", r: 5, cx: p.X(x), cy: p.Y(y) })),
    h("p", { class: "nn-note" }, "E = ", number(loss), ` after ${updates} ${updates === 1 ? "update" : "updates"}`,
      c.before.length > 0 && "; dashed: the run before"));
}

export default view("propagation", "Propagation stepper", (frame, ui) => [
  h("div", { class: "nn-row" },
    ui.select("preset", "Network", frame.options.preset),
    ui.select("hidden", "Hidden activation", frame.options.activation),
    ui.select("output", "Output activation", frame.options.activation)),
  h("div", { class: "nn-walk" },
    network(frame),
    h("div", { class: "nn-row nn-buttons" },
      [["First step", "first"], ["Previous step", "previous"], ["Next step", "next"], ["Last step", "last"]].map(
        ([name, action]) => ui.button(name, { action }, { class: action === "next" ? "nn-main" : null }))),
    card(frame)),
  h("div", { class: "nn-row nn-buttons" },
    ui.number("learning_rate", "Learning rate", { min: 0 }),
    [["Update weights", "update"], ["Run 10 updates", "run 10"], ["Run 100 updates", "run 100"],
      ["Start again", "restart"]].map(([name, action]) => ui.button(name, { action }))),
  h("div", { class: "nn-row nn-pictures" },
    curve(frame),
    h("div", { class: "nn-side" },
      ui.choices("mistake", "Break it on purpose", frame.options.mistake),
      frame.symptom && h("p", null, frame.symptom),
      ui.toggle("train_biases", "Train biases"))),
  frame.notes.map((parts, i) => h("p", { key: `note ${i}`, class: "nn-note" },
    parts.map((part) => (part.name ? number(part) : part)))),
  h("details", { open: true, class: "nn-edit" },
    h("summary", null, "Edit the network, check its gradients"),
    h("div", { class: "nn-row" }, frame.fields.map((f) => ui.number(f.key, f.title, { value: f.value }))),
    table({ caption: "The slope ∂E of each parameter: by the chain rule, so far, and by differences (h = 0.00001)",
      head: ["Parameter", "Chain rule", "Numerical", "Equal?"],
      rows: frame.parameters.map((p) =>
        [ui.number(p.key, p.title, { value: p.value }), shown(p.gradient), shown(p.numerical),
          p.verdict && h("span", { role: "img", "aria-label": p.verdict, class: `nn-${p.verdict}` }, MARK[p.verdict])]) })),
  h("div", { class: "nn-steps" }, table(frame.table)),
]);
