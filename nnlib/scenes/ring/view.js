import { fact, h, hash, number, sign, table, view } from "../../stage/stage.js";

const marked = ({ changed, chosen }) =>
  ["nn-cell", changed && "nn-changed", chosen && "nn-chosen"].filter(Boolean).join(" ");

const block = (card, ui) =>
  h(
    "section",
    {
      key: card.name,
      class: card.broken ? "nn-block nn-broken" : "nn-block",
      "aria-label": card.name,
    },
    h("header", null, h("b", null, card.name), sign(!card.broken, card.sign)),
    card.rows.map((row) =>
      h(
        "div",
        { class: "nn-cells" },
        row.map((cell) =>
          ui.button(
            cell.text,
            { set: ["weight"], to: cell.place },
            { class: marked(cell), "aria-label": cell.label, "aria-pressed": String(cell.chosen) },
          ),
        ),
      ),
    ),
    h(
      "dl",
      null,
      card.hashes.map((q) => fact(q.term, hash(q))),
    ),
  );

const root = ({ root, holds }) =>
  h(
    "section",
    {
      class: holds ? "nn-block nn-root" : "nn-block nn-root nn-broken",
      "aria-label": "Published root",
    },
    h("header", null, h("b", null, "Published root")),
    hash(root),
    sign(holds, holds ? "the hash of block 3" : "not the hash of block 3"),
    h("small", null, "Root and replica are out of the attacker's reach."),
  );

/* The style draws a bit's digit: its name says which bit, and it is pressed if it is 1. */
const bits = (picture, ui, kind) =>
  h(
    "div",
    { class: "nn-cells nn-bits", role: "group", "aria-label": kind },
    h("small", null, kind),
    picture.bits
      .filter((bit) => bit.kind === kind)
      .map((bit) =>
        ui.button(
          "",
          { do: "flip", bit: bit.bit },
          {
            class: marked(bit),
            "aria-label": `Bit ${bit.bit} (${kind})`,
            "aria-pressed": String(bit.on),
          },
        ),
      ),
  );

export default view((picture, ui) => [
  h(
    "div",
    { class: "nn-seals" },
    picture.blocks.map((card) => block(card, ui)),
    root(picture),
  ),
  h(
    "div",
    { role: "group", "aria-label": picture.weight },
    h(
      "p",
      null,
      h("b", null, picture.weight),
      ": ",
      number(picture.values[0]),
      " as sealed, ",
      number(picture.values[1]),
      " now",
    ),
    ["sign", "exponent", "fraction"].map((kind) => bits(picture, ui, kind)),
  ),
  h(
    "div",
    { class: "nn-row nn-act" },
    ui.toggle("rewrite", "Rewrite the digest too"),
    ui.button("Recover", { do: "recover" }),
  ),
  table(picture.table),
]);
