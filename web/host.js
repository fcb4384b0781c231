/* Brings the widgets of a page to life: each was drawn at build; when one comes near, or is used,
   its view is loaded and given a model like anywidget's, which Python answers (see ask.js). */

import { ask, PATIENCE, retry, warm } from "./ask.js";

const base = new URL(".", import.meta.url);
const SLOW = "This widget is loading. What you do is kept.";
const LOST =
  "This widget did not load. What you do is kept: touch it again, or wait for the network.";
const DAMAGED = "This link is damaged; the widget shows the author's state.";
const FOREIGN = "This link holds no state of this widget, which shows the author's state.";

/* What a view needs of anywidget's model, and what only a page has: links.  The answers are those
   of nnlib/stage/__init__.py, as in Jupyter. */
function model(place, { scene, title, answer: first }) {
  const listeners = new Map();
  const values = { scene, title, initial: first.state, answer: first };
  const call = (event, value) => listeners.get(event)?.forEach((listener) => listener(value));
  const tell = (sentence) => call("tell", sentence);
  return {
    get: (name) => values[name],
    on: (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    off: (event, listener) =>
      listeners.set(
        event,
        (listeners.get(event) ?? []).filter((other) => other !== listener),
      ),
    send({ request, ...asked }) {
      const message = { state: values.answer.state, ...asked };
      ask(
        `${place.id} ${request}`,
        scene,
        message,
        ({ answer, error }) => {
          values.answer = {
            ...(answer?.state ? answer : { ...values.answer, error, ...answer }),
            request,
          };
          call("change:answer");
        },
        tell,
      );
    },
    tell,
    go: (state) => call("go", state),
    link: (state) => `${location.href.split("#")[0]}#${place.id}=${encode(state)}`,
  };
}

function encode(value) {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  let text = ""; // byte by byte: a call takes no more than some 100,000 arguments
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
const decode = (text) =>
  JSON.parse(
    new TextDecoder("utf-8", { fatal: true }).decode(
      Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0)),
    ),
  );

/* A link to a state is #<id of the widget>=<its state>; what it leaves out is the author's. */
function follow(place, shown) {
  const [id, text] = location.hash.slice(1).split("=");
  if (id !== place.id || text === undefined) return;
  place.scrollIntoView();
  let state;
  try {
    state = decode(text);
  } catch {
    return shown.tell(DAMAGED);
  }
  const initial = shown.get("initial");
  const keys = state && !Array.isArray(state) ? Object.keys(state) : [];
  if (!keys.length || keys.some((key) => !Object.hasOwn(initial, key))) return shown.tell(FOREIGN);
  shown.go({ ...initial, ...state });
}

/* Until its view is loaded, a widget only notes what is done to its controls; then it is done. */
const DEEDS = ["input", "change", "click"];
const noted = new Map(); // place -> [target, type of event, value, checked]

function note({ currentTarget: place, target, type }) {
  if (type === "click" && target.localName !== "button") return;
  noted.get(place).push([target, type, target.value, target.checked]);
  mount(place);
}

function redo([target, type, value, checked]) {
  if (type === "click") return target.click();
  Object.assign(target, { value, checked });
  target.dispatchEvent(new Event(type, { bubbles: true }));
}

const tries = new Map(); // place -> how often its view has been asked for

async function mount(place) {
  if (place.nnMounted) return;
  place.nnMounted = true;
  const status = place.querySelector("[role=status]");
  const say = (sentence) => status.replaceChildren(sentence);
  const slow = setTimeout(() => say(SLOW), PATIENCE);
  const again = tries.get(place) ?? 0;
  tries.set(place, again + 1);
  let view;
  try {
    const query = again ? `?again=${again}` : ""; // some browsers remember that a module failed
    const file = `scenes/${place.dataset.scene}/view.js${query}`;
    view = (await import(new URL(file, base))).default;
  } catch (error) {
    console.warn("A widget did not load:", error);
    place.nnMounted = false;
    return say(LOST);
  } finally {
    clearTimeout(slow);
  }
  const script = place.querySelector("script");
  const shown = model(place, JSON.parse(script.textContent));
  script.remove();
  for (const type of DEEDS) place.removeEventListener(type, note);
  for (const type of ["pointerdown", "keydown"]) place.addEventListener(type, retry);
  view.render({ model: shown, el: place });
  follow(place, shown);
  addEventListener("hashchange", () => follow(place, shown));
  noted.get(place).forEach(redo);
  warm(place.dataset.scene);
}

const near = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) if (isIntersecting) mount(target);
  },
  { rootMargin: "400px" },
);

for (const place of document.querySelectorAll(".nn-widget")) {
  noted.set(place, []);
  place.classList.add("nn-awake");
  for (const control of place.querySelectorAll(":disabled")) control.disabled = false;
  for (const type of DEEDS) place.addEventListener(type, note);
  place.addEventListener("focusin", () => mount(place));
  near.observe(place);
}

const named = () => {
  for (const place of noted.keys()) if (location.hash.startsWith(`#${place.id}=`)) mount(place);
};
named();
addEventListener("hashchange", named);

addEventListener("online", () => {
  for (const place of tries.keys()) mount(place);
  retry();
});
