"use strict";

// Hides the names that would cover an earlier label; the numbers stay, and the tooltip has the name.
function kimKeepLabelsApart(map) {
  function apart() {
    const taken = [];
    const overlaps = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    const labels = Array.from(map.getContainer().querySelectorAll(".kim-label"));
    for (const label of labels) {
      for (const badge of label.querySelectorAll(".kim-number, .kim-hub")) {
        taken.push({ label, box: badge.getBoundingClientRect() });
      }
    }
    for (const label of labels) {
      const name = label.querySelector(".kim-name");
      const box = name.getBoundingClientRect();
      const covers = taken.some((other) => other.label !== label && overlaps(box, other.box));
      name.classList.toggle("kim-hidden", covers);
      if (!covers) {
        taken.push({ label, box });
      }
    }
  }
  const soon = () => requestAnimationFrame(apart);
  map.whenReady(soon);
  map.on("zoomend resize", soon);
  // Sizes are known only with the style sheets, which may come after the map.
  document.querySelectorAll("link[rel=stylesheet]").forEach((link) => link.addEventListener("load", soon));
}
