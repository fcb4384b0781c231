/* patch of elements.js: the document becomes any description, whatever stood there before. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { h, patch } from "../../nnlib/stage/elements.js";
import { HTML, place, SVG } from "./dom.mjs";

function dice(seed) {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function grow(roll, depth) {
  const keys = [1, 2, 3, 4, 5].sort(() => roll(3) - 1);
  return Array.from({ length: roll(5) }, () => {
    if (roll(4) === 0) return [`text ${roll(3)}`, null, roll(100), false][roll(4)];
    const attrs = {
      class: [`c${roll(3)}`, null, undefined, 7][roll(4)],
      hidden: [true, false][roll(2)],
      key: roll(2) ? keys.pop() : undefined,
    };
    if (roll(2)) attrs[`data-${roll(3)}`] = roll(2);
    return h(["p", "b", "svg", "path"][roll(4)], attrs, depth ? grow(roll, depth - 1) : []);
  });
}

/* What stands in a document, and what a description asks for, in the same words. */
function found(node) {
  if (node.nodeType === 3) return node.data;
  const attrs = [...node.attributes].map(({ name, value }) => [name, value]).sort();
  return [node.localName, node.namespaceURI, attrs, texts([...node.childNodes].map(found))];
}
function asked(kid, space) {
  if (!kid.tag) return String(kid);
  const own = kid.tag === "svg" ? SVG : space;
  const attrs = Object.entries(kid.attrs)
    .filter(([name, value]) => name !== "key" && value != null && value !== false)
    .map(([name, value]) => [name, value === true ? "" : String(value)]);
  return [kid.tag, own, attrs.sort(), texts(kid.kids.map((each) => asked(each, own)))];
}
/* The parts, neighboring texts made one. */
function texts(parts) {
  const whole = [];
  for (const part of parts) {
    const joined = typeof part === "string" && typeof whole.at(-1) === "string";
    if (joined) whole[whole.length - 1] += part;
    else if (part !== "") whole.push(part);
  }
  return whole;
}

test("the document becomes any description, whatever stood there", () => {
  for (let seed = 1; seed <= 150; seed++) {
    const roll = dice(seed);
    const el = place();
    for (let turn = 0; turn < 4; turn++) {
      const { kids } = h("div", null, grow(roll, 3));
      const before = new Map([...el.childNodes].map((node) => [node.nnKey, node]));
      patch(el, kids);
      const wanted = texts(kids.map((kid) => asked(kid, HTML)));
      assert.deepEqual(texts([...el.childNodes].map(found)), wanted, `seed ${seed}, turn ${turn}`);
      kids.forEach((kid, i) => {
        const old = kid.attrs?.key && before.get(kid.attrs.key);
        if (old && old.localName === kid.tag) assert.ok(el.childNodes[i] === old, `seed ${seed}`);
      });
    }
  }
});
