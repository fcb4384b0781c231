import { fact, h, hash, number, sentence, sign, table, view } from "../../stage/stage.js";
import { block, look, miner, off, progress } from "./blocks.js";

/* ---- one chain ---- */

function chain(picture, ui) {
  const { cost, work, sound, full, single, cards, report } = picture.chain;
  const { chain: where, run } = ui.state.mining ?? {};
  return [
    h("p", { class: "nn-cost" }, sentence(cost), " Work in the chain: ", number(work), "."),
    h(
      "div",
      { class: "nn-bar" },
      miner(
        picture,
        ui,
        "Mine from here",
        { run: true },
        where === 0 && run,
        picture.busy ? {} : off(sound),
      ),
      ui.button("Add block", { do: "add" }, off(full)),
      ui.button("Remove last block", { do: "remove" }, off(single)),
      ui.button("Verify", { do: "verify" }),
    ),
    progress(picture),
    h(
      "ol",
      { class: "nn-blocks" },
      cards.map((card) => block(picture, ui, card)),
    ),
    report && table(report),
  ];
}

/* ---- three peers ---- */

const copy = (ui, i, card) =>
  h(
    "li",
    { key: card.place, class: look(card) },
    h(
      "header",
      null,
      h("b", null, `Block ${card.place}`),
      sign(!card.broken, card.sign),
      card.alone && h("span", { class: "nn-alone" }, " ≠ others"),
    ),
    ui.text(["peers", i, card.place, "data"], null, {
      value: card.data,
      "aria-label": `${card.name} data`,
    }),
    h(
      "ul",
      null,
      card.payments.map((text, item) => h("li", { key: item }, text)),
    ),
    h(
      "dl",
      null,
      fact("Previous", hash(card.previous)),
      fact("Nonce", number(card.nonce)),
      fact("Hash", hash(card.hash)),
    ),
  );

const peer = (picture, ui, { name, sound, sign: words, work, spent, full, cards }, i) =>
  h(
    "section",
    { key: i, "aria-label": name },
    h("header", null, h("b", null, name), sign(sound, words)),
    h("p", null, "Work: ", number(work), ". Hashes spent: ", number(spent), "."),
    h(
      "div",
      { class: "nn-bar" },
      miner(
        picture,
        ui,
        `${name} mine`,
        { chain: i + 1, run: true },
        ui.state.mining?.chain === i + 1,
        picture.busy ? {} : off(sound),
      ),
      ui.button(
        "Add block",
        { do: "add", chain: i + 1 },
        { "aria-label": `${name} add block`, ...off(picture.busy || full) },
      ),
    ),
    h(
      "ol",
      { class: "nn-blocks" },
      cards.map((card) => copy(ui, i, card)),
    ),
    h(
      "ul",
      { class: "nn-orphans" },
      picture.peers.orphans
        .filter((orphan) => orphan.peer === i)
        .map((orphan) =>
          h(
            "li",
            { key: orphan.place },
            h("b", null, "✗ Orphaned: "),
            orphan.text,
            hash(orphan.hash),
          ),
        ),
    ),
  );

const peers = (picture, ui) => [
  h(
    "p",
    { class: "nn-note" },
    "Resolve: all take the valid chain with the most work. On a tie the copy that more peers ",
    "hold stays, as a node of Bitcoin stays with the one it saw first.",
  ),
  h("div", { class: "nn-bar" }, ui.button("Resolve", { do: "resolve" }, off(picture.busy))),
  progress(picture),
  h(
    "div",
    { class: "nn-peers" },
    picture.peers.peers.map((each, i) => peer(picture, ui, each, i)),
  ),
];

/* ---- a real header ---- */

function header(picture, ui) {
  const { fields, options, ...check } = picture.header;
  return [
    h(
      "div",
      { class: "nn-bar" },
      ui.select("preset", "Real header", options),
      ui.button("Flip one bit of the Merkle root", { do: "flip" }),
    ),
    ui.text("header", "Header, 80 bytes in hexadecimal", { class: "nn-hash", rows: 4 }),
    fields &&
      h(
        "div",
        { class: check.meets ? "nn-block" : "nn-block nn-broken" },
        h(
          "dl",
          null,
          fields.map(({ part, bytes, meaning }) =>
            fact(
              part,
              h("code", { class: "nn-hash nn-bytes" }, bytes),
              h("span", null, "= ", "zeros" in meaning ? hash(meaning) : number(meaning)),
            ),
          ),
          fact("Hash", hash(check.hash)),
          check.target && fact("Target", hash(check.target)),
          fact("Verdict", sign(check.meets, check.verdict)),
        ),
      ),
    fields &&
      h(
        "p",
        null,
        check.expected && ["Hashes expected for such a target: ", number(check.expected), ". "],
        number(check.flipped),
        " ",
        check.compared,
        ".",
      ),
  ];
}

export default view((picture, ui) => [
  h(
    "div",
    { class: "nn-row" },
    ui.choices("view", "View", picture.views),
    picture.view !== "header" && [
      ui.slider("difficulty", picture.difficulty.name, picture.difficulty),
      h(
        "p",
        { class: "nn-note" },
        "The network's rule: a block takes ",
        number(picture.effort),
        " hashes on average. ",
        "Another rule means to mine all blocks again. After four blocks that came twice as fast ",
        "as one in ten minutes it asks for one bit more.",
      ),
    ],
  ),
  { chain, peers, header }[picture.view](picture, ui),
]);
