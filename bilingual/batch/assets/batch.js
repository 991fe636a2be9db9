"use strict";
(() => {
  const rows = [...document.querySelectorAll("#works > tr")];
  const text = new Map(rows.map((row) => [row, (row.cells[0].textContent + " " + row.cells[1].textContent).toLowerCase()]));
  const fields = ["text", "unit", "category", "verdict", "rule", "reviewer"];
  const inputs = Object.fromEntries(fields.map((name) => [name, document.getElementById("f-" + name)]));
  const shown = document.getElementById("shown");
  const value = (name) => (inputs[name] ? inputs[name].value : "");
  const apply = () => {
    const wanted = value("text").trim().toLowerCase();
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
      count += fits;
    }
    shown.textContent = shown.dataset.words.replace("{n}", count);
  };
  for (const name of fields) if (inputs[name]) inputs[name].addEventListener("input", apply);
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#w-"]');
    const row = link && document.getElementById(decodeURI(link.getAttribute("href").slice(1))) || (link && document.getElementById(link.getAttribute("href").slice(1)));
    if (row) row.hidden = false;
  });
  apply();
})();
