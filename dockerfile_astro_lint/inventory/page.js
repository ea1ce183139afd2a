(() => {
  "use strict";
  const table = document.getElementById("projects");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const heads = Array.from(table.tHead.rows[0].cells);
  const count = document.getElementById("count");
  const search = document.getElementById("search");
  const status = document.getElementById("status");
  const series = document.getElementById("series");
  const collator = new Intl.Collator("en", { numeric: true });
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  let column = 0;
  let descending = false;

  const value = (row) => {
    const cell = row.cells[column];
    return cell.dataset.v ?? cell.textContent.trim();
  };

  const sort = () => {
    const known = [];
    const empty = [];
    for (const row of rows) (value(row) === "" ? empty : known).push([value(row), row]);
    const numbers = known.every(([one]) => one !== "" && Number.isFinite(Number(one)) && !one.includes("."));
    known.sort(([one], [other]) => (numbers ? one - other : collator.compare(one, other)) * (descending ? -1 : 1));
    body.append(...known.concat(empty).map(([, row]) => row));
    heads.forEach((head, at) => {
      head.setAttribute("aria-sort", at !== column ? "none" : descending ? "descending" : "ascending");
    });
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits =
        (!status.value || row.dataset.status === status.value) &&
        (!series.value || row.dataset.series === series.value) &&
        words.every((word) => texts.get(row).includes(word));
      row.hidden = !fits;
      shown += fits;
    }
    const all = rows.length === 1 ? "1 project" : `${rows.length} projects`;
    const name = heads[column].textContent;
    const order = column === 0 ? (descending ? "the least urgent first" : "the most urgent first")
      : `by ${name}, ${descending ? "descending" : "ascending"}`;
    count.textContent = (shown === rows.length ? all : `${shown} of ${all}`) + `, ${order}`;
  };

  // The address says what is shown, so that a view can be kept and passed on.
  const remember = () => {
    const state = new URLSearchParams();
    for (const one of [search, status, series]) if (one.value) state.set(one.id, one.value);
    if (column || descending) state.set("sort", (descending ? "-" : "") + column);
    history.replaceState(null, "", `#${state}`);
  };

  const recall = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const one of [search, status, series]) one.value = state.get(one.id) ?? "";
    for (const one of [status, series]) if (one.selectedIndex < 0) one.value = "";
    const order = /^(-?)(\d{1,2})$/.exec(state.get("sort") ?? "0");
    column = order && heads[order[2]] ? Number(order[2]) : 0;
    descending = Boolean(order && order[1]);
    sort();
    filter();
  };

  const change = () => {
    filter();
    remember();
  };

  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      descending = column === at && !descending;
      column = at;
      sort();
      change();
    });
  });
  for (const one of document.querySelectorAll("#timeline tbody tr")) {
    const name = one.querySelector(".series");
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Show these projects in the table";
    name.replaceWith(button);
    button.append(name);
    button.addEventListener("click", () => {
      series.value = one.dataset.series;
      status.value = search.value = "";
      change();
      document.getElementById("projects-title").scrollIntoView();
    });
  }
  for (const one of [search, status, series]) one.addEventListener("input", change);
  document.getElementById("reset").addEventListener("click", () => {
    search.value = status.value = series.value = "";
    change();
    search.focus();
  });
  window.addEventListener("hashchange", recall);
  document.querySelector(".controls").hidden = false;
  recall();
})();
