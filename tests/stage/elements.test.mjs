/* elements.js: the document becomes what is described, and keeps what the reader has in hand. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { h, patch } from "../../nnlib/stage/elements.js";
import { drawn, HTML, items, moved, SVG, same, type } from "./dom.mjs";

test("lists may stand in lists", () => {
  assert.equal(
    drawn(h("ul", null, [[items("a"), [[items("b")]]], "c"])).innerHTML,
    "<ul><li>a</li><li>b</li>c</ul>",
  );
});

test("the same description touches nothing", () => {
  const picture = () => [
    h("p", { class: "a", hidden: true }, "one ", 2, null),
    ...items("abc"),
    h("svg", null, h("path", { d: "M0 0" })),
    h("input", { value: 3, checked: true }),
  ];
  const el = drawn(...picture());
  assert.equal(moved(el, () => patch(el, picture())).length, 0);
});

/* ---- keys ---- */

test("what is new or gone moves no neighbor with a key", () => {
  const el = drawn(...items("abc"));
  const [a, b, c] = el.children;
  assert.equal(moved(el, () => patch(el, items("xabyc"))).length, 2);
  assert.equal(moved(el, () => patch(el, items("bc"))).length, 3);
  same([...el.children], [b, c]);
  patch(el, items("cab"));
  same([el.children[0], el.children[2]], [c, b]);
  assert.ok(el.children[1] !== a, "what was gone is made anew");
});

test("moved elements are the same elements, with what was typed in them", () => {
  const box = (key) => h("input", { key, "aria-label": key });
  const el = drawn(...["a", "b", "c"].map(box));
  const typed = el.children[2];
  typed.value = "kept";
  patch(el, ["c", "a", "b"].map(box));
  same([el.children[0]], [typed]);
  assert.equal(typed.value, "kept");
});

test("the focus stays where others come and go, and while text changes beside it", () => {
  const boxes = (keys, text) =>
    [...keys].map((key) => h("p", { key }, text, h("input", { id: key })));
  const el = drawn(...boxes("abc", "before"));
  el.querySelector("#b").focus();
  for (const keys of ["abc", "bc", "xbc", "xyzb", "b", "abcd"]) {
    patch(el, boxes(keys, keys));
    same([document.activeElement], [el.querySelector("#b")], keys);
  }
});

test("of one key and another tag a new element is made, in its place", () => {
  const el = drawn(h("p", { key: 1 }, "p"), h("b", { key: 2 }));
  const bold = el.children[1];
  patch(el, [h("ul", { key: 1 }), h("b", { key: 2 })]);
  assert.deepEqual(
    [...el.children].map((node) => node.localName),
    ["ul", "b"],
  );
  same([el.children[1]], [bold]);
});

test("null holds the place of what may come", () => {
  const el = drawn(h("div", null, null, h("p", null, "stays"), false));
  const paragraph = el.querySelector("p");
  patch(el, [h("div", null, h("b", null, "came"), h("p", null, "stays"), "text")]);
  assert.equal(el.innerHTML, "<div><b>came</b><p>stays</p>text</div>");
  same([el.querySelector("p")], [paragraph]);
});

test("of one key and another tag, moved besides, nothing is lost", () => {
  const el = drawn(h("p", { key: 4 }), h("p", { key: 3 }), h("p", null));
  patch(el, [h("b", { key: 3 }), h("p", { key: 2 }), h("p", { key: 4 })]);
  assert.equal(el.innerHTML, "<b></b><p></p><p></p>");
});

/* ---- what the reader can change ---- */

test("what is being typed is left alone; left behind, the box shows what holds", () => {
  const el = drawn(h("input", { value: "1" }));
  const box = el.firstChild;
  type(box, "12");
  patch(el, [h("input", { value: "1" })]);
  assert.equal(box.value, "12");
  box.blur();
  patch(el, [h("input", { value: "1" })]);
  assert.equal(box.value, "1");
  type(box, "refused");
  box.blur();
  patch(el, [h("input", { value: undefined })]);
  assert.equal(box.value, "refused");
});

test("a choice is what the picture says, even with the focus on it", () => {
  const select = (value) =>
    h(
      "select",
      { value },
      ["x", "y"].map((each) => h("option", { value: each, selected: each === value }, each)),
    );
  const el = drawn(select("y"));
  assert.equal(el.firstChild.value, "y");
  el.firstChild.focus();
  el.firstChild.value = "x";
  patch(el, [select("y")]);
  assert.equal(el.firstChild.value, "y");
});

test("a check box is what the picture says, if it says anything", () => {
  const check = (checked) => h("input", { type: "checkbox", checked });
  const el = drawn(check(false));
  const box = el.firstChild;
  box.click();
  patch(el, [check(false)]);
  assert.equal(box.checked, false);
  box.click();
  patch(el, [check(undefined)]);
  assert.equal(box.checked, true);
});

/* ---- attributes, listeners, namespaces ---- */

test("attributes are set, changed and removed", () => {
  const el = drawn(h("p", { a: 1, b: true, c: false, d: null, e: "", f: "old" }));
  const attributes = () =>
    [...el.firstChild.attributes].map(({ name, value }) => [name, value]).sort();
  assert.deepEqual(attributes(), [
    ["a", "1"],
    ["b", ""],
    ["e", ""],
    ["f", "old"],
  ]);
  patch(el, [h("p", { a: 2, b: false, c: true, f: undefined })]);
  assert.deepEqual(attributes(), [
    ["a", "2"],
    ["c", ""],
  ]);
  patch(el, [h("p", null)]);
  assert.deepEqual(attributes(), []);
});

test("a listener is replaced by the next, and gone when it is not asked for", () => {
  const heard = [];
  const button = (name) => h("button", name && { onclick: () => heard.push(name) });
  const el = drawn(button("first"));
  for (const name of ["first", "second", null]) {
    patch(el, [button(name)]);
    el.firstChild.click();
  }
  assert.deepEqual(heard, ["first", "second"]);
});

test("svg and all that is in it is SVG, later children too", () => {
  const el = drawn(h("svg", null, h("g", null)), h("p", null));
  patch(el, [
    h("svg", { viewBox: "0 0 1 1" }, h("g", null, h("linearGradient", { gradientUnits: "x" }))),
    h("p", null, h("b", null)),
  ]);
  const [picture, paragraph] = el.children;
  for (const node of [picture, ...picture.querySelectorAll("*")])
    assert.equal(node.namespaceURI, SVG);
  assert.equal(picture.firstChild.firstChild.localName, "linearGradient");
  assert.equal(picture.getAttribute("viewBox"), "0 0 1 1");
  for (const node of [paragraph, paragraph.firstChild]) assert.equal(node.namespaceURI, HTML);
});
