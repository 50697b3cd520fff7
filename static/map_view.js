// The component that runs a folium map's script in the page (views/map_view.py): one call per redraw, on the same element.

const views = new WeakMap();
const groups = new Map();
const files = new Map();
const live = new Set();
// Pixels below a map that is as high as the window allows.
const MARGIN = 12;
// Higher than so many times its width it is of no more use.
const HIGHEST = 1.2;
// Pixels of a table beside it at the least.
const LOWEST = 160;

// Rows of a table beside a map (views/parts/beside.py) show their district on it, and then the whole county again.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-kim-towns]");
  const view = button && [...live].find((one) => one.map !== null && one.latest?.place === button.dataset.kimMap);
  if (view) {
    show(view, button.getAttribute("aria-pressed") === "true" ? null : button.dataset.kimTowns);
  }
});
window.addEventListener("resize", () => live.forEach(high));

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const view = views.get(parentElement) ?? begin(parentElement);
  view.choose = (ags) => setTriggerValue("chosen", ags);
  join(view, data.group);
  view.latest = data;
  high(view);
  needed(data).then(
    (made) => view.latest === data && view.frame.isConnected && draw(view, data, made),
    () => view.latest === data && apologise(view, data),
  );
  return () => end(parentElement, view);
}

function begin(parentElement) {
  const frame = document.createElement("div");
  frame.className = "kim-map";
  parentElement.append(frame);
  const view = { frame, map: null, moved: false, shown: null, size: null, quiet: 0, area: null, group: null, latest: null };
  live.add(view);
  view.watch = new ResizeObserver(() => resized(view));
  // What stands above the map may get higher or lower.
  view.around = new ResizeObserver(() => high(view));
  view.around.observe(frame.closest("[data-testid=stMainBlockContainer]") ?? document.body);
  view.print = () => shrink(view);
  view.printed = () => Object.assign(frame.style, { width: "", height: `${view.latest.height}px` });
  window.addEventListener("beforeprint", view.print);
  window.addEventListener("afterprint", view.printed);
  views.set(parentElement, view);
  return view;
}

function end(parentElement, view) {
  view.latest = null;
  live.delete(view);
  view.watch.disconnect();
  view.around.disconnect();
  window.removeEventListener("beforeprint", view.print);
  window.removeEventListener("afterprint", view.printed);
  join(view, null);
  view.map?.remove();
  view.frame.remove();
  views.delete(parentElement);
}

// Style sheets and scripts once per page, from the application itself, whatever path it is served under.
async function needed(data) {
  await Promise.all(data.styles.map((address) => once(address, "link", { rel: "stylesheet", href: address })));
  for (const address of data.scripts) {
    await once(address, "script", { src: address });
  }
  return maker(data);
}

// What makes the map: code that came with the page's data, run without “eval”, which the server's headers forbid.
async function maker(data) {
  const code = `document.currentScript.make = () => {${data.script}\nreturn ${data.name};};`;
  const element = document.createElement("script");
  element.src = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  try {
    await new Promise((resolve, reject) => {
      element.onload = resolve;
      element.onerror = () => reject(new Error("the map's script did not run"));
      document.head.append(element);
    });
  } finally {
    element.remove();
    URL.revokeObjectURL(element.src);
  }
  return element.make;
}

function once(address, tag, attributes) {
  if (!files.has(address)) {
    const loading = new Promise((resolve, reject) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) {
        element[name] = name === "rel" ? value : new URL(value, document.baseURI).href;
      }
      element.onload = resolve;
      element.onerror = () => {
        files.delete(address);
        element.remove();
        reject(new Error(`${address} is not there`));
      };
      document.head.append(element);
    });
    files.set(address, loading);
  }
  return files.get(address);
}

function apologise(view, data) {
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.textContent = data.apology;
  view.frame.replaceChildren(text);
}

function draw(view, data, make) {
  const before = view.map;
  const focused = view.frame.contains(document.activeElement) ? document.activeElement.dataset.ags : undefined;
  const place = before !== null && view.moved && view.shown === null && view.area === data.area ? [before.getCenter(), before.getZoom()] : null;
  const old = Array.from(view.frame.children);
  const fresh = document.createElement("div");
  fresh.className = "kim-map-body";
  fresh.innerHTML = data.html;
  forget(fresh);
  view.frame.append(fresh);
  old.forEach((element) => { element.style.display = "none"; });
  quietly(view, () => {
    view.map = make();
  });
  view.size = sizeOf(view);
  const container = view.map.getContainer();
  container.setAttribute("role", "group");
  container.setAttribute("aria-label", data.label);
  view.moved = place !== null;
  if (view.area !== data.area) {
    view.shown = null;
  }
  view.area = data.area;
  if (view.shown !== null) {
    view.moved = true;
    mark(view);
    fit(view);
  }
  if (place !== null) {
    go(view, ...place);
  }
  view.map.on("kim:chosen", (event) => view.choose(event.ags));
  view.map.on("move", () => moved(view));
  view.map.on("kim:whole", () => whole(view));
  view.watch.disconnect();
  view.watch.observe(container);
  if (focused !== undefined) {
    container.querySelector(`[data-ags="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
  before?.remove();
  old.forEach((element) => element.remove());
  align(view);
}

// A new map must find its own element by id: not that of the map before, here or in a place that the page is about to
// leave.
function forget(fresh) {
  const ids = new Set(Array.from(fresh.querySelectorAll("[id]"), (element) => element.id));
  for (const element of document.querySelectorAll(".kim-map [id]")) {
    if (ids.has(element.id)) {
      element.removeAttribute("id");
    }
  }
}

// As high as the window allows, where that is wanted.
function high(view) {
  if (view.latest === null) {
    return;
  }
  const { height, fill } = view.latest;
  const main = view.frame.closest("[data-testid=stMain]");
  let room = height;
  if (fill && main !== null) {
    const above = view.frame.getBoundingClientRect().top - main.getBoundingClientRect().top + main.scrollTop;
    const most = HIGHEST * view.frame.clientWidth;
    room = Math.floor(Math.max(height, Math.min(most, window.innerHeight - above - MARGIN)));
  }
  view.frame.style.height = `${room}px`;
  if (fill) {
    besideOf(view);
  }
}

// The table beside it ends where what stands below the table still has room beside the map (static/plans.css).
function besideOf(view) {
  const table = document.querySelector(".kim-beside");
  const below = document.querySelector(".st-key-sums");
  if (table === null || below === null) {
    return;
  }
  const { bottom, right } = view.frame.getBoundingClientRect();
  const { top, left } = table.getBoundingClientRect();
  const room = left < right ? "none" : `${Math.max(LOWEST, bottom - top - below.clientHeight - MARGIN)}px`;
  document.documentElement.style.setProperty("--kim-beside", room);
}

// The district of these municipalities stands out and fills the map; none: all do.
function show(view, towns) {
  view.shown = towns;
  view.moved = towns !== null;
  mark(view);
  quietly(view, () => view.map.fire("kim:fit"));
}

function mark(view) {
  for (const button of document.querySelectorAll("button[data-kim-towns]")) {
    if (button.dataset.kimMap === view.latest.place) {
      button.setAttribute("aria-pressed", String(button.dataset.kimTowns === view.shown));
    }
  }
  view.map.fire("kim:show", { towns: view.shown?.split(" ") ?? null });
}

function quietly(view, act) {
  view.quiet += 1;
  try {
    act();
  } finally {
    view.quiet -= 1;
  }
}

function go(view, center, zoom) {
  quietly(view, () => view.map.setView(center, zoom, { animate: false }));
}

function fit(view) {
  quietly(view, () => view.map.fire("kim:fit"));
}

function whole(view) {
  for (const one of [view, ...partners(view)]) {
    one.moved = false;
    one.shown = null;
    mark(one);
    fit(one);
  }
  align(view);
}

function sizeOf(view) {
  const { clientWidth, clientHeight } = view.map.getContainer();
  return `${clientWidth} ${clientHeight}`;
}

function sized(view) {
  return view.size === sizeOf(view);
}

function resized(view) {
  if (sized(view)) {
    return;
  }
  view.size = sizeOf(view);
  quietly(view, () => view.map.invalidateSize({ pan: false }));
  if (!view.moved || view.shown !== null) {
    fit(view);
    align(view);
  }
}

// A page is laid out for paper without telling the map; on upright A4 it is about 700 pixels wide.
function shrink(view) {
  const share = Math.min(1, 700 / window.innerWidth);
  const width = Math.floor(view.frame.clientWidth * share);
  view.frame.style.width = `${width}px`;
  // Narrow maps beside one another need no more height than width.
  const legend = view.frame.querySelector(".kim-legend")?.offsetHeight ?? 0;
  view.frame.style.height = `${Math.min(view.frame.clientHeight, Math.ceil(1.15 * width) + legend)}px`;
  resized(view);
}

// Maps of one group and county show the same place: what one was moved to, else the widest of their first views.

function join(view, name) {
  if (view.group === name) {
    return;
  }
  groups.get(view.group)?.delete(view);
  view.group = name;
  if (name !== null) {
    groups.set(name, (groups.get(name) ?? new Set()).add(view));
  }
}

function partners(view) {
  const all = view.group === null ? [] : Array.from(groups.get(view.group));
  return all.filter((other) => other !== view && other.map !== null && other.area === view.area);
}

function moved(view) {
  // Leaflet also moves a map whose place on the page became another one.
  if (view.quiet > 0 || !sized(view)) {
    return;
  }
  view.moved = true;
  for (const other of partners(view)) {
    other.moved = true;
    go(other, view.map.getCenter(), view.map.getZoom());
  }
}

// Below maps of one group the legends are equally high, so that the maps are.
function level(views) {
  const legends = views.map((one) => one.frame.querySelector(".kim-legend")).filter((legend) => legend !== null);
  legends.forEach((legend) => { legend.style.minHeight = ""; });
  const highest = Math.max(...legends.map((legend) => legend.offsetHeight));
  legends.forEach((legend) => { legend.style.minHeight = `${highest}px`; });
}

function align(view) {
  const all = partners(view);
  if (all.length > 0) {
    level([view, ...all]);
  }
  const leader = all.find((other) => other.moved);
  if (view.moved) {
    all.forEach((other) => { other.moved = true; go(other, view.map.getCenter(), view.map.getZoom()); });
  } else if (leader !== undefined) {
    view.moved = true;
    go(view, leader.map.getCenter(), leader.map.getZoom());
  } else {
    const zoom = Math.min(...[view, ...all].map((one) => one.map.getZoom()));
    [view, ...all].forEach((one) => go(one, one.map.getCenter(), zoom));
  }
}
