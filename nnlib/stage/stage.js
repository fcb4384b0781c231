import { controls, label } from "./controls.js";
import { adopt, h, patch } from "./elements.js";
import { fact, hash, number, plot, sentence, sign, table } from "./parts.js";

/* The stage: what every widget shares, in JavaScript.  nnlib/stage/__init__.py says its words.

   A view, nnlib/scenes/<name>/view.js, draws a picture.  It imports from "../../stage/stage.js" and ends with
       export default view((picture, ui) => [nodes]);
     picture         what show(state) of the scene returns.  picture.status is one sentence, announced when
                     it changes (keep it still while busy).  picture.busy: more to do; the stage asks again
                     without an event until it is not, so return within 50 ms.  Stop is an event.
     h(tag, attributes, ...nodes)   describes an element (SVG too); strings are text, null is nothing.
                     Elements are updated in place.  In lists of varying length give each a `key`.
                     on... attributes are listeners.  Measure nothing while drawing: the first picture
                     is also drawn at build, without a browser, for readers without JavaScript.
     ui.slider(path, name, {min, max, step, value})    ui.number(...)      ui.text(path, name, {value, rows})
     ui.select(path, name, options, {value})           ui.toggle(path, name, {value})
     ui.choices(path, legend, options, {value})        radio buttons; check boxes if value is a list
     ui.button(name, event, attributes)                ui.send(event)      ui.set(path, value)     ui.state
                     A control sends {set: path, to: value}.  A path is a key of the state, or a list
                     like ["blocks", 1, "data"]; no two controls have the same.  Its value is the state's
                     there unless given; errors[path.join(".")] of the answer is shown beside it.
                     While a request waits, of the values set at one path the latest wins; {do: ...} never merges.
                     A text box takes 1000 characters, or its maxlength; more is refused unread.
     number(q)  hash(q)  sign(good, text)  fact(term, ...nodes)  sentence(parts)
     table({caption, head, rows, current})             plot({x, y, xticks, yticks, ...}, width, height)
   No formula of a network and no hash here: from data to pixels is all the arithmetic there is.

   A host gives anywidget's model: get("scene" | "title" | "initial" | "answer"), on("change:answer"),
   send({state, event, elapsed, request}).  An answer is {state, errors, picture} with the request's
   mark, or {error}.  The site's adds link(state), on("go") and on("tell"). */

/* ---- the widget: anywidget's {render}, and tree, which the build draws without a browser ---- */

/* answer: {state, errors, picture}; does: what the controls do, empty at build. */
const tree = (draw, { scene, title }, { message, ...answer }, does) =>
  h("section", { class: "nn-scene", "data-scene": scene, "aria-label": title },
    h("p", { role: "status", class: message ? "nn-status nn-error" : "nn-status" },
      does.said ?? words({ message, ...answer })),
    draw(answer.picture, controls(answer, does)),
    h("div", { class: "nn-bar" },
      h("button", { type: "button", onclick: does.reset }, "Reset"),
      does.links && h("button", { type: "button", onclick: does.copy }, "Copy link"),
      does.link && h("input", { readonly: true, "aria-label": "Link to this state",
        value: does.link, onfocus: ({ target }) => target.select() }),
      does.still && h("span", { class: "nn-still" }, "This picture answers when JavaScript runs.")));

const words = ({ message, errors, picture }) =>
  [message, ...Object.values(errors ?? {}), picture.status].filter(Boolean).join(" ");

/* The requests of one widget: one at a time; meanwhile events gather, so the latest wins and none
   is lost.  now() gives the last answer; mark(awaited) is told whether one is waited for. */
function requests(model, now, mark) {
  const me = Math.random().toString(36).slice(2, 9);
  let waiting = null, asked = {}, queue = [], sent = 0, since = performance.now();

  function pump() {
    if (!waiting && (queue.length || now().picture.busy)) {
      asked = queue.shift() ?? {};
      waiting = `${me}-${++sent}`;
      const elapsed = Math.round(performance.now() - since);
      since += elapsed;
      const { state = now().state, event } = asked;
      model.send({ state, event, elapsed, request: waiting });
    }
    // What a busy picture asks by itself is not waited for.
    mark(Boolean(waiting && (asked.event || asked.state)) || queue.length > 0);
  }
  const path = (event) => event?.set && label(event.set);
  return {
    me,
    // Until Python has answered, a control shows what the reader has done to it.
    pending: () => Object.fromEntries([asked, ...queue].filter(({ event }) => event?.set)
      .map(({ event }) => [label(event.set), event.to])),
    send(event) {
      const last = queue.at(-1)?.event; // of one control the latest wins; of several the order holds
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

/* draw(picture, ui) -> nodes, from which the page, the notebook and the build are drawn. */
function view(draw) {
  function render({ model, el }) {
    const about = { scene: model.get("scene"), title: model.get("title") };
    let answer = model.get("answer"), said = words(answer), link = null, refused = {};
    let timer, spoken = 0;

    const mark = (awaited) => el.firstElementChild.setAttribute("aria-busy", awaited);
    const asks = requests(model, () => answer, mark);
    function picture() {
      return [tree(draw, about, { ...answer, errors: { ...answer.errors, ...refused } },
        { me: "nn" + asks.me, send: asks.send, refuse, reset, copy, said, link,
          links: Boolean(model.link), pending: asks.pending() })];
    }
    const redraw = () => patch(el, picture());
    const reset = () => asks.go(model.get("initial"));
    // A link to a state: what runs there is not started by opening it.
    const go = (state) => asks.go(state, { do: "stop" });
    function refuse(name, sentence) {
      refused = { [name]: sentence };
      say(sentence);
    }
    async function copy() {
      const address = model.link(answer.state);
      try {
        await navigator.clipboard.writeText(address);
        say("Link copied.");
      } catch {
        link = address; // no clipboard here: show it instead
        say("Copy the link from the box.");
      }
    }
    function say(sentence) {
      said = sentence;
      spoken = performance.now();
      redraw();
    }
    // A drag makes many answers: the first is announced, and where it rests.
    function arrive() {
      const next = model.get("answer");
      answer = next.error ? { ...answer, picture: { ...answer.picture, busy: false },
        message: next.error } : next;
      [link, refused] = [null, {}];
      clearTimeout(timer);
      const quiet = performance.now() - spoken > 1000;
      if (quiet && words(answer) !== said) [said, spoken] = [words(answer), performance.now()];
      else timer = setTimeout(() => words(answer) === said || say(words(answer)), 300);
      asks.arrived(next);
      redraw();
    }
    function tell(message) {
      answer = { ...answer, message };
      say(words(answer));
    }
    // A box left behind shows the value that holds; later, as drawing may have removed the box.
    const left = () => queueMicrotask(redraw);
    const heard = [["change:answer", arrive], ["go", go], ["tell", tell]];
    heard.forEach(([name, listener]) => model.on(name, listener));
    el.addEventListener("focusout", left);
    adopt(el, picture());
    redraw();
    asks.pump();
    return () => {
      clearTimeout(timer);
      heard.forEach(([name, listener]) => model.off(name, listener));
      el.removeEventListener("focusout", left);
    };
  }
  return { render, tree: (about, answer, does) => tree(draw, about, answer, does) };
}

export { fact, h, hash, number, plot, sentence, sign, table, view };
