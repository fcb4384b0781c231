/* Brings the widgets of a page to life: each was drawn at build; when one comes near, or is used,
   its view is loaded and given a model like anywidget's, which one Python worker answers. */

const base = new URL(".", import.meta.url);
const SORRY = "Python could not start in this browser, so the picture stays as it is.";

let worker, broken = null;
const asked = new Map(); // id of a request -> what to do with the answer

function failed(reason) {
  console.warn("The widgets' Python:", reason);
  broken = SORRY;
  for (const answer of asked.values()) answer({ error: SORRY });
  asked.clear();
}

function wake() {
  if (worker || broken) return;
  try {
    worker = new Worker(new URL("worker.js", base), { type: "module" });
  } catch (error) {
    failed(error);
    return;
  }
  worker.onerror = (event) => failed(event.message || "worker.js did not load");
  worker.onmessage = ({ data }) => {
    if (data.failed) failed(data.failed);
    const answer = asked.get(data.id);
    asked.delete(data.id);
    answer?.(data);
  };
}

/* What a view needs of anywidget's model; save_changes asks Python. */
function model(place, frame) {
  const listeners = new Map();
  const values = { initial: frame.inputs, inputs: frame.inputs, frame };
  const show = (next) => {
    values.frame = next;
    for (const listener of listeners.get("change:frame") ?? []) listener();
  };
  return {
    get: (name) => values[name],
    set: (name, value) => void (values[name] = value),
    on: (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
    off: (event, listener) =>
      listeners.set(event, (listeners.get(event) ?? []).filter((other) => other !== listener)),
    save_changes() {
      const { request, ...inputs } = values.inputs;
      const answer = ({ frame, error }) =>
        show(frame ? { ...frame, request } : { ...values.frame, busy: false, message: error, request });
      wake();
      if (broken) return queueMicrotask(() => answer({ error: broken }));
      const id = `${place.id} ${request}`;
      asked.set(id, answer);
      worker.postMessage({ id, scene: place.dataset.scene, inputs });
    },
    tell: (message) => show({ ...values.frame, message }),
    link: (inputs) => `${location.href.split("#")[0]}#${place.id}=${encode(inputs)}`,
  };
}

const encode = (value) => btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(value))))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const decode = (text) => JSON.parse(new TextDecoder().decode(
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0))));

/* A link to a state is #<id of the widget>=<its inputs>. */
function follow(place, shown) {
  const [id, text] = location.hash.slice(1).split("=");
  if (id !== place.id || !text) return;
  place.scrollIntoView();
  try {
    shown.set("inputs", { ...decode(text), request: "link" });
    shown.save_changes();
  } catch {
    shown.tell("This link is damaged; the widget shows the author's state.");
  }
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

async function mount(place) {
  if (place.nnMounted) return;
  place.nnMounted = true;
  try {
    const script = place.querySelector("script");
    const frame = JSON.parse(script.textContent);
    const { default: view } = await import(new URL(`nnlib/views/${place.dataset.scene}.js`, base));
    const shown = model(place, frame);
    script.remove();
    for (const type of DEEDS) place.removeEventListener(type, note);
    view.render({ model: shown, el: place });
    follow(place, shown);
    addEventListener("hashchange", () => follow(place, shown));
    noted.get(place).forEach(redo);
    wake();
    worker?.postMessage({ scene: place.dataset.scene, inputs: {} }); // imports it while nobody waits
  } catch (error) {
    console.warn("The still picture stays:", error);
  }
}

const near = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) if (isIntersecting) mount(target);
}, { rootMargin: "400px" });

for (const place of document.querySelectorAll(".nn-widget")) {
  noted.set(place, []);
  place.classList.add("nn-awake");
  for (const control of place.querySelectorAll(":disabled")) control.disabled = false;
  for (const type of DEEDS) place.addEventListener(type, note);
  place.addEventListener("focusin", () => mount(place), { once: true });
  near.observe(place);
  if (location.hash.startsWith(`#${place.id}=`)) mount(place);
}
