/* adopt of elements.js: what the build has drawn comes alive. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { adopt, h, patch } from "../../nnlib/stage/elements.js";
import { items, place, same, type } from "./dom.mjs";

test("what the build drew comes alive in its place, and keeps the focus", () => {
  const heard = [];
  const picture = [
    h(
      "section",
      { class: "nn" },
      h("p", null, "Status: ", h("b", null, 1), " done"),
      null,
      h("ul", { tabindex: 0 }, items("ab")),
      h("svg", null, h("path", { d: "M0 0" })),
      h("button", { onclick: () => heard.push("click") }, "Go"),
      h("input", { value: 5 }),
    ),
  ];
  const el = place();
  el.innerHTML = `<section class="nn"><p>Status: <b>1</b> done</p>
    <ul tabindex="0"><li>a</li><li>b</li></ul><svg><path d="M0 0"></path></svg>
    <button disabled>Go</button><input disabled value="4"></section>`;
  const before = [...el.querySelectorAll("*")];
  const list = el.querySelector("ul");
  const box = el.querySelector("input");
  box.disabled = false;
  type(box, "56");
  adopt(el, picture);
  patch(el, picture);
  same([...el.querySelectorAll("*")], before);
  same([document.activeElement], [box]);
  assert.equal(el.querySelectorAll("[disabled]").length, 0);
  assert.equal(el.querySelector("p").textContent, "Status: 1 done");
  assert.equal(box.value, "56");
  box.blur();
  patch(el, picture);
  assert.equal(box.value, "5");
  el.querySelector("button").click();
  assert.deepEqual(heard, ["click"]);
  patch(list, items("ba"));
  same([list.firstChild], [before.find((node) => node.innerHTML === "b")]);
});

test("where the build drew another thing, what is described stands in the end", () => {
  const picture = () => [
    h("div", { class: "nn" }, h("p", null, "new"), h("ul", null), h("b", null, "end")),
  ];
  for (const old of [
    "",
    "text",
    "<p>old</p>",
    '<div class="old"><ul></ul><i>gone</i></div><p>too many</p>',
  ]) {
    const el = place();
    el.innerHTML = old;
    adopt(el, picture());
    patch(el, picture());
    assert.equal(el.querySelectorAll("p, ul, b, i").length, 3, old);
    assert.equal(el.firstChild.innerHTML, "<p>new</p><ul></ul><b>end</b>", old);
  }
});
