/* A widget for tests: a small view, drawn into a document, and a host that answers when told to. */

import { mock } from "node:test";
import { h, view } from "../../nnlib/stage/stage.js";
import { fire, place } from "./dom.mjs";

let clock = 10_000; // milliseconds
mock.method(performance, "now", () => clock);
mock.timers.enable({ apis: ["setTimeout"] });

export function wait(milliseconds) {
  clock += milliseconds;
  mock.timers.tick(milliseconds);
}

export const JUMP = { set: ["y"], to: 9 };
export const START = { y: 1, blocks: [{ data: "a" }, { data: "b" }] };
export const answered = (more = {}, picture = {}) => ({
  state: START,
  errors: {},
  picture: { status: "Still.", shown: "start", ...picture },
  ...more,
});

const trial = view((picture, ui) => [
  ui.slider("y", "y", { min: 0, max: 10 }),
  ui.text(["blocks", 1, "data"], "Data", { maxlength: 5 }),
  ui.button("Flip", { do: "flip", bit: 3 }),
  ui.button("Jump", JUMP),
  h("output", null, picture.shown),
]);

/* `sent`: what it asked of its host; answer() answers the last; call() is the host's own word. */
export function widget(first = answered(), more = {}) {
  const el = place();
  const heard = new Map();
  const sent = [];
  const values = { scene: "trial", title: "Trial", initial: START, answer: first };
  const model = {
    get: (name) => values[name],
    on: (name, listener) => heard.set(name, listener),
    off: (name, listener) => heard.get(name) === listener && heard.delete(name),
    send: (message) => sent.push(message),
    ...more,
  };
  const end = trial.render({ model, el });
  const call = (name, value) => heard.get(name)(value);
  return {
    el,
    heard,
    sent,
    end,
    call,
    events: () => sent.map(({ event }) => event),
    answer(next = answered(), request = sent.at(-1).request) {
      values.answer = { ...next, request };
      call("change:answer");
    },
    status: () => el.querySelector('[role="status"]').textContent,
    busy: () => el.firstElementChild.getAttribute("aria-busy"),
    press: (name) =>
      [...el.querySelectorAll("button")].find((button) => button.textContent === name).click(),
    slide(y) {
      const slider = el.querySelector('input[type="range"]');
      slider.value = y;
      fire(slider, "input");
    },
  };
}
