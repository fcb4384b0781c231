import { adopt, h, patch } from "./elements.js";

export { h };

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

/* ---- parts of a drawing ---- */

export const number = (q, attrs) =>
  h("span", { ...attrs, "data-number": String(q.value), "data-name": q.name }, q.text);

/* A hash: the zeros that it must begin with are set off, as many as q.zeros says. */
export const hash = (q, attrs) =>
  h("code", { class: "nn-hash", ...attrs, "data-name": q.name, "data-hash": q.value },
    q.zeros ? h("b", null, q.text.slice(0, q.zeros)) : null, q.text.slice(q.zeros ?? 0));

export const sign = (good, text) =>
  h("span", { class: good ? "nn-sign nn-good" : "nn-sign nn-bad" }, good ? "✓ " : "✗ ", text);
export const fact = (term, ...nodes) => [h("dt", null, term), h("dd", null, nodes)];

const shown = (part) => (part?.name ? number(part) : part);
/* Texts and numbers in turn. */
export const sentence = (parts) => parts.map(shown);

export const table = ({ caption, head, rows, current }) =>
  h("div", { class: "nn-table", role: "group", tabindex: 0, "aria-label": caption },
    h("table", null,
      h("caption", null, caption),
      h("thead", null, h("tr", null, head.map((text) => h("th", { scope: "col" }, text)))),
      h("tbody", null, rows.map(([first, ...rest], i) =>
        h("tr", { key: i, "aria-current": i === current ? "step" : null },
          h("th", { scope: "row" }, shown(first)), rest.map((content) => h("td", null, shown(content))))))));

/* Axes for data in x: [low, high], y: [low, high]; ticks are [{at, text}].  Returns X and Y (data to
   pixels), path (points [x, y], null where the line breaks), inside (nodes cut off at the axes),
   axes, and pick (the x under a pointer event on the drawing). */
export function plot({ x, y, xticks = [], yticks = [], xlabel = "", ylabel = "" }, width, height) {
  const left = 46, top = 22, w = width - left - 12, tall = height - top - 40;
  const round = (v) => Math.round(v * 100) / 100;
  const X = (v) => round(left + ((v - x[0]) / (x[1] - x[0])) * w);
  const Y = (v) => round(top + ((y[1] - v) / (y[1] - y[0])) * tall);
  const text = (px, py, anchor, content) => h("text", { x: px, y: py, "text-anchor": anchor }, content);
  return {
    X, Y,
    path: (points) => points.map((point, i) =>
      point ? `${i && points[i - 1] ? "L" : "M"}${X(point[0])} ${Y(point[1])}` : "").join(""),
    inside: (...nodes) => h("svg", { x: left, y: top, width: w, height: tall,
      viewBox: `${left} ${top} ${w} ${tall}` }, nodes),
    axes: [
      xticks.map((tick) => [
        h("path", { class: tick.at ? "nn-grid" : "nn-axis", d: `M${X(tick.at)} ${top}v${tall}` }),
        text(X(tick.at), top + tall + 16, "middle", tick.text)]),
      yticks.map((tick) => [
        h("path", { class: tick.at ? "nn-grid" : "nn-axis", d: `M${left} ${Y(tick.at)}h${w}` }),
        text(left - 6, Y(tick.at) + 4, "end", tick.text)]),
      text(left + w, height - 4, "end", xlabel),
      text(4, 13, "start", ylabel)],
    pick: (event) => {
      const box = event.currentTarget.getBoundingClientRect();
      const share = (((event.clientX - box.left) / box.width) * width - left) / w;
      return x[0] + Math.min(1, Math.max(0, share)) * (x[1] - x[0]);
    },
  };
}

/* ---- controls, bound to the inputs of the frame ---- */

function controls(frame, { me, set, refuse, pending = {} }) {
  const id = (key) => `${me}-${key}`.replace(/\W/g, "-");
  const error = (key) => frame.errors?.[key];
  const now = (key, value = frame.inputs[key]) => pending[key] ?? value;
  // A refused value stays in its box, beside the sentence that says why.
  const known = (key, value) => (error(key) ? undefined : now(key, value));
  const about = (key) => error(key) && { "aria-invalid": "true", "aria-describedby": id(key) + "-error" };
  const field = (key, name, ...nodes) =>
    h("div", { class: "nn-field" }, name && h("label", { for: id(key) }, name), nodes,
      error(key) && h("p", { class: "nn-error", id: id(key) + "-error" }, error(key)));
  const numeric = (key, { min, max, step = "any", value, ...attrs }) => ({
    type: "number", min, max, step, value: known(key, value), ...about(key), ...attrs,
    oninput: ({ target }) => Number.isNaN(target.valueAsNumber) || set({ [key]: target.valueAsNumber }),
    onchange: ({ target }) => Number.isNaN(target.valueAsNumber) && set({ [key]: null }),
  });
  return {
    set,
    button: (name, edit, attrs) =>
      h("button", { type: "button", onclick: () => set(typeof edit === "function" ? edit() : edit), ...attrs }, name),
    slider: (key, name, { min, max, step, value }) => field(key, name,
      h("input", { type: "range", id: id(key), min, max, step, value: now(key, value),
        oninput: ({ target }) => set({ [key]: target.valueAsNumber }) }),
      h("input", { "aria-label": name, ...numeric(key, { min, max, step, value }) })),
    number: (key, name, options = {}) =>
      field(key, name, h("input", { id: id(key), ...numeric(key, options) })),
    text: (key, name, { value, rows, maxlength = 1000, ...attrs } = {}) => {
      const long = () => refuse(key, `${name ?? attrs["aria-label"]} takes at most ${maxlength} characters.`);
      return field(key, name,
        h(rows ? "textarea" : "input", { type: rows ? null : "text", rows, id: id(key), autocomplete: "off",
          spellcheck: "false", maxlength, value: known(key, value), ...about(key), ...attrs,
          onpaste: (event) => { // the browser would cut it short without a word
            const box = event.currentTarget, kept = box.value.length - (box.selectionEnd - box.selectionStart);
            if (kept + event.clipboardData.getData("text").length <= maxlength) return;
            event.preventDefault();
            long();
          },
          oninput: ({ target }) => (target.value.length > maxlength ? long() : set({ [key]: target.value })) }));
    },
    select: (key, name, options, { value } = {}) => field(key, name,
      h("select", { id: id(key), ...about(key), value: now(key, value), onchange: ({ target }) => set({ [key]: target.value }) },
        options.map((option) =>
          h("option", { value: option.value, selected: option.value === now(key, value) }, option.text)))),
    toggle: (key, name, { value } = {}) => field(key, null,
      h("label", null, h("input", { type: "checkbox", checked: now(key, value), ...about(key),
        onchange: ({ target }) => set({ [key]: target.checked }) }), name)),
    choices: (key, legend, options, { value } = {}) => {
      value = now(key, value);
      const many = Array.isArray(value);
      const chosen = (box) => [...box.closest("fieldset").querySelectorAll(":checked")].map((b) => b.value);
      return h("fieldset", { class: "nn-choices", ...about(key) }, h("legend", null, legend),
        options.map((option) => h("label", { key: option.value },
          h("input", { type: many ? "checkbox" : "radio", name: id(key), value: option.value,
            checked: many ? value.includes(option.value) : value === option.value,
            onchange: ({ target }) => set({ [key]: many ? chosen(target) : target.value }) }),
          option.text)),
        error(key) && h("p", { class: "nn-error", id: id(key) + "-error" }, error(key)));
    },
  };
}

/* ---- the widget: anywidget's {render}, and tree, which the build draws without a browser ---- */

export function view(scene, title, draw) {
  // `does` is what the controls do; at build, where nothing can be done, it is empty.
  const tree = (frame, does) =>
    h("section", { class: "nn-scene", "data-scene": scene, "aria-label": title },
      h("p", { role: "status", class: frame.message ? "nn-status nn-error" : "nn-status" },
        does.said ?? words(frame)),
      draw(frame, controls(frame, does)),
      h("div", { class: "nn-bar" },
        h("button", { type: "button", onclick: does.reset }, "Reset"),
        does.links && h("button", { type: "button", onclick: does.copy }, "Copy link"),
        does.link && h("input", { readonly: true, "aria-label": "Link to this state",
          value: does.link, onfocus: ({ target }) => target.select() }),
        does.still && h("span", { class: "nn-still" }, "This picture answers when JavaScript runs.")));

  function render({ model, el }) {
    const me = "nn" + Math.random().toString(36).slice(2, 9);
    let frame = model.get("frame"), said = words(frame), waiting = null, asked = {}, queue = [];
    let sent = 0, link = null, refused = {}, timer, spoken = 0, since = performance.now();

    // Until Python has answered, a control shows what the reader has done to it.
    const pending = () => Object.assign({}, asked.edit, ...queue.map((next) => next.edit));
    const picture = () => [tree({ ...frame, errors: { ...frame.errors, ...refused } },
      { me, set, refuse, reset, copy, said, link, links: Boolean(model.link), pending: pending() })];
    const redraw = () => patch(el, picture());

    // One request at a time; meanwhile edits gather, so the latest wins and none is lost.
    function pump() {
      if (waiting || !(queue.length || frame.busy)) return;
      asked = queue.shift() ?? {};
      waiting = `${me}-${++sent}`;
      const elapsed = Math.round(performance.now() - since);
      since += elapsed;
      model.set("inputs",
        { ...(asked.inputs ?? frame.inputs), edit: asked.edit, elapsed, request: waiting });
      model.save_changes();
    }
    function set(edit) {
      const last = queue.at(-1)?.edit; // of one control the latest wins; of several the order holds
      if (last && !edit.action && `${Object.keys(last)}` === `${Object.keys(edit)}`) Object.assign(last, edit);
      else queue.push({ edit: { ...edit } });
      pump();
    }
    function reset() {
      queue = [{ inputs: model.get("initial") }];
      pump();
    }
    // A link to a state: what runs there is not started by opening it.
    function go(inputs) {
      queue = [{ inputs, edit: { action: "stop" } }];
      pump();
    }
    function refuse(key, sentence) {
      refused = { [key]: sentence };
      say(sentence);
    }
    async function copy() {
      const address = model.link(frame.inputs);
      try {
        await navigator.clipboard.writeText(address);
        say("Link copied.");
      } catch {
        link = address; // no clipboard here: show it instead
        say("Copy the link from the box.");
      }
    }
    const quiet = () => performance.now() - spoken > 1000;
    function say(sentence) {
      said = sentence;
      spoken = performance.now();
      redraw();
    }
    function arrive() {
      frame = model.get("frame");
      if (frame.request === waiting) [waiting, asked] = [null, {}];
      [link, refused] = [null, {}];
      redraw();
      pump();
      clearTimeout(timer); // a drag makes many frames: the first is announced, and where it rests
      timer = setTimeout(() => words(frame) === said || say(words(frame)), quiet() ? 0 : 300);
    }
    model.on("change:frame", arrive);
    model.on("go", go);
    // A box left behind shows the value that holds; later, as drawing may have removed the box.
    const left = () => queueMicrotask(redraw);
    el.addEventListener("focusout", left);
    adopt(el, picture());
    redraw();
    pump();
    return () => {
      clearTimeout(timer);
      model.off("change:frame", arrive);
      model.off("go", go);
      el.removeEventListener("focusout", left);
    };
  }
  return { render, tree };
}

const words = ({ message, errors, status }) =>
  [message, ...Object.values(errors ?? {}), status].filter(Boolean).join(" ");
