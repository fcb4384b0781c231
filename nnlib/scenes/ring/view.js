import { h, view, number, table } from "./stage.js";

const sign = (good, text) =>
  h("span", { class: good ? "nn-sign nn-good" : "nn-sign nn-bad" }, good ? "✓ " : "✗ ", text);
const hash = (q) => h("code", { class: "nn-hash", "data-name": q.name, "data-hash": q.value }, q.value);
const fact = (term, ...nodes) => [h("dt", null, term), h("dd", null, nodes)];
const marked = (what) => ["nn-cell", what.changed && "nn-changed", what.chosen && "nn-chosen"].filter(Boolean).join(" ");

const block = (card, ui) =>
  h("section", { key: card.name, class: card.broken ? "nn-block nn-broken" : "nn-block", "aria-label": card.name },
    h("header", null, h("b", null, card.name), sign(!card.broken, card.sign)),
    card.rows.map((row) => h("div", { class: "nn-cells" }, row.map((cell) =>
      ui.button(cell.text, { weight: cell.place },
        { class: marked(cell), "aria-label": cell.label, "aria-pressed": String(cell.chosen) })))),
    h("dl", null, card.hashes.map((q) => fact(q.term, hash(q)))));

const root = (frame) =>
  h("section", { class: frame.holds ? "nn-block nn-root" : "nn-block nn-root nn-broken", "aria-label": "Published root" },
    h("header", null, h("b", null, "Published root")), hash(frame.root),
    sign(frame.holds, frame.holds ? "the hash of block 3" : "not the hash of block 3"),
    h("small", null, "Root and replica are out of the attacker's reach."));

/* The digit of a bit is drawn by the style: its name says which bit, and it is pressed if it is 1. */
const bits = (frame, ui, kind) =>
  h("div", { class: "nn-cells nn-bits", role: "group", "aria-label": kind }, h("small", null, kind),
    frame.bits.filter((bit) => bit.kind === kind).map((bit) =>
      ui.button("", { action: "flip", bit: bit.bit },
        { class: marked(bit), "aria-label": `Bit ${bit.bit} (${kind})`, "aria-pressed": String(bit.on) })));

export default view("ring", "Ring inspector", (frame, ui) => [
  h("div", { class: "nn-ring" }, frame.blocks.map((card) => block(card, ui)), root(frame)),
  h("div", { role: "group", "aria-label": frame.weight },
    h("p", null, h("b", null, frame.weight), ": ", number(frame.values[0]), " as sealed, ", number(frame.values[1]), " now"),
    ["sign", "exponent", "fraction"].map((kind) => bits(frame, ui, kind))),
  h("div", { class: "nn-row nn-act" },
    ui.toggle("rewrite", "Rewrite the digest too"), ui.button("Recover", { action: "recover" })),
  table(frame.table),
]);
