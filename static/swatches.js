// The bar of swatches above the map of a plan made by hand (views/handmade/swatches.py): what is in hand paints
// municipalities, by click, by drag and by key. What was painted is shown at once and told to the application.

const bars = new WeakMap();
const LOOK = "look";
const NEW = "new";
const PIN = "pin";
const SHAPE = "path[data-ags]";
const HEARD = ["pointerdown", "pointermove", "pointerup", "pointercancel", "mousedown", "touchstart", "click", "dblclick", "keydown"];
// The application forgets none of so many strokes that it has not answered yet.
const MOST = 50;
// Pixels between two looks at what lies below the pointer.
const STEP = 6;

export default function (component) {
  const { data, parentElement, setStateValue } = component;
  const bar = bars.get(parentElement) ?? begin(parentElement);
  bar.report = (log) => setStateValue("log", log);
  bar.data = data;
  draw(bar);
  if (data.hand[1] !== bar.given) {
    bar.given = data.hand[1];
    take(bar, data.hand[0]);
  } else {
    take(bar, bar.hand);
  }
  return () => end(parentElement, bar);
}

function random() {
  return crypto.getRandomValues(new Uint32Array(2)).join("-");
}

function begin(parentElement) {
  const element = document.createElement("div");
  element.className = "kim-swatches";
  element.setAttribute("role", "radiogroup");
  element.addEventListener("keydown", (event) => walk(bar, event));
  parentElement.append(element);
  const bar = {
    element, place: parentElement, data: null, report: null, drawn: "", body: null, given: null, fresh: "",
    hand: LOOK, run: random(), from: 0, strokes: [], stroke: null,
  };
  bar.listen = (event) => hear(bar, event);
  HEARD.forEach((name) => document.addEventListener(name, bar.listen, { capture: true, passive: false }));
  // A map that is drawn anew shows what was painted meanwhile.
  bar.watch = new MutationObserver(() => {
    const body = stageOf(bar)?.querySelector(".kim-map-body:last-child");
    if (body !== undefined && body !== bar.body) {
      bar.body = body;
      show(bar);
    }
  });
  bars.set(parentElement, bar);
  return bar;
}

function end(parentElement, bar) {
  HEARD.forEach((name) => document.removeEventListener(name, bar.listen, { capture: true }));
  bar.watch.disconnect();
  bar.element.remove();
  bars.delete(parentElement);
}

function stageOf(bar) {
  return bar.place.closest(`.st-key-${bar.data.stage}`);
}

// -- the bar ------------------------------------------------------------------------------------------------------------

function draw(bar) {
  const { swatches, label } = bar.data;
  const text = JSON.stringify([swatches, label]);
  if (text === bar.drawn) {
    return;
  }
  bar.drawn = text;
  const focused = bar.element.contains(document.activeElement);
  bar.element.setAttribute("aria-label", label);
  bar.element.replaceChildren(...swatches.map((swatch) => button(bar, swatch)));
  bar.watch.disconnect();
  bar.watch.observe(stageOf(bar), { childList: true, subtree: true });
  if (focused) {
    take(bar, bar.hand);
    bar.element.querySelector("[aria-checked=true]")?.focus({ preventScroll: true });
  }
}

function button(bar, { tool, fill, sign, text, title }) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", title });
  element.setAttribute("role", "radio");
  element.setAttribute("aria-label", text !== "" && !title.includes(text) ? `${text}: ${title}` : title);
  element.dataset.tool = tool;
  if (fill !== "" || sign !== "") {
    const dot = document.createElement("span");
    dot.className = fill !== "" ? "kim-dot" : "kim-sign";
    dot.style.background = fill;
    dot.textContent = sign;
    element.append(dot);
  }
  if (text !== "") {
    const words = document.createElement("span");
    words.className = "kim-words";
    words.textContent = text;
    element.append(words);
  }
  element.addEventListener("click", () => choose(bar, tool));
  return element;
}

function choose(bar, tool) {
  if (tool === NEW && bar.hand !== NEW) {
    // Strokes of one name belong to one new district.
    bar.fresh = `${NEW}-${random()}`;
  }
  take(bar, tool);
}

function take(bar, tool) {
  const buttons = Array.from(bar.element.children);
  const found = buttons.find((one) => one.dataset.tool === tool) ?? buttons[0];
  bar.hand = found.dataset.tool;
  for (const one of buttons) {
    one.setAttribute("aria-checked", String(one === found));
    one.tabIndex = one === found ? 0 : -1;
  }
  show(bar);
}

// Arrow keys take the next swatch, as among all radio buttons.
function walk(bar, event) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step === undefined) {
    return;
  }
  event.preventDefault();
  const buttons = Array.from(bar.element.children);
  const now = buttons.findIndex((one) => one.dataset.tool === bar.hand);
  const next = buttons[(now + step + buttons.length) % buttons.length];
  choose(bar, next.dataset.tool);
  next.focus();
}

// -- painting -----------------------------------------------------------------------------------------------------------

function hear(bar, event) {
  if (bar.data === null) {
    return;
  }
  if (bar.stroke !== null && follow(bar, event)) {
    return;
  }
  const shape = bar.hand === LOOK ? null : shapeOf(bar, event.target);
  if (shape === null) {
    return;
  }
  if (event.type === "keydown") {
    if (event.key !== "Enter" && event.key !== " ") {
      return;
    }
    bar.stroke = { tool: toolOf(bar), towns: [shape.dataset.ags] };
    finish(bar);
  } else if (event.type === "pointerdown" && event.button === 0 && event.isPrimary) {
    bar.stroke = { tool: toolOf(bar), towns: [], pointer: event.pointerId, at: [event.clientX, event.clientY] };
    // What was being written elsewhere is finished.
    document.activeElement?.blur();
    reach(bar, shape);
  } else if (event.type === "pointermove" || event.type === "pointerup" || event.type === "pointercancel") {
    return;
  }
  // The map is neither moved nor asked for figures.
  event.stopPropagation();
  if (event.type === "mousedown" || event.type === "keydown") {
    event.preventDefault();
  }
}

// What belongs to a stroke that has begun, wherever the pointer is.
function follow(bar, event) {
  const { stroke } = bar;
  if (event.type === "keydown" && event.key === "Escape") {
    bar.stroke = null;
    event.stopPropagation();
    show(bar);
    return true;
  }
  if (event.pointerId !== stroke.pointer || !event.type.startsWith("pointer")) {
    return false;
  }
  if (event.type === "pointermove") {
    for (const { clientX, clientY } of event.getCoalescedEvents?.() ?? []) {
      along(bar, clientX, clientY);
    }
    along(bar, event.clientX, event.clientY);
  } else if (event.type === "pointerup") {
    finish(bar);
  } else if (event.type === "pointercancel") {
    bar.stroke = null;
    show(bar);
  } else {
    return false;
  }
  event.stopPropagation();
  return true;
}

// No municipality on the way is left out, however fast the pointer is.
function along(bar, x, y) {
  const [fromX, fromY] = bar.stroke.at;
  const steps = Math.max(1, Math.ceil(Math.hypot(x - fromX, y - fromY) / STEP));
  for (let step = 1; step <= steps; step += 1) {
    const [atX, atY] = [fromX + ((x - fromX) * step) / steps, fromY + ((y - fromY) * step) / steps];
    reach(bar, shapeOf(bar, document.elementFromPoint(atX, atY)));
  }
  bar.stroke.at = [x, y];
}

function reach(bar, shape) {
  if (shape !== null && !bar.stroke.towns.includes(shape.dataset.ags)) {
    bar.stroke.towns.push(shape.dataset.ags);
    show(bar);
  }
}

function finish(bar) {
  const { tool, towns } = bar.stroke;
  bar.stroke = null;
  bar.strokes.push({ tool, towns });
  if (bar.strokes.length > MOST) {
    bar.strokes.shift();
    bar.from += 1;
  }
  show(bar);
  bar.report({ run: bar.run, from: bar.from, strokes: [...bar.strokes] });
}

function toolOf(bar) {
  return bar.hand === NEW ? bar.fresh : bar.hand;
}

function shapeOf(bar, target) {
  const shape = target instanceof Element ? target.closest(SHAPE) : null;
  return shape !== null && stageOf(bar)?.contains(shape) ? shape : null;
}

// -- what is seen -------------------------------------------------------------------------------------------------------

// Where each municipality belongs with what was painted and has no answer yet, and the district in hand.
function show(bar) {
  const { data, hand } = bar;
  const stage = stageOf(bar);
  if (data === null || stage === null) {
    return;
  }
  const home = new Map(Object.entries(data.home));
  const fills = new Map(Object.entries(data.fills));
  const seen = data.seen[0] === bar.run ? data.seen[1] - bar.from : 0;
  const open = bar.strokes.slice(Math.max(0, seen));
  for (const { tool, towns } of bar.stroke === null ? open : [...open, bar.stroke]) {
    const swatch = data.swatches.find((one) => one.tool === (tool.startsWith(NEW) ? NEW : tool));
    if (tool !== PIN && swatch !== undefined) {
      towns.forEach((ags) => home.set(ags, tool).size && fills.size > 0 && fills.set(ags, swatch.fill));
    }
  }
  const held = data.swatches.find((one) => one.tool === hand);
  stage.classList.toggle("kim-painting", hand !== LOOK);
  stage.classList.toggle("kim-pinning", hand === PIN);
  stage.classList.toggle("kim-stroke", bar.stroke !== null);
  stage.style.setProperty("--kim-hand", held?.fill || "transparent");
  for (const shape of stage.querySelectorAll(SHAPE)) {
    const { ags } = shape.dataset;
    shape.classList.toggle("kim-target", home.get(ags) === toolOf(bar));
    if (fills.has(ags) && shape.getAttribute("fill") !== fills.get(ags)) {
      shape.setAttribute("fill", fills.get(ags));
    }
  }
}
