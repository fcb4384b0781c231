/* A document for tests: happy-dom knows focus, what is typed and namespaces, as a browser does. */

import assert from "node:assert/strict";
import { Window } from "happy-dom";
import { h, patch } from "../../nnlib/stage/elements.js";

const window = new Window();
globalThis.document = window.document;

/* An empty element of the document, alone there. */
export function place() {
  const el = document.createElement("div");
  document.body.replaceChildren(el);
  return el;
}

export const fire = (node, type, more = {}) =>
  node.dispatchEvent(Object.assign(new window.Event(type, { bubbles: true }), more));

/* Type into a box that has the focus. */
export function type(box, value) {
  box.focus();
  box.value = value;
  fire(box, "input");
}

/* What patch() and its kind do to `el` while `change` runs: the nodes that come and go. */
export function moved(el, change) {
  const seen = [];
  const watch = new window.MutationObserver(() => {});
  watch.observe(el, { childList: true, subtree: true, attributes: true, characterData: true });
  change();
  for (const { type, addedNodes, removedNodes, attributeName } of watch.takeRecords())
    seen.push([type, ...(attributeName ? [attributeName] : [...addedNodes, ...removedNodes])]);
  watch.disconnect();
  return seen;
}

export const SVG = "http://www.w3.org/2000/svg";
export const HTML = "http://www.w3.org/1999/xhtml";

/* Check that these are the same nodes; assert.equal would print the whole document if not. */
export const same = (found, wanted, message) =>
  assert.ok(
    found.length === wanted.length && found.every((node, i) => node === wanted[i]),
    message,
  );

export function drawn(...kids) {
  const el = place();
  patch(el, kids);
  return el;
}
export const items = (keys) => [...keys].map((key) => h("li", { key }, key));
