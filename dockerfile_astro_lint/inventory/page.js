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
    const numbers = known.every(([key]) => key !== "" && Number.isFinite(Number(key)) && !key.includes("."));
    known.sort(([a], [b]) => (numbers ? a - b : collator.compare(a, b)) * (descending ? -1 : 1));
    body.append(...known.concat(empty).map(([, row]) => row));
    heads.forEach((head, at) => {
      head.setAttribute("aria-sort", at !== column ? "none" : descending ? "descending" : "ascending");
    });
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const matches =
        (!status.value || row.dataset.status === status.value) &&
        (!series.value || row.dataset.series === series.value) &&
        words.every((word) => texts.get(row).includes(word));
      row.hidden = !matches;
      shown += matches;
    }
    const all = rows.length === 1 ? "1 project" : `${rows.length} projects`;
    const name = heads[column].textContent;
    const order = column === 0 ? (descending ? "least urgent first" : "most urgent first")
      : `by ${name}, ${descending ? "descending" : "ascending"}`;
    count.textContent = (shown === rows.length ? all : `${shown} of ${all}`) + `, ${order}`;
  };

  // The address holds the view, so that it can be bookmarked and shared.
  const remember = () => {
    const state = new URLSearchParams();
    for (const field of [search, status, series]) if (field.value) state.set(field.id, field.value);
    if (column || descending) state.set("sort", (descending ? "-" : "") + column);
    history.replaceState(null, "", `#${state}`);
  };

  const recall = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const field of [search, status, series]) field.value = state.get(field.id) ?? "";
    for (const field of [status, series]) if (field.selectedIndex < 0) field.value = "";
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
  for (const row of document.querySelectorAll("#timeline tbody tr")) {
    const name = row.querySelector(".series");
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Show these projects in the table";
    name.replaceWith(button);
    button.append(name);
    button.addEventListener("click", () => {
      series.value = row.dataset.series;
      status.value = search.value = "";
      change();
      document.getElementById("projects-title").scrollIntoView();
    });
  }
  for (const field of [search, status, series]) field.addEventListener("input", change);
  document.getElementById("reset").addEventListener("click", () => {
    search.value = status.value = series.value = "";
    change();
    search.focus();
  });
  const scroll = document.querySelector(".scroll");
  const more = document.querySelector(".more");
  const measure = () => {
    const scrolls = getComputedStyle(scroll).overflowX !== "visible";
    const rest = scrolls ? scroll.scrollWidth - scroll.clientWidth : 0;
    more.hidden = rest < 2;
    scroll.toggleAttribute("data-more", rest - scroll.scrollLeft >= 2);
  };
  more.classList.add("measured");
  scroll.addEventListener("scroll", measure, { passive: true });
  new ResizeObserver(measure).observe(scroll);
  new ResizeObserver(measure).observe(table);
  window.addEventListener("hashchange", recall);
  document.querySelector(".controls").hidden = false;
  recall();
})();
