/* A block of the chain builder: what is in it, and the button that mines it. */

import { fact, h, hash, number, sentence, sign, table } from "../../stage/stage.js";

const named = (q, ...nodes) => h("span", { "data-name": q.name, "data-number": q.value }, nodes);
const progress = (picture) => h("p", { class: "nn-progress" }, sentence(picture.mining ?? []));

const look = ({ broken, linked }) =>
  ["nn-block", broken && "nn-broken", !linked && "nn-loose"].filter(Boolean).join(" ");
/* What cannot be done now stays in its place and keeps the focus, but does nothing. */
const off = (yes) => (yes ? { "aria-disabled": "true", onclick: null } : {});

/* The button that starts a search becomes the one that stops it, and keeps the focus.
   here: whether the search that there is was started by this button. */
function miner(picture, ui, name, deed, here, attrs) {
  const stop = picture.busy && here;
  return ui.button(stop ? "Stop" : name, stop ? { do: "stop" } : { do: "mine", ...deed }, {
    class: stop ? "nn-mine nn-stop" : "nn-mine",
    ...off(picture.busy && !here),
    ...attrs,
  });
}

function payment(picture, ui, { name, place }, [sender, receiver, amount], item) {
  const label = `${name} transaction ${item + 1}`;
  const path = ["blocks", place, "payments", item];
  return h(
    "div",
    { key: `pay ${item}`, class: "nn-pay" },
    ui.text([...path, "sender"], null, {
      value: sender,
      "aria-label": `${label} sender`,
      placeholder: "new coins",
    }),
    "→",
    ui.text([...path, "receiver"], null, { value: receiver, "aria-label": `${label} receiver` }),
    ui.number([...path, "amount"], null, {
      ...picture.limits.amount,
      value: amount,
      "aria-label": `${label} amount`,
    }),
    ui.button(
      "×",
      { do: "unpay", block: place, item },
      { "aria-label": `Remove ${label}`, title: "Remove" },
    ),
  );
}

/* The Merkle tree, leaves left, root right.  What the proof computes is filled, what it needs is
   framed. */
const WIDE = 84;
const GAP = 26;
const TALL = 30;

function merkle(tree, ui, name) {
  const { levels, records } = tree;
  const height = levels[0].length * TALL;
  const width = levels.length * (WIDE + GAP) - GAP;
  const x = (level) => level * (WIDE + GAP);
  const y = (level, i) => Math.min(((2 * i + 1) * 2 ** level * TALL) / 2, height - TALL / 2);
  const line = (level, i) =>
    `M${x(level) + WIDE} ${y(level, i)}L${x(level + 1)} ${y(level + 1, i >> 1)}`;
  return h(
    "div",
    { class: "nn-tree" },
    ui.select("leaf", `Prove that ${name} holds`, records, { value: tree.leaf }),
    h(
      "svg",
      {
        viewBox: `-1 -1 ${width + 2} ${height + 2}`,
        role: "img",
        style: `max-width:${width}px`,
        "aria-label": `Merkle tree of ${name}, ${records.length} leaves. ${tree.table.caption}`,
      },
      levels.map((nodes, level) =>
        nodes.map((node, i) => [
          level + 1 < levels.length &&
            h("path", {
              key: `line ${level} ${i}`,
              class: node.mark && "nn-path",
              d: line(level, i),
            }),
          h(
            "g",
            { key: `node ${level} ${i}`, class: `nn-${node.mark || "rest"}` },
            h("rect", { x: x(level), y: y(level, i) - 11, width: WIDE, height: 22, rx: 4 }),
            h(
              "text",
              { x: x(level) + WIDE / 2, y: y(level, i) + 4, "text-anchor": "middle" },
              node.text,
            ),
          ),
        ]),
      ),
    ),
    table(tree.table),
  );
}

function transactions(picture, ui, card) {
  const { name, place } = card;
  const { tree } = picture.chain;
  const open = tree?.place === place;
  return fact(
    "Transactions",
    card.transactions.map((each, item) => payment(picture, ui, card, each, item)),
    ui.button(
      "Add transaction",
      { do: "pay", block: place },
      { "aria-label": `Add transaction to block ${place}`, ...off(card.full) },
    ),
    ui.button(
      "Merkle tree",
      { set: ["tree"], to: open ? null : place },
      { "aria-label": `Merkle tree of block ${place}`, "aria-expanded": String(open) },
    ),
    open && merkle(tree, ui, name),
  );
}

function block(picture, ui, card) {
  const { place, name } = card;
  const { chain, block: at, run } = ui.state.mining ?? {};
  const path = (field) => ["blocks", place, field];
  const text = (field, value, attrs) =>
    ui.text(path(field), null, { value, "aria-label": `${name} ${field}`, ...attrs });
  const whole = (field) => {
    const limits = { ...picture.limits[field], value: card[field].value };
    const attrs = { "aria-label": `${name} ${field}`, class: `nn-${field}` };
    return named(card[field], ui.number(path(field), null, { ...limits, ...attrs }));
  };
  const previous = { class: "nn-hash", "aria-label": `${name} previous hash` };
  const mined = chain === 0 && at === place && !run;
  const rule = ["bits; the rule says ", number(card.due), ", the hash has ", number(card.zeros)];
  return h(
    "li",
    { key: place, class: look(card) },
    h(
      "header",
      null,
      h("b", null, name),
      sign(!card.broken, card.sign),
      card.reason && h("span", { class: "nn-reason" }, card.reason),
    ),
    h(
      "dl",
      null,
      fact("Data", text("data", card.data)),
      transactions(picture, ui, card),
      fact("Merkle root", hash(card.merkle)),
      fact(["Previous", sign(card.linked)], text("previous", card.previous.value, previous)),
      fact("Time", whole("time"), h("small", null, card.date)),
      fact("Difficulty", whole("difficulty"), h("small", null, rule)),
      fact(
        "Nonce",
        whole("nonce"),
        miner(picture, ui, `Mine block ${place}`, { block: place }, mined),
      ),
      fact("Hash", hash(card.hash)),
    ),
  );
}

export { block, look, miner, off, progress };
