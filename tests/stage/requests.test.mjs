/* stage.js: what a widget asks of Python, and when. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { type } from "./dom.mjs";
import { answered, JUMP, START, wait, widget } from "./widget.mjs";

test("a widget at rest asks nothing", () => {
  const { sent, status, busy } = widget();
  assert.deepEqual([sent.length, status(), busy()], [0, "Still.", "false"]);
});

test("an event goes without a state, which is the host's, with the time since the last", () => {
  const { sent, press, answer } = widget();
  wait(40);
  press("Flip");
  assert.deepEqual(
    { ...sent[0], request: "" },
    { event: { do: "flip", bit: 3 }, elapsed: 40, request: "" },
  );
  answer(answered({ state: { ...START, y: 4 } }));
  wait(8);
  press("Flip");
  assert.deepEqual(["state" in sent[1], sent[1].elapsed], [false, 8]);
  assert.notEqual(sent[1].request, sent[0].request);
});

test("one request at a time: deeds wait in their order, and none is lost", () => {
  const { events, sent, press, answer, busy } = widget();
  press("Flip");
  press("Flip");
  press("Jump");
  press("Flip");
  assert.deepEqual([sent.length, busy()], [1, "true"]);
  for (let n = 2; n <= 4; n++) {
    answer();
    assert.equal(sent.length, n);
  }
  answer();
  const flip = { do: "flip", bit: 3 };
  assert.deepEqual(events(), [flip, flip, JUMP, flip]);
  assert.equal(busy(), "false");
});

test("of one control the latest value wins; of several the order holds", () => {
  const { events, slide, el, answer } = widget();
  const data = el.querySelector('input[type="text"]');
  for (const y of [2, 3, 4]) slide(y);
  type(data, "c");
  type(data, "cd");
  slide(5);
  for (let n = 0; n < 4; n++) answer();
  const set = (path, to) => ({ set: path, to });
  const path = ["blocks", 1, "data"];
  assert.deepEqual(events(), [set(["y"], 2), set(["y"], 4), set(path, "cd"), set(["y"], 5)]);
});

test("a value that merges does not write into the event of a button", () => {
  const { events, press, slide, answer } = widget();
  press("Flip");
  press("Jump");
  slide(2);
  answer();
  assert.deepEqual(
    [events()[1], JUMP],
    [
      { set: ["y"], to: 2 },
      { set: ["y"], to: 9 },
    ],
  );
});

test("an answer to another request does not end the wait", () => {
  const { sent, press, answer, busy } = widget();
  press("Flip");
  press("Flip");
  answer(answered(), "of another widget");
  assert.deepEqual([sent.length, busy()], [1, "true"]);
});

test("while a picture is busy it asks again, and what the reader does comes first", () => {
  const { events, sent, press, answer, busy } = widget(answered({}, { busy: true }));
  assert.deepEqual([sent.length, events()[0], busy()], [1, undefined, "false"]);
  press("Flip");
  assert.equal(busy(), "true");
  answer(answered({}, { busy: true }));
  answer(answered({}, { busy: true }));
  assert.deepEqual(events(), [undefined, { do: "flip", bit: 3 }, undefined]);
  answer();
  assert.equal(sent.length, 3);
});

test("a control shows what was done to it until Python has answered", () => {
  const { el, slide, answer } = widget();
  const shown = () =>
    [...el.querySelectorAll('[type="range"], [type="number"]')].map((box) => box.value);
  slide(2);
  slide(7);
  answer(answered({ state: { ...START, y: 2 } }));
  assert.deepEqual(shown(), ["7", "7"]);
  answer(answered({ state: { ...START, y: 6 } }));
  assert.deepEqual(shown(), ["6", "6"]);
});

test("reset drops what waits and goes back to the author's state", () => {
  const { sent, press, answer } = widget(answered({ state: { ...START, y: 8 } }));
  press("Flip");
  press("Flip");
  press("Reset");
  answer();
  answer();
  assert.equal(sent.length, 2);
  assert.deepEqual([sent[1].state, sent[1].event], [START, undefined]);
});

test("a link goes to its state, and what runs there is not started", () => {
  const { sent, press, answer, call } = widget();
  press("Flip");
  press("Flip");
  call("go", { y: 3 });
  answer();
  answer();
  assert.equal(sent.length, 2);
  assert.deepEqual([sent[1].state, sent[1].event], [{ y: 3 }, { do: "stop" }]);
});
