import { fact, h, hash, number, sentence, sign, table, view } from "../../stage/stage.js";

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
  return ui.button(stop ? "Stop" : name, stop ? { do: "stop" } : { do: "mine", ...deed },
    { class: stop ? "nn-mine nn-stop" : "nn-mine", ...off(picture.busy && !here), ...attrs });
}

/* ---- one chain ---- */

function payment(picture, ui, { name, place }, [sender, receiver, amount], item) {
  const label = `${name} transaction ${item + 1}`, path = ["blocks", place, "payments", item];
  return h("div", { key: `pay ${item}`, class: "nn-pay" },
    ui.text([...path, "sender"], null,
      { value: sender, "aria-label": `${label} sender`, placeholder: "new coins" }),
    "→",
    ui.text([...path, "receiver"], null, { value: receiver, "aria-label": `${label} receiver` }),
    ui.number([...path, "amount"], null,
      { ...picture.limits.amount, value: amount, "aria-label": `${label} amount` }),
    ui.button("×", { do: "unpay", block: place, item },
      { "aria-label": `Remove ${label}`, title: "Remove" }));
}

/* The Merkle tree, leaves left, root right.  What the proof computes is filled, what it needs is
   framed. */
const WIDE = 84, GAP = 26, TALL = 30;

function merkle(tree, ui, name) {
  const { levels, records } = tree, height = levels[0].length * TALL;
  const width = levels.length * (WIDE + GAP) - GAP;
  const x = (level) => level * (WIDE + GAP);
  const y = (level, i) => Math.min(((2 * i + 1) * 2 ** level * TALL) / 2, height - TALL / 2);
  const line = (level, i) =>
    `M${x(level) + WIDE} ${y(level, i)}L${x(level + 1)} ${y(level + 1, i >> 1)}`;
  return h("div", { class: "nn-tree" },
    ui.select("leaf", `Prove that ${name} holds`, records, { value: tree.leaf }),
    h("svg", { viewBox: `-1 -1 ${width + 2} ${height + 2}`, role: "img",
        style: `max-width:${width}px`,
        "aria-label": `Merkle tree of ${name}, ${records.length} leaves. ${tree.table.caption}` },
      levels.map((nodes, level) => nodes.map((node, i) => [
        level + 1 < levels.length && h("path", { key: `line ${level} ${i}`,
          class: node.mark && "nn-path", d: line(level, i) }),
        h("g", { key: `node ${level} ${i}`, class: `nn-${node.mark || "rest"}` },
          h("rect", { x: x(level), y: y(level, i) - 11, width: WIDE, height: 22, rx: 4 }),
          h("text", { x: x(level) + WIDE / 2, y: y(level, i) + 4, "text-anchor": "middle" },
            node.text))]))),
    table(tree.table));
}

function transactions(picture, ui, card) {
  const { name, place } = card, { tree } = picture.chain, open = tree?.place === place;
  return fact("Transactions",
    card.transactions.map((each, item) => payment(picture, ui, card, each, item)),
    ui.button("Add transaction", { do: "pay", block: place },
      { "aria-label": `Add transaction to block ${place}`, ...off(card.full) }),
    ui.button("Merkle tree", { set: ["tree"], to: open ? null : place },
      { "aria-label": `Merkle tree of block ${place}`, "aria-expanded": String(open) }),
    open && merkle(tree, ui, name));
}

function block(picture, ui, card) {
  const { place, name } = card, { chain, block: at, run } = ui.state.mining ?? {};
  const path = (field) => ["blocks", place, field];
  const text = (field, value, attrs) =>
    ui.text(path(field), null, { value, "aria-label": `${name} ${field}`, ...attrs });
  const whole = (field) => named(card[field], ui.number(path(field), null,
    { ...picture.limits[field], value: card[field].value, "aria-label": `${name} ${field}`,
      class: `nn-${field}` }));
  return h("li", { key: place, class: look(card) },
    h("header", null, h("b", null, name), sign(!card.broken, card.sign),
      card.reason && h("span", { class: "nn-reason" }, card.reason)),
    h("dl", null,
      fact("Data", text("data", card.data)),
      transactions(picture, ui, card),
      fact("Merkle root", hash(card.merkle)),
      fact(["Previous", sign(card.linked)], text("previous", card.previous.value,
        { class: "nn-hash", "aria-label": `${name} previous hash` })),
      fact("Time", whole("time"), h("small", null, card.date)),
      fact("Difficulty", whole("difficulty"), h("small", null, "bits; the rule says ",
        number(card.due), ", the hash has ", number(card.zeros))),
      fact("Nonce", whole("nonce"), miner(picture, ui, `Mine block ${place}`, { block: place },
        chain === 0 && at === place && !run)),
      fact("Hash", hash(card.hash))));
}

function chain(picture, ui) {
  const { cost, work, sound, full, single, cards, report } = picture.chain;
  const { chain: where, run } = ui.state.mining ?? {};
  return [
    h("p", { class: "nn-cost" }, sentence(cost), " Work in the chain: ", number(work), "."),
    h("div", { class: "nn-bar" },
      miner(picture, ui, "Mine from here", { run: true }, where === 0 && run,
        picture.busy ? {} : off(sound)),
      ui.button("Add block", { do: "add" }, off(full)),
      ui.button("Remove last block", { do: "remove" }, off(single)),
      ui.button("Verify", { do: "verify" })),
    progress(picture),
    h("ol", { class: "nn-blocks" }, cards.map((card) => block(picture, ui, card))),
    report && table(report),
  ];
}

/* ---- three peers ---- */

const copy = (ui, i, card) =>
  h("li", { key: card.place, class: look(card) },
    h("header", null, h("b", null, `Block ${card.place}`), sign(!card.broken, card.sign),
      card.alone && h("span", { class: "nn-alone" }, " ≠ others")),
    ui.text(["peers", i, card.place, "data"], null,
      { value: card.data, "aria-label": `${card.name} data` }),
    h("ul", null, card.payments.map((text, item) => h("li", { key: item }, text))),
    h("dl", null, fact("Previous", hash(card.previous)), fact("Nonce", number(card.nonce)),
      fact("Hash", hash(card.hash))));

const peer = (picture, ui, { name, sound, sign: words, work, spent, full, cards }, i) =>
  h("section", { key: i, "aria-label": name },
    h("header", null, h("b", null, name), sign(sound, words)),
    h("p", null, "Work: ", number(work), ". Hashes spent: ", number(spent), "."),
    h("div", { class: "nn-bar" },
      miner(picture, ui, `${name} mine`, { chain: i + 1, run: true },
        ui.state.mining?.chain === i + 1, picture.busy ? {} : off(sound)),
      ui.button("Add block", { do: "add", chain: i + 1 },
        { "aria-label": `${name} add block`, ...off(picture.busy || full) })),
    h("ol", { class: "nn-blocks" }, cards.map((card) => copy(ui, i, card))),
    h("ul", { class: "nn-orphans" },
      picture.peers.orphans.filter((orphan) => orphan.peer === i).map((orphan) =>
        h("li", { key: orphan.place }, h("b", null, "✗ Orphaned: "), orphan.text,
          hash(orphan.hash)))));

const peers = (picture, ui) => [
  h("p", { class: "nn-note" },
    "Resolve: all take the valid chain with the most work. On a tie the copy that more peers ",
    "hold stays, as a node of Bitcoin stays with the one it saw first."),
  h("div", { class: "nn-bar" }, ui.button("Resolve", { do: "resolve" }, off(picture.busy))),
  progress(picture),
  h("div", { class: "nn-peers" }, picture.peers.peers.map((each, i) => peer(picture, ui, each, i))),
];

/* ---- a real header ---- */

function header(picture, ui) {
  const { fields, options, ...check } = picture.header;
  return [
    h("div", { class: "nn-bar" },
      ui.select("preset", "Real header", options),
      ui.button("Flip one bit of the Merkle root", { do: "flip" })),
    ui.text("header", "Header, 80 bytes in hexadecimal", { class: "nn-hash", rows: 4 }),
    fields && h("div", { class: check.meets ? "nn-block" : "nn-block nn-broken" }, h("dl", null,
      fields.map(({ part, bytes, meaning }) =>
        fact(part, h("code", { class: "nn-hash nn-bytes" }, bytes),
          h("span", null, "= ", "zeros" in meaning ? hash(meaning) : number(meaning)))),
      fact("Hash", hash(check.hash)), check.target && fact("Target", hash(check.target)),
      fact("Verdict", sign(check.meets, check.verdict)))),
    fields && h("p", null,
      check.expected && ["Hashes expected for such a target: ", number(check.expected), ". "],
      number(check.flipped), " ", check.compared, "."),
  ];
}

export default view((picture, ui) => [
  h("div", { class: "nn-row" },
    ui.choices("view", "View", picture.views),
    picture.view !== "header" && [
      ui.slider("difficulty", picture.difficulty.name, picture.difficulty),
      h("p", { class: "nn-note" },
        "The network's rule: a block takes ", number(picture.effort), " hashes on average. ",
        "Another rule means to mine all blocks again. After four blocks that came twice as fast ",
        "as one in ten minutes it asks for one bit more.")]),
  { chain, peers, header }[picture.view](picture, ui),
]);
