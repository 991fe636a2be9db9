"use strict";
(() => {
  const rows = [...document.querySelectorAll("#works > tr")];
  const text = new Map(rows.map((row) => [row, (row.cells[0].textContent + " " + row.cells[1].textContent).toLowerCase()]));
  const fields = ["text", "unit", "category", "verdict", "rule", "reviewer"];
  const inputs = Object.fromEntries(fields.map((name) => [name, document.getElementById("f-" + name)]));
  const shown = document.getElementById("shown");
  const AT_ONCE = 150, STEP = 100; // as in batch.css
  const later = rows.slice(AT_ONCE);
  for (const row of later) row.classList.add("later");
  document.getElementById("works").classList.remove("held");
  const show = (row) => row.classList.remove("later");
  const idle = window.requestIdleCallback || ((then) => setTimeout(then, 50));
  const more = () => {
    later.splice(0, STEP).forEach(show);
    if (later.length) idle(more);
  };
  if (later.length) window.addEventListener("load", () => idle(more));
  const value = (name) => (inputs[name] ? inputs[name].value : "");
  const apply = () => {
    const wanted = value("text").trim().toLowerCase();
    const filtered = fields.some((name) => value(name).trim());
    let count = 0;
    for (const row of rows) {
      const data = row.dataset;
      const fits =
        (!wanted || text.get(row).includes(wanted)) &&
        (!value("unit") || data.unit === value("unit")) &&
        (!value("category") || data.category === value("category")) &&
        (!value("verdict") || data.verdict === value("verdict")) &&
        (!value("rule") || data.rules.split(" ").includes(value("rule"))) &&
        (!value("reviewer") || data.reviewers.split("\n").includes(value("reviewer")));
      row.hidden = !fits;
      if (fits && filtered) show(row);
      count += fits;
    }
    shown.textContent = shown.dataset.words.replace("{n}", count);
  };
  for (const name of fields) if (inputs[name]) inputs[name].addEventListener("input", apply);
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#w-"]');
    const row = link && document.getElementById(decodeURI(link.getAttribute("href").slice(1))) || (link && document.getElementById(link.getAttribute("href").slice(1)));
    if (row) {
      row.hidden = false;
      show(row);
    }
  });
  apply();
})();
