"use strict";

// Tables sorted by a click on a heading (views/parts/tables.py): up, then down. The row of totals stays where it is.
(() => {
  if (window.kimTables) {
    return;
  }
  window.kimTables = true;

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-kim-sort]");
    if (button) {
      sort(button.closest("th"));
    }
  });

  function sort(heading) {
    const down = heading.getAttribute("aria-sort") === "ascending";
    const body = heading.closest("table").tBodies[0];
    const rows = [...body.rows].sort((one, other) => compare(one.cells[heading.cellIndex], other.cells[heading.cellIndex], down));
    body.append(...rows);
    [...heading.parentElement.cells].forEach((cell) => cell.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  }

  // What is no figure among figures comes last, up and down.
  function compare(one, other, down) {
    const [a, b] = [one, other].map((cell) => (cell.dataset.amount === undefined ? null : Number(cell.dataset.amount)));
    if (a !== null && b !== null) {
      return down ? b - a : a - b;
    }
    if (a !== null || b !== null) {
      return a === null ? 1 : -1;
    }
    const order = one.textContent.localeCompare(other.textContent, document.documentElement.lang, { numeric: true });
    return down ? -order : order;
  }
})();
