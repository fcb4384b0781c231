/* stage.js: what the reader is told, and what stays in the boxes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fire, type } from "./dom.mjs";
import { answered, START, wait, widget } from "./widget.mjs";

test("what Python refuses stays in its box, beside the sentence that says why", async () => {
  const { el, answer, status } = widget();
  const data = el.querySelector('input[type="text"]');
  type(data, "oh");
  answer(answered({ errors: { "blocks.1.data": "No." } }));
  assert.equal(status(), "No. Still.");
  data.blur();
  await null;
  assert.deepEqual([data.value, data.getAttribute("aria-invalid")], ["oh", "true"]);
  assert.equal(document.getElementById(data.getAttribute("aria-describedby")).textContent, "No.");
  type(data, "b");
  answer();
  assert.equal(data.hasAttribute("aria-invalid"), false);
});

test("a paste that is too long is refused unread, one that fits is not", () => {
  const { el, sent, status, press, answer } = widget();
  const data = el.querySelector('input[type="text"]');
  function paste(text, from, to) {
    let prevented = false;
    data.setSelectionRange(from, to);
    const more = {
      clipboardData: { getData: () => text },
      preventDefault: () => {
        prevented = true;
      },
    };
    fire(data, "paste", more);
    return prevented;
  }
  assert.equal(paste("1234", 1, 1), false);
  assert.equal(paste("12345", 0, 1), false);
  assert.equal(status(), "Still.");
  assert.equal(paste("12345", 1, 1), true);
  const why = "Data takes at most 5 characters.";
  assert.deepEqual([status(), data.getAttribute("aria-invalid"), sent.length], [why, "true", 0]);
  press("Flip");
  answer();
  wait(300);
  assert.deepEqual([status(), data.hasAttribute("aria-invalid")], ["Still.", false]);
});

test("a box left behind shows the value that holds", async () => {
  const { el, answer } = widget();
  const data = el.querySelector('input[type="text"]');
  type(data, "12");
  answer(answered({ state: { ...START, blocks: [{ data: "a" }, { data: "1" }] } }));
  assert.equal(data.value, "12");
  data.blur();
  await null;
  assert.equal(data.value, "1");
});

test("an error is told, the last good picture stays, and the next event is asked again", () => {
  const { el, sent, press, answer, status } = widget(answered({}, { busy: true }));
  press("Flip");
  answer(answered({}, { shown: "good", busy: true }));
  answer({ error: "Python reports KeyError: 3" });
  wait(300);
  assert.equal(status(), "Python reports KeyError: 3 Still.");
  assert.equal(el.querySelector("output").textContent, "good");
  assert.ok(el.querySelector('[role="status"]').className.includes("nn-error"));
  assert.equal(sent.length, 2, "a busy picture that fails is not asked on and on");
  press("Flip");
  assert.deepEqual(sent[2].event, { do: "flip", bit: 3 });
  answer(answered({}, { status: "Well again." }));
  wait(300);
  assert.equal(status(), "Well again.");
  assert.equal(el.querySelector('[role="status"]').className, "nn-status");
});

test("the host's word is told at once, and gone with the next answer", () => {
  const { press, answer, call, status } = widget();
  press("Flip");
  call("tell", "Python is loading.");
  assert.equal(status(), "Python is loading. Still.");
  answer();
  wait(300);
  assert.equal(status(), "Still.");
});

test("of many quick answers the first is announced, and the last", () => {
  const { slide, answer, status } = widget();
  const told = [];
  for (const y of [2, 3, 4, 5, 6, 7, 8]) {
    slide(y);
    answer(answered({}, { status: `y is ${y}.` }));
    told.push(status());
    wait(100);
  }
  wait(300);
  assert.deepEqual(
    [...told, status()],
    [2, 2, 2, 2, 2, 2, 2, 8].map((y) => `y is ${y}.`),
  );
});

test("a link is copied, or shown where nothing can be copied", async () => {
  const link = (state) => `https://book.example/#w=${state.y}`;
  const { el, press, status } = widget(answered(), { link });
  const copied = [];
  const clipboard = { writeText: async (text) => copied.push(text) };
  Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
  press("Copy link");
  await null;
  assert.deepEqual([copied, status()], [["https://book.example/#w=1"], "Link copied."]);
  clipboard.writeText = async () => {
    throw new Error("not allowed");
  };
  press("Copy link");
  await new Promise(setImmediate);
  assert.equal(status(), "Copy the link from the box.");
  assert.equal(el.querySelector("input[readonly]").value, "https://book.example/#w=1");
});

test("what waited to be said does not cover what was said since", async () => {
  const { press, answer, status } = widget(answered(), { link: () => "#w=1" });
  const clipboard = { writeText: async () => {} };
  Object.defineProperty(navigator, "clipboard", { value: clipboard, configurable: true });
  press("Flip");
  answer(answered({}, { status: "First." }));
  press("Flip");
  answer(answered({}, { status: "Second." })); // which waits, being so near to the first
  press("Copy link");
  await null;
  wait(300);
  assert.equal(status(), "Link copied.");
});

test("without links of the host there is no button for them", () => {
  assert.deepEqual(
    [...widget().el.querySelectorAll("button")].map((each) => each.textContent),
    ["Flip", "Jump", "Reset"],
  );
});

test("in the end nothing listens and no timer runs", async () => {
  const { el, heard, end, press, answer, status } = widget();
  press("Flip");
  answer(answered({}, { status: "First." }));
  press("Flip");
  answer(answered({}, { status: "Second." }));
  end();
  assert.equal(heard.size, 0);
  wait(1000);
  assert.equal(status(), "First.");
  el.querySelector('input[type="text"]').value = "left";
  fire(el.querySelector('input[type="text"]'), "focusout");
  await null;
  assert.equal(el.querySelector('input[type="text"]').value, "left");
});
