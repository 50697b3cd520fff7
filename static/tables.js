"use strict";

// Tables sorted by a click on a heading (views/parts/tables.py): up, then down. The row of totals stays where it is.
// As they are sorted they are copied, for a spreadsheet or a letter, and saved as CSV.
(() => {
  if (window.kimTables) {
    return;
  }
  window.kimTables = true;

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-kim-sort]");
    if (button) {
      sort(button.closest("th"));
      return;
    }
    const take = event.target.closest?.("button[data-kim-copy], button[data-kim-csv]");
    const table = take?.closest(".kim-table").querySelector("table");
    if (table && take.dataset.kimCsv === undefined) {
      copy(table, take.parentElement);
    } else if (table) {
      save(csv(table), take.dataset.kimCsv);
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

  const german = () => document.documentElement.lang === "de";

  function lines(table) {
    return [...table.rows].map((row) => [...row.cells].map(text));
  }

  // Figures as a spreadsheet reads them: no groups of thousands, an ordinary minus and an ordinary space.
  function text(cell) {
    const said = cell.textContent.trim().replace(/\s+/g, " ");
    const plain = said.replace(/\u2212/g, "-").replace(german() ? /\.(?=\d{3})/g : /,(?=\d{3})/g, "");
    if (cell.dataset.amount !== undefined && /^[+-]?\d+([.,]\d+)?( ?%)?$/.test(plain)) {
      return plain;
    }
    // A name that begins like a formula is none.
    return /^[=+\-@]/.test(said) ? `'${said}` : said;
  }

  // For Excel as it is set up in the language of the page; without the mark at the beginning it takes umlauts for others.
  function csv(table) {
    const apart = german() ? ";" : ",";
    const quoted = (cell) => (/[";,\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    const written = lines(table).map((cells) => cells.map(quoted).join(apart));
    return `\ufeff${written.join("\r\n")}\r\n`;
  }

  function save(content, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type: "text/csv;charset=utf-8" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  // Columns apart by tabs. Where the browser has no clipboard for pages without encryption, the old way.
  function copy(table, place) {
    const content = lines(table).map((cells) => cells.join("\t")).join("\n");
    const status = place.querySelector("[role=status]");
    const done = () => {
      status.textContent = status.dataset.done;
      setTimeout(() => { status.textContent = ""; }, 4000);
    };
    const old = () => {
      const field = document.createElement("textarea");
      field.value = content;
      place.append(field);
      field.select();
      const copied = document.execCommand("copy");
      field.remove();
      if (copied) {
        done();
      } else {
        status.textContent = status.dataset.instead;
        window.getSelection().selectAllChildren(table);
      }
    };
    if (navigator.clipboard) {
      navigator.clipboard.writeText(content).then(done, old);
    } else {
      old();
    }
  }
})();
