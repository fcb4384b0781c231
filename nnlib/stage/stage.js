import { Controls, label } from "./controls.js";
import { adopt, h, patch } from "./elements.js";
import { curves, fact, hash, number, plot, sentence, sign, table } from "./parts.js";

/* The stage: what every widget shares, in JavaScript.  nnlib/stage/__init__.py says its words.

   A view, nnlib/scenes/<name>/view.js, draws a picture.  It imports from "../../stage/stage.js" and
   ends with  export default view((picture, ui) => [nodes]);
   What is long stands in more modules of its folder, which it imports; no two names are the same.

   picture         what show(state) of the scene returns.  picture.status is one sentence, announced
                   when it changes (keep it still while busy).  picture.busy: more to do; the stage
                   asks again without an event until it is not, so return within 50 ms.  Stop is an
                   event.
   h(tag, attributes, ...nodes)   describes an element (SVG too); strings are text, null is nothing.
                   Elements are updated in place.  In lists of varying length give each a `key`.
                   on... attributes are listeners.  Measure nothing while drawing: the first picture
                   is also drawn at build, without a browser, for readers without JavaScript.
   ui.slider(path, name, {min, max, step, value})    ui.number(...)
   ui.text(path, name, {value, rows})                ui.toggle(path, name, {value})
   ui.select(path, name, options, {value})
   ui.choices(path, legend, options, {value})        radio buttons; check boxes if value is a list
   ui.button(name, event, attributes)  ui.send(event)  ui.set(path, value)  ui.state
                   A control sends {set: path, to: value}.  A path is a key of the state, or a list
                   like ["blocks", 1, "data"]; no two controls have the same.  Its value is the
                   state's there unless given; errors[path.join(".")] of the answer is shown beside
                   it.  While a request waits, of the values set at one path the latest wins;
                   {do: ...} never merges.  A text box takes 1000 characters, or its maxlength; more
                   is refused unread.
   number(q)  hash(q)  sign(good, text)  fact(term, ...nodes)  sentence(parts)
   table({caption, head, rows, current})   plot({x, y, xticks, yticks, ...}, width, height)
   curves(plot, [{name, role, kind, line, point}])
   No formula of a network and no hash here: from data to pixels is all the arithmetic there is.

   A host gives anywidget's model: get("scene" | "title" | "initial" | "answer"),
   on("change:answer"), send({event, elapsed, request}).  The state is the host's; a message has one
   only to go there.  An answer is {state, errors, picture} with the request's mark, or {error}.
   The site's model adds link(state), on("go") and on("tell"). */

/* ---- the widget: anywidget's {render}, and tree, which the build draws without a browser ---- */

/* answer: {state, errors, picture}; does: what the controls do, empty at build. */
const tree = (draw, { scene, title }, { message, ...answer }, does) =>
  h(
    "section",
    { class: "nn-scene", "data-scene": scene, "aria-label": title },
    h(
      "p",
      { role: "status", class: message ? "nn-status nn-error" : "nn-status" },
      does.said ?? words({ message, ...answer }),
    ),
    draw(answer.picture, new Controls(answer, does)),
    h(
      "div",
      { class: "nn-bar" },
      h("button", { type: "button", onclick: does.reset }, "Reset"),
      does.links && h("button", { type: "button", onclick: does.copy }, "Copy link"),
      does.link &&
        h("input", {
          readonly: true,
          "aria-label": "Link to this state",
          value: does.link,
          onfocus: ({ target }) => target.select(),
        }),
      does.still && h("span", { class: "nn-still" }, "This picture answers when JavaScript runs."),
    ),
  );

const words = ({ message, errors, picture }) =>
  [message, ...Object.values(errors ?? {}), picture.status].filter(Boolean).join(" ");

/* The requests of one widget: one at a time; meanwhile events gather, so the latest wins and none
   is lost.  now() gives the last answer; mark(awaited) is told whether one is waited for. */
function requests(model, now, mark) {
  const me = Math.random().toString(36).slice(2, 9);
  let waiting = null;
  let asked = {};
  let queue = [];
  let sent = 0;
  let since = performance.now();

  function pump() {
    if (!waiting && (queue.length || now().picture.busy)) {
      asked = queue.shift() ?? {};
      waiting = `${me}-${++sent}`;
      const elapsed = Math.round(performance.now() - since);
      since += elapsed;
      model.send({ ...asked, elapsed, request: waiting });
    }
    // What a busy picture asks by itself is not waited for.
    mark(Boolean(waiting && (asked.event || asked.state)) || queue.length > 0);
  }
  const path = (event) => event?.set && label(event.set);
  return {
    me,
    // Until Python has answered, a control shows what the reader has done to it.
    pending: () =>
      Object.fromEntries(
        [asked, ...queue]
          .filter(({ event }) => event?.set)
          .map(({ event }) => [label(event.set), event.to]),
      ),
    send(event) {
      // Of one control the latest wins; of several the order holds.
      const last = queue.at(-1)?.event;
      if (path(event) && path(last) === path(event)) last.to = event.to;
      else queue.push({ event: { ...event } });
      pump();
    },
    go(state, event) {
      queue = [{ state, event }];
      pump();
    },
    arrived({ request }) {
      if (request === waiting) [waiting, asked] = [null, {}];
      pump();
    },
    pump,
  };
}

/* A widget that lives: it draws the last answer, and says what the reader must hear. */
class Widget {
  constructor(draw, { model, el }) {
    const about = { scene: model.get("scene"), title: model.get("title") };
    Object.assign(this, { draw, model, el, about, answer: model.get("answer") });
    Object.assign(this, { said: words(this.answer), link: null, refused: {}, spoken: 0 });
    const mark = (awaited) => el.firstElementChild.setAttribute("aria-busy", awaited);
    this.asks = requests(model, () => this.answer, mark);
    this.heard = [
      ["change:answer", () => this.arrive(model.get("answer"))],
      // A link to a state: what runs there is not started by opening it.
      ["go", (state) => this.asks.go(state, { do: "stop" })],
      ["tell", (message) => this.tell(message)],
    ];
    // A box left behind shows the value that holds; later, as drawing may have removed the box.
    this.left = () => queueMicrotask(() => this.redraw());
  }

  start() {
    for (const [name, listener] of this.heard) this.model.on(name, listener);
    this.el.addEventListener("focusout", this.left);
    adopt(this.el, this.picture());
    this.redraw();
    this.asks.pump();
  }

  end() {
    clearTimeout(this.timer);
    for (const [name, listener] of this.heard) this.model.off(name, listener);
    this.el.removeEventListener("focusout", this.left);
  }

  picture() {
    const does = {
      me: `nn${this.asks.me}`,
      send: this.asks.send,
      refuse: (name, sentence) => this.refuse(name, sentence),
      reset: () => this.asks.go(this.model.get("initial")),
      copy: () => this.copy(),
      said: this.said,
      link: this.link,
      links: Boolean(this.model.link),
      pending: this.asks.pending(),
    };
    const errors = { ...this.answer.errors, ...this.refused };
    return [tree(this.draw, this.about, { ...this.answer, errors }, does)];
  }

  redraw() {
    patch(this.el, this.picture());
  }

  say(sentence) {
    clearTimeout(this.timer); // what waited to be said is older
    this.said = sentence;
    this.spoken = performance.now();
    this.redraw();
  }

  tell(message) {
    this.answer = { ...this.answer, message };
    this.say(words(this.answer));
  }

  refuse(name, sentence) {
    this.refused = { [name]: sentence };
    this.say(sentence);
  }

  async copy() {
    const address = this.model.link(this.answer.state);
    try {
      await navigator.clipboard.writeText(address);
      this.say("Link copied.");
    } catch {
      this.link = address; // no clipboard here: show it instead
      this.say("Copy the link from the box.");
    }
  }

  // A drag makes many answers: the first is announced, and where it rests.
  arrive(next) {
    const still = { ...this.answer.picture, busy: false };
    this.answer = next.error ? { ...this.answer, picture: still, message: next.error } : next;
    Object.assign(this, { link: null, refused: {} });
    clearTimeout(this.timer);
    const sentence = words(this.answer);
    const quiet = performance.now() - this.spoken > 1000;
    if (quiet && sentence !== this.said)
      Object.assign(this, { said: sentence, spoken: performance.now() });
    else this.timer = setTimeout(() => this.settle(), 300);
    this.asks.arrived(next);
    this.redraw();
  }

  settle() {
    if (words(this.answer) !== this.said) this.say(words(this.answer));
  }
}

/* draw(picture, ui) -> nodes, from which the page, the notebook and the build are drawn. */
function view(draw) {
  function render(host) {
    const widget = new Widget(draw, host);
    widget.start();
    return () => widget.end();
  }
  return { render, tree: (about, answer, does) => tree(draw, about, answer, does) };
}

export { curves, fact, h, hash, number, plot, sentence, sign, table, view };
