/* Asks Python, which runs in a worker. Every request has a deadline. A worker that dies or hangs is
   replaced, and since an answer depends on its message alone, the new one is simply asked again.
   What cannot be loaded is tried again at the next touch, and when the network is back; what waits
   is kept. */

const base = new URL(".", import.meta.url);
const LOAD = 60_000; // milliseconds that Python may take to start
const ANSWER = 10_000; // and to answer
export const PATIENCE = 1_500; // milliseconds without a word
const LONGEST = 250_000; // characters: the browser's Python reads JSON in quadratic time

const SLOW = "Python is loading. What you did waits for it.";
const LOST =
  "Python did not load. What you did is kept: touch the widget again, or wait for the network.";
const WAITS = "Python takes long. If no answer comes in 10 seconds, it is started again.";
const AGAIN = "Python stopped answering and is starting again.";
const SILENT =
  "Python did not answer, so this picture is the last good one. The next change starts it again.";
const LONG = "That is too much text for this widget; it was not taken.";

let worker = null;
let ready = false;
let down = false;
let timers = [];
const asked = new Map(); // id of a request -> {message, answer, tell, tries, clocks}, oldest first
const scenes = new Set(); // to import while nobody waits

const tell = (sentence) => asked.forEach((request) => request.tell(sentence));

export function ask(id, scene, message, answer, tell) {
  const text = JSON.stringify(message);
  if (text.length > LONGEST) return queueMicrotask(() => answer({ error: LONG }));
  asked.set(id, { message: { id, scene, message: text }, answer, tell, tries: 0, clocks: [] });
  if (ready) send(id);
  else start();
}

/* Start Python for this scene, before anything is asked. */
export function warm(scene) {
  scenes.add(scene);
  if (ready) worker.postMessage({ scene, message: "{}" });
  else start();
}

/* Whatever could not be loaded is tried again. */
export function retry() {
  if (down) start();
}

function start() {
  if (worker) return;
  down = false;
  try {
    worker = new Worker(new URL("worker.js", base), { type: "module" });
  } catch (error) {
    return lost(error);
  }
  timers = [
    setTimeout(() => tell(SLOW), PATIENCE),
    setTimeout(() => lost("it took too long"), LOAD),
  ];
  const mine = worker; // the messages of a worker that was replaced come too late
  worker.onerror = (event) => mine === worker && (ready ? replace() : lost(event.message));
  worker.onmessage = ({ data }) => {
    if (mine !== worker) return;
    if (data.failed) return lost(data.failed);
    if (data.ready) return begin();
    const request = asked.get(data.id);
    asked.delete(data.id);
    request?.clocks.forEach(clearTimeout);
    request?.answer(data);
  };
}

function begin() {
  timers.forEach(clearTimeout);
  ready = true;
  for (const id of asked.keys()) send(id);
  for (const scene of scenes) worker.postMessage({ scene, message: "{}" });
}

function send(id) {
  const request = asked.get(id);
  request.clocks = [setTimeout(replace, ANSWER), setTimeout(() => request.tell(WAITS), PATIENCE)];
  worker.postMessage(request.message);
}

function end() {
  worker?.terminate();
  worker = null;
  ready = false;
  for (const clocks of [timers, ...[...asked.values()].map((request) => request.clocks)])
    clocks.forEach(clearTimeout);
}

function lost(reason) {
  console.warn("The widgets' Python did not load:", reason ?? "no reason given");
  end();
  down = true;
  tell(LOST);
}

/* The oldest request is the one that Python hangs in: it is asked twice. */
function replace() {
  end();
  const [first] = asked;
  if (first && ++first[1].tries > 1) {
    asked.delete(first[0]);
    first[1].answer({ error: SILENT });
  }
  if (!asked.size) return;
  tell(AGAIN);
  start();
}
