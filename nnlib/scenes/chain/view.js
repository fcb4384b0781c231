import { h, view, number, table } from "./stage.js";

const sentence = (parts) => parts.map((part) => (part.name ? number(part) : part));
const sign = (good, text) => h("span", { class: good ? "nn-sign nn-good" : "nn-sign nn-bad" },
  good ? "✓ " : "✗ ", text ?? "");
const named = (q, ...nodes) => h("span", { "data-name": q.name, "data-number": q.value }, nodes);

/* A hash, whole for copying, ears and tests, cut by CSS where it does not fit. */
const hash = (q, attrs) => h("code", { class: "nn-hash", "data-name": q.name, "data-hash": q.value, ...attrs },
  h("b", null, q.zeros), q.rest);
const fact = (term, ...nodes) => [h("dt", null, term), h("dd", null, nodes)];

const progress = (frame) => h("p", { class: "nn-progress" }, sentence(frame.mining ?? []));

/* The button that starts a search becomes the one that stops it, and keeps the focus. */
function miner(frame, ui, name, edit, here, attrs) {
  const stop = frame.busy && here;
  return ui.button(stop ? "Stop" : name, stop ? { action: "stop" } : { action: "mine", ...edit },
    { class: stop ? "nn-mine nn-stop" : "nn-mine", ...off(frame.busy && !here), ...attrs });
}

const look = (card) => `nn-block${card.broken ? " nn-broken" : ""}${card.linked ? "" : " nn-loose"}`;
/* What cannot be done now stays in its place and keeps the focus, but does nothing. */
const off = (yes) => (yes ? { "aria-disabled": "true", onclick: null } : {});
const search = (frame) => frame.inputs.mining ?? {};

function payment(ui, name, key, [sender, receiver, amount], block, item) {
  const label = `${name} transaction ${item + 1}`;
  return h("div", { key: `pay ${item}`, class: "nn-pay" },
    ui.text(`${key} ${item} sender`, null, { value: sender, "aria-label": `${label} sender`, placeholder: "new coins" }),
    "→", ui.text(`${key} ${item} receiver`, null, { value: receiver, "aria-label": `${label} receiver` }),
    ui.number(`${key} ${item} amount`, null, { value: amount, min: 0, step: 1, "aria-label": `${label} amount` }),
    ui.button("×", { action: "unpay", block, item }, { "aria-label": `Remove ${label}`, title: "Remove" }));
}

/* The Merkle tree, leaves left, root right: the way of the proof is filled, what it needs is framed. */
function merkle(frame, ui, name) {
  const { levels, records } = frame.chain.tree;
  const wide = 84, tall = 30, middle = (level, i) => ((2 * i + 1) * 2 ** level * tall) / 2;
  const height = levels[0].length * tall, width = levels.length * (wide + 26) - 26;
  const y = (level, i) => Math.min(middle(level, i), height - tall / 2);
  return h("div", { class: "nn-tree" },
    ui.select("leaf", `Prove that ${name} holds`, records, { value: frame.chain.tree.leaf }),
    h("svg", { viewBox: `-1 -1 ${width + 2} ${height + 2}`, role: "img", style: `max-width:${width}px`,
        "aria-label": `Merkle tree of ${name}, ${records.length} leaves. ${frame.chain.tree.table.caption}` },
      levels.map((nodes, level) => nodes.map((node, i) => [
        level + 1 < levels.length && h("path", { key: `line ${level} ${i}`, class: node.mark && "nn-path",
          d: `M${level * (wide + 26) + wide} ${y(level, i)}L${(level + 1) * (wide + 26)} ${y(level + 1, i >> 1)}` }),
        h("g", { key: `node ${level} ${i}`, class: `nn-${node.mark || "rest"}` },
          h("rect", { x: level * (wide + 26), y: y(level, i) - 11, width: wide, height: 22, rx: 4 }),
          h("text", { x: level * (wide + 26) + wide / 2, y: y(level, i) + 4, "text-anchor": "middle" }, node.text))]))),
    table(frame.chain.tree.table));
}

function block(frame, ui, card) {
  const { place, name } = card, key = `0 ${place}`, { chain, block: at, run } = search(frame);
  const open = frame.chain.tree?.place === place;
  const whole = (field, max) => named(card[field], ui.number(`${key} ${field}`, null,
    { value: card[field].value, min: 0, max, step: 1, "aria-label": `${name} ${field}`, class: `nn-${field}` }));
  return h("li", { key: place, class: look(card) },
    h("header", null, h("b", null, name), sign(!card.broken, card.sign),
      card.reason && h("span", { class: "nn-reason" }, card.reason)),
    h("dl", null,
      fact("Data", ui.text(`${key} data`, null, { value: card.data, "aria-label": `${name} data` })),
      fact("Transactions",
        card.transactions.map((each, item) => payment(ui, name, key, each, place, item)),
        ui.button("Add transaction", { action: "pay", block: place },
          { "aria-label": `Add transaction to block ${place}`, ...off(card.full) }),
        ui.button("Merkle tree", { tree: open ? null : place },
          { "aria-label": `Merkle tree of block ${place}`, "aria-expanded": String(open) }),
        open && merkle(frame, ui, name)),
      fact("Merkle root", hash(card.merkle)),
      fact(["Previous", sign(card.linked)],
        ui.text(`${key} previous`, null, { value: card.previous.value, class: "nn-hash", "aria-label": `${name} previous hash` })),
      fact("Time", whole("time"), h("small", null, card.date)),
      fact("Difficulty", whole("difficulty", frame.most),
        h("small", null, "bits; the rule says ", number(card.due), ", the hash has ", number(card.zeros))),
      fact("Nonce", whole("nonce"), miner(frame, ui, `Mine block ${place}`, { block: place },
        chain === 0 && at === place && !run)),
      fact("Hash", hash(card.hash))));
}

const chain = (frame, ui) => [
  h("p", { class: "nn-cost" }, sentence(frame.chain.cost), " Work in the chain: ", number(frame.chain.work), "."),
  h("div", { class: "nn-bar" },
    miner(frame, ui, "Mine from here", { run: true }, search(frame).chain === 0 && search(frame).run,
      frame.busy ? {} : off(frame.chain.sound)),
    ui.button("Add block", { action: "add" }, off(frame.chain.full)),
    ui.button("Remove last block", { action: "remove" }, off(frame.chain.single)),
    ui.button("Verify", { action: "verify" })),
  progress(frame),
  h("ol", { class: "nn-blocks" }, frame.chain.cards.map((card) => block(frame, ui, card))),
  frame.chain.report && table(frame.chain.report),
];

const peers = (frame, ui) => [
  h("p", { class: "nn-note" }, "Resolve: all take the valid chain with the most work. On a tie the copy that more peers ",
    "hold stays, as a node of Bitcoin stays with the one it saw first."),
  h("div", { class: "nn-bar" }, ui.button("Resolve", { action: "resolve" }, off(frame.busy))),
  progress(frame),
  h("div", { class: "nn-peers" }, frame.peers.peers.map((peer, i) =>
    h("section", { key: i, "aria-label": peer.name },
      h("header", null, h("b", null, peer.name), sign(peer.sound, peer.sign)),
      h("p", null, "Work: ", number(peer.work), ". Hashes spent: ", number(peer.spent), "."),
      h("div", { class: "nn-bar" },
        miner(frame, ui, `${peer.name} mine`, { chain: i + 1, run: true }, search(frame).chain === i + 1,
          frame.busy ? {} : off(peer.sound)),
        ui.button("Add block", { action: "add", chain: i + 1 },
          { "aria-label": `${peer.name} add block`, ...off(frame.busy || peer.full) })),
      h("ol", { class: "nn-blocks" }, peer.cards.map((card) =>
        h("li", { key: card.place, class: look(card) },
          h("header", null, h("b", null, `Block ${card.place}`), sign(!card.broken, card.sign), card.alone && h("span", { class: "nn-alone" }, " ≠ others")),
          ui.text(`${i + 1} ${card.place} data`, null, { value: card.data, "aria-label": `${card.name} data` }),
          h("ul", null, card.payments.map((text, item) => h("li", { key: item }, text))),
          h("dl", null, fact("Previous", hash(card.previous)), fact("Nonce", number(card.nonce)),
            fact("Hash", hash(card.hash)))))),
      h("ul", { class: "nn-orphans" }, frame.peers.orphans.filter((orphan) => orphan.peer === i).map((orphan) =>
        h("li", { key: orphan.place }, h("b", null, "✗ Orphaned: "), orphan.text, hash(orphan.hash))))))),
];

function header(frame, ui) {
  const { fields, options, ...check } = frame.header;
  return [
    h("div", { class: "nn-bar" },
      ui.select("preset", "Real header", options),
      ui.button("Flip one bit of the Merkle root", { action: "flip" })),
    ui.text("header", "Header, 80 bytes in hexadecimal", { class: "nn-hash", rows: 4 }),
    fields && h("div", { class: check.meets ? "nn-block" : "nn-block nn-broken" }, h("dl", null,
      fields.map(({ part, bytes, meaning }) => fact(part, h("code", { class: "nn-hash nn-bytes" }, bytes),
        h("span", null, "= ", meaning.text ? number(meaning) : hash(meaning)))),
      fact("Hash", hash(check.hash)), check.target && fact("Target", hash(check.target)),
      fact("Verdict", sign(check.meets, check.verdict)))),
    fields && h("p", null, check.expected && ["Hashes expected for such a target: ", number(check.expected), ". "],
      number(check.flipped), " ", check.compared, "."),
  ];
}

export default view("chain", "Chain builder", (frame, ui) => [
  h("div", { class: "nn-row" },
    ui.choices("view", "View", frame.views),
    frame.view !== "header" && [
      ui.slider("difficulty", "Difficulty", { min: 0, max: frame.bits, step: 1 }),
      h("p", { class: "nn-note" }, "The network's rule: a block takes ", number(frame.effort), " hashes on average. ",
        "Another rule means to mine all blocks again. After four blocks that came twice as fast as one in ten minutes ",
        "it asks for one bit more.")]),
  { chain, peers, header }[frame.view](frame, ui),
]);
