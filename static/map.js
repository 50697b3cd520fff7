"use strict";

// What the scripts of our folium maps call (maps/layers.py), in the application and in an exported page alike.
window.kimMap = (() => {
  const UNIT = 1e-4;
  const AROUND = "kim-land-around";
  const NAMES_AROUND = "kim-names-around";
  const RING = "kim-ring";
  const INK = "#1b1f24";
  const CHOSEN = "#0b4f8a";
  const OVER = "#8a1c4a";
  // Where minutes may stand: on the line of a drive or beside it, in pixels. At the hub the lines meet.
  const SHARES = [0.5, 0.58, 0.42, 0.66, 0.34, 0.74, 0.26];
  const PLACES = [0, 12, -12, 24, -24].flatMap((aside) => SHARES.map((share) => [share, aside]));
  // How far signs may give way to those of another municipality, in pixels, the least first.
  const ASIDE = [0, 8, 16, 24].flatMap((far) => [[-far, 0], [far, 0], [0, -far], [0, far]]);
  const PAN = { ArrowLeft: [-80, 0], ArrowRight: [80, 0], ArrowUp: [0, -80], ArrowDown: [0, 80] };

  // Frame and controls, in the reader's language.
  function begin(map, bounds, texts) {
    // Below tiles, which hide what lies around the county where they load, and above the shapes, below the labels.
    for (const [name, height] of [[AROUND, 150], [NAMES_AROUND, 160], [RING, 450]]) {
      Object.assign(map.createPane(name).style, { zIndex: height, pointerEvents: "none" });
    }
    map.attributionControl.setPrefix(false).addAttribution(texts.sources);
    map.on("kim:fit", () => {
      if (map.getSize().x > 0 && map.getSize().y > 0) {
        // On a narrow page the sources take two lines, which would hide the south of the county.
        const below = Math.max(14, map.attributionControl.getContainer().offsetHeight + 4);
        const padding = { paddingTopLeft: [14, 14], paddingBottomRight: [14, below] };
        map.fitBounds(map.kimNear ?? bounds, { ...padding, animate: false });
      }
    });
    map.on("kim:show", ({ towns }) => standOut(map, towns));
    map.fire("kim:fit");
    L.control.zoom({ zoomInTitle: texts.zoomIn, zoomOutTitle: texts.zoomOut }).addTo(map);
    button(map, texts.whole, "kim-whole", () => map.fire("kim:fit").fire("kim:whole"));
  }

  function button(map, title, className, act) {
    const control = L.control({ position: "topleft" });
    control.onAdd = () => {
      const bar = L.DomUtil.create("div", "leaflet-bar leaflet-control");
      const link = L.DomUtil.create("a", className, bar);
      Object.assign(link, { href: "#", title, role: "button" });
      link.setAttribute("aria-label", title);
      L.DomEvent.disableClickPropagation(link);
      L.DomEvent.on(link, "click", L.DomEvent.stop).on(link, "click", act);
      return bar;
    };
    control.addTo(map);
  }

  // Steps in units of the last decimal, longitude first, become corners.
  function corners(parts) {
    return parts.map((rings) => rings.map((steps) => {
      let [lon, lat] = [0, 0];
      const found = [];
      for (let at = 0; at < steps.length; at += 2) {
        lon += steps[at];
        lat += steps[at + 1];
        found.push([lat * UNIT, lon * UNIT]);
      }
      return found;
    }));
  }

  function surroundings(map, land, borders, names) {
    const line = { pane: AROUND, color: "#c6ccd2", weight: 1, smoothFactor: 0.5, interactive: false };
    L.polygon(corners(land), { ...line, fillColor: "#f1f3f5", fillOpacity: 1 }).addTo(map);
    L.polyline(corners(borders).flat(), line).addTo(map);
    map.kimAround = names;
  }

  // Shapes that are chosen by mouse, touch and keyboard alike; the map then fires "kim:chosen".
  function municipalities(map, features, borders, opacity) {
    map.kimShapes = {};
    for (const feature of features) {
      const style = { fillColor: feature.fill, fillOpacity: opacity, color: "#5c6670", weight: 1, smoothFactor: 0.5 };
      const shape = L.polygon(corners(feature.shape), style).addTo(map);
      map.kimShapes[feature.ags] = shape;
      shape.bindTooltip(feature.tooltip, { sticky: true, className: "kim-tooltip" });
      shape.on("click", () => map.fire("kim:chosen", { ags: feature.ags }));
      reachable(map, shape, feature);
    }
    const line = { interactive: false, color: INK, weight: 3.5, smoothFactor: 0.5 };
    L.polyline(corners(borders).flat(), line).addTo(map);
  }

  // Lines over municipalities, whatever their colour; the pattern is part of the map's own drawing.
  function hatched(map, towns) {
    const drawing = map.getRenderer(map.kimShapes[towns[0]])._container;
    const id = `${map.getContainer().id}-hatch`;
    drawing.insertAdjacentHTML("afterbegin", `<defs><pattern id="${id}" patternUnits="userSpaceOnUse" width="9" height="9"
      patternTransform="rotate(45)"><path d="M0 0V9" stroke="${INK}" stroke-width="2.4" stroke-opacity="0.55"/></pattern></defs>`);
    const style = { stroke: false, fillColor: `url(#${id})`, fillOpacity: 1, interactive: false, smoothFactor: 0.5 };
    towns.forEach((ags) => L.polygon(map.kimShapes[ags].getLatLngs(), style).addTo(map));
  }

  // The borders of another plan.
  function over(map, borders) {
    const line = { interactive: false, color: OVER, weight: 3.5, dashArray: "9 7", lineCap: "butt", smoothFactor: 0.5 };
    L.polyline(corners(borders).flat(), line).addTo(map);
  }

  function reachable(map, shape, { ags, tooltip }) {
    const element = shape.getElement();
    const ring = L.layerGroup();
    const attributes = { tabindex: "0", role: "button", "aria-label": spoken(tooltip), "data-ags": ags };
    Object.entries(attributes).forEach(([name, text]) => element.setAttribute(name, text));
    // The label says it all.
    shape.on("tooltipopen", () => element.removeAttribute("aria-describedby"));
    element.addEventListener("focus", () => {
      if (element.matches(":focus-visible")) {
        outline(shape, "#ffffff", 11).addTo(ring);
        outline(shape, INK, 7).addTo(ring);
        outline(shape, "#ffd24a", 3).addTo(ring);
        ring.addTo(map);
      }
    });
    element.addEventListener("blur", () => {
      ring.remove();
      ring.clearLayers();
    });
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        map.fire("kim:chosen", { ags });
      } else if (event.key === "Escape") {
        shape.closeTooltip();
      } else if (event.key in PAN) {
        map.panBy(PAN[event.key], { animate: false });
      } else if (event.key === "+" || event.key === "-") {
        map.setZoom(map.getZoom() + (event.key === "+" ? 0.5 : -0.5), { animate: false });
      } else {
        return;
      }
      event.preventDefault();
      event.stopPropagation();
    });
  }

  // The lines of a tooltip for a screen reader.
  function spoken(tooltip) {
    const { content } = Object.assign(document.createElement("template"), { innerHTML: tooltip });
    const lines = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (lines.nextNode() !== null) {
      texts.push(lines.currentNode.data);
    }
    return texts.join("; ");
  }

  function outline(shape, color, weight) {
    const rings = shape.getLatLngs().flat().map((ring) => [...ring, ring[0]]);
    return L.polyline(rings, { pane: RING, interactive: false, color, weight, smoothFactor: 0.5 });
  }

  function select(map, ags) {
    const shape = map.kimShapes[ags];
    if (shape !== undefined) {
      outline(shape, "#ffffff", 9).addTo(map);
      outline(shape, CHOSEN, 5).addTo(map);
      shape.getElement().setAttribute("aria-pressed", "true");
    }
  }

  // These municipalities stand out, and are what "kim:fit" fits; without any, all are as drawn.
  function standOut(map, towns) {
    const found = towns === null ? [] : towns.map((ags) => map.kimShapes[ags]).filter(Boolean);
    map.kimNear = found.length === 0 ? undefined : L.featureGroup(found).getBounds().pad(0.1);
    for (const shape of Object.values(map.kimShapes)) {
      const dim = found.length > 0 && !found.includes(shape);
      shape.getElement().classList.toggle("kim-dim", dim);
    }
  }

  // [hub, municipality, minutes as HTML] each.
  function drives(map, all) {
    const lines = all.map(([start, end]) => [start, end]);
    L.polyline(lines, { pane: RING, interactive: false, color: "#ffffff", weight: 5, opacity: 0.8 }).addTo(map);
    L.polyline(lines, { pane: RING, interactive: false, color: INK, weight: 2, dashArray: "1 5" }).addTo(map);
    map.kimDrives = all.map(([start, end, minutes]) => {
      const html = `<div class="kim-drive">${minutes}</div>`;
      return { start, end, marker: sign(map, start, html, "kim-label kim-drives") };
    });
  }

  // [latitude, longitude, HTML] each; the shapes below keep their tooltips.
  function labels(map, places) {
    places.forEach(([lat, lon, html]) => sign(map, [lat, lon], html, "kim-label kim-town"));
  }

  // [latitude, longitude, how many, tooltip] each.
  function services(map, places) {
    for (const [lat, lon, count, tooltip] of places) {
      const html = `<span class="kim-service"><span>${count}</span></span>`;
      const icon = L.divIcon({ html, iconSize: [26, 26], iconAnchor: [13, 40], className: "kim-services" });
      const marker = L.marker([lat, lon], { icon, riseOnHover: true }).addTo(map);
      marker.bindTooltip(tooltip, { direction: "top", offset: [0, -34], className: "kim-tooltip kim-wide" });
      const element = marker.getElement();
      element.setAttribute("role", "img");
      element.setAttribute("aria-label", spoken(tooltip));
      marker.on("tooltipopen", () => element.removeAttribute("aria-describedby"));
    }
  }

  function sign(map, place, html, className, pane = "markerPane") {
    const icon = L.divIcon({ html, iconSize: [0, 0], className });
    const marker = L.marker(place, { icon, pane, interactive: false, keyboard: false }).addTo(map);
    // What it says is in the names of the shapes.
    marker.getElement().setAttribute("aria-hidden", "true");
    return marker;
  }

  function finish(map) {
    // Last, so that they give way to all others.
    for (const [lat, lon, name] of map.kimAround ?? []) {
      sign(map, [lat, lon], `<div>${name}</div>`, "kim-label kim-around", NAMES_AROUND);
    }
    keepApart(map);
  }

  // Moves signs aside that would cover those of an earlier label, as far as that is possible.
  function giveWay(find) {
    const boxes = (elements) => elements.map((element) => element.getBoundingClientRect());
    const taken = boxes(find(".kim-service, .leaflet-control"));
    for (const label of find(".kim-town > div")) {
      label.style.margin = "";
      const own = boxes([...label.querySelectorAll(".kim-number, .kim-hub, .kim-mark")]);
      const moved = (x, y) => own.map((box) => new DOMRect(box.x + x, box.y + y, box.width, box.height));
      const free = ([x, y]) => moved(x, y).every((box) => !taken.some((other) => overlap(box, other)));
      const [x, y] = ASIDE.find(free) ?? [0, 0];
      label.style.margin = `${y}px 0 0 ${x}px`;
      taken.push(...moved(x, y));
    }
  }

  // Hides the names that would cover an earlier label; the numbers stay, and the tooltip has the name.
  function keepApart(map) {
    function apart() {
      const container = map.getContainer();
      const find = (selector) => Array.from(container.querySelectorAll(selector));
      giveWay(find);
      const taken = find(".kim-number, .kim-hub, .kim-mark, .kim-service, .leaflet-control").map((element) => ({
        owner: element.closest(".kim-label"),
        box: element.getBoundingClientRect(),
      }));
      const free = (owner, box) => taken.every((other) => other.owner === owner || !overlap(box, other.box));
      const place = (owner, box) => free(owner, box) && taken.push({ owner, box }) > 0;
      const named = (selector) => find(selector).map((element) => [element, element.getBoundingClientRect()]);
      find(".kim-name").forEach((element) => element.classList.remove("kim-above", "kim-short"));
      for (const [element, box] of named(".kim-name")) {
        const owner = element.closest(".kim-label");
        const line = element.firstElementChild === null ? 0 : element.firstElementChild.offsetHeight;
        const top = element.parentElement.getBoundingClientRect().top;
        // Below or above the number, with its figure if need be without.
        const choices = [[box.top, 0, []], [top - box.height, 0, ["kim-above"]]];
        choices.push([box.top, line, ["kim-short"]], [top - box.height + line, line, ["kim-above", "kim-short"]]);
        const chosen = choices.find(([y, less]) => place(owner, new DOMRect(box.x, y, box.width, box.height - less)));
        element.classList.toggle("kim-hidden", chosen === undefined);
        element.classList.add(...(chosen?.[2] ?? []));
      }
      for (const { start, end, marker } of map.kimDrives ?? []) {
        const [owner, [from, to]] = [marker.getElement(), [start, end].map((at) => map.latLngToContainerPoint(at))];
        const { x, y, width, height } = owner.firstChild.getBoundingClientRect();
        const now = map.latLngToContainerPoint(marker.getLatLng());
        const way = to.subtract(from);
        const side = L.point(-way.y, way.x).divideBy(Math.hypot(way.x, way.y) || 1);
        const found = PLACES.some(([share, aside]) => {
          const point = from.add(way.multiplyBy(share)).add(side.multiplyBy(aside));
          const fits = place(owner, new DOMRect(x + point.x - now.x, y + point.y - now.y, width, height));
          return fits && marker.setLatLng(map.containerPointToLatLng(point));
        });
        owner.firstChild.classList.toggle("kim-hidden", !found);
      }
      for (const [element, box] of named(".kim-around > div")) {
        element.classList.toggle("kim-hidden", !place(element.parentElement, box));
      }
    }
    const soon = () => requestAnimationFrame(apart);
    map.whenReady(soon);
    map.on("moveend zoomend resize", soon);
    // Sizes are known only with the style sheets, which may come after the map.
    document.querySelectorAll("link[rel=stylesheet]").forEach((link) => link.addEventListener("load", soon));
  }

  function overlap(a, b) {
    return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  }

  return { begin, surroundings, municipalities, hatched, over, select, drives, labels, services, finish };
})();
