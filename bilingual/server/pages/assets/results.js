// What comes out of a work: fixes, the translator's sheet, the annex, changes, reviews.
function changesTable(changes) {
  const times = (span) => (span ? el("span", { class: "quiet block", lang: "en" }, `${exact(span[0])} – ${exact(span[1])}`) : "");
  const rows = changes.map((change) => {
    const moved = change.before_span_ms && String(change.before_span_ms) !== String(change.after_span_ms);
    return el("tr", {},
      el("td", { class: "nowrap" }, t("cue-of", { side: t("side-" + change.side), n: change.cue }), el("span", { class: "quiet" }, " " + clock(change.at_ms))),
      el("td", { lang: change.side, "data-label": t("before") }, change.before || "—", moved ? times(change.before_span_ms) : ""),
      el("td", { lang: change.side, "data-label": t("after") }, change.after || "—", moved ? times(change.after_span_ms) : ""),
      el("td", { "data-label": t("what") }, change.what));
  });
  const heads = ["cue", "before", "after", "what"].map((code) => el("th", { scope: "col" }, t(code)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("changes-table") }, el("table", { class: "rows" }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows)));
}
const notListed = (n) => (n > 0 ? el("p", { class: "quiet" }, t("not-listed", { n })) : "");
function byHand(found) {
  // What was kept by an earlier version does not say which are doubtful.
  const doubtful = found.doubtful || 0, rest = found.left - doubtful, made = [];
  if (doubtful) {
    made.push(el("h3", {}, t("doubtful", { n: doubtful })), el("p", {}, t("doubtful-help")));
    made.push(el("ul", { class: "plain doubtful" }, ...found.doubtful_first.map((one) => el("li", {},
      el("strong", {}, one.title), " ", one.message, ...one.changes.map((line) => el("span", { class: "block" }, line))))));
    made.push(notListed(doubtful - found.doubtful_first.length));
  }
  if (rest) made.push(el("p", {}, t("by-hand", { n: rest }), " ", el("a", { href: "#report" }, t("tab-report"))));
  return made;
}
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const base = (work) => `${API}/works/${encodeURIComponent(work.id)}`;

async function checkAgain(work, use, button) {
  button.disabled = true;
  const roles = [...work.files.map((file) => file.role), "form"];
  try {
    const json = { files: {}, previous: work.id, keep: roles, use };
    const made = await persistent(() => call("POST", `${API}/works`, { json, headers: { "Idempotency-Key": token() } }));
    location.assign(made.page);
  } catch (error) {
    button.disabled = false;
    failed(button.closest("section").querySelector(".after-said"), error);
  }
}
function offered(work, found, use, archive) {
  const again = el("button", { type: "button", class: "primary", "data-change": "" }, t(use === "fixed" ? "again-fixed" : "again-corrected"));
  again.addEventListener("click", () => checkAgain(work, use, again));
  return [
    el("p", {}, t("changes-count", { n: found.changes.length })),
    changesTable(found.changes), notListed(found.more),
    el("p", {}, t("new-files") + (found.files || []).map((file) => file.name).join(t("list"))),
    el("p", { class: "actions" }, el("a", { class: "button", href: `${base(work)}/${archive}`, download: "" }, t("download-new")), " ", again),
    el("div", { class: "after-said problems", hidden: true }),
  ];
}

async function showFixes(work) {
  const box = byId("fix-body");
  if (box.dataset.of === work.id) return;
  box.replaceChildren(el("p", { role: "status" }, t("looking-for-fixes")));
  try {
    const found = await persistent(() => call("GET", `${base(work)}/fixes?lang=${LANG}`));
    box.dataset.of = work.id;
    const made = found.nothing || !found.files.length ? [el("p", {}, t("nothing-to-fix"))] : offered(work, found, "fixed", "fixed.zip");
    box.replaceChildren(...made, ...byHand(found));
  } catch (error) { failed(box, error, () => showFixes(work)); }
}

function bindSheet(work) {
  byId("sheet-down").href = `${base(work)}/sheet.xlsx?lang=${LANG}`;
  const box = byId("sheet-body"), input = byId("sheet-up");
  const show = (found) => {
    const made = [];
    if (found.refused && found.refused.length) {
      made.push(el("h3", {}, t("sheet-refused")), el("ul", { class: "plain" }, ...found.refused.map((one) => problemItem(one.message))));
    }
    if (found.nothing || !found.changes.length) made.unshift(el("p", {}, t("sheet-nothing")));
    else made.unshift(...offered(work, found, "corrected", "corrected.zip"));
    box.replaceChildren(...made);
  };
  input.addEventListener("change", async () => {
    const file = input.files[0];
    input.value = "";
    if (!file) return;
    box.replaceChildren(el("p", {}, t("reading-sheet", { name: file.name })));
    try {
      const headers = { "Content-Type": /\.csv$/i.test(file.name) ? "text/csv" : XLSX };
      show(await persistent(() => call("PUT", `${base(work)}/sheet?lang=${LANG}`, { body: file, headers })));
    } catch (error) { failed(box, error); }
  });
  // What the sheet changed that was given last time.
  if (work.links.sheet) persistent(() => call("GET", `${work.links.sheet}?lang=${LANG}`)).then(show, () => {});
}

function bindAnnex(work) {
  byId("annex-work").value = work.title || "";
  const said = byId("annex-said");
  byId("annex-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = t("annex-making");
    const asked = new URLSearchParams({ lang: LANG });
    for (const [name, id] of [["title", "annex-work"], ["party", "annex-party"]]) if (byId(id).value.trim()) asked.set(name, byId(id).value.trim());
    try {
      const { blob } = await persistent(() => call("GET", `${base(work)}/annex.pdf?${asked}`, { raw: true, headers: { Accept: "application/pdf, application/problem+json" } }));
      const link = el("a", { href: URL.createObjectURL(blob), download: t("annex-file") + ".pdf" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      said.textContent = t("annex-done");
    } catch (error) { said.textContent = (error.sentences || [error.message]).join(" "); }
  });
}

async function showChanges(work) {
  const box = byId("changes-body");
  if (box.dataset.of === work.id) return;
  box.replaceChildren(el("p", { role: "status" }, t("comparing")));
  try {
    const found = await persistent(() => call("GET", `${base(work)}/changes?lang=${LANG}`));
    box.dataset.of = work.id;
    const [before, now] = found.verdicts || [];
    const parts = [];
    if (before && now) parts.push(el("p", { class: "chip-line" }, t("before"), " ", chip({ state: "done", verdict: before }), " → ", t("after"), " ", chip({ state: "done", verdict: now })));
    for (const kind of ["gone", "new", "same"]) {
      const findings = found[kind];
      const title = el("h3", {}, t("changes-" + kind, { n: findings.length }));
      const list = el("ul", { class: `plain of-${kind}` }, ...findings.map(findingItem));
      if (kind === "new" || findings.length <= 5) parts.push(title, findings.length ? list : el("p", { class: "quiet" }, t("none")));
      else parts.push(title, el("details", {}, el("summary", {}, t("show-them")), list));
    }
    parts.push(el("p", {}, el("a", { href: `/works/${encodeURIComponent(found.previous)}` }, t("to-previous"))));
    box.replaceChildren(...parts);
  } catch (error) { failed(box, error, () => showChanges(work)); }
}

// Reviews: the page of the report keeps what is decided, and says so here; it is saved to the service.
const REVIEWER_KEY = "bilingual reviewer";
class Reviewing {
  constructor(work) {
    this.work = work;
    this.frame = byId("report");
    this.tag = null;
    this.timer = 0;
    this.kept = null;
    this.saving = Promise.resolve();
    this.as = byId("as-name").dataset.named || remembered(REVIEWER_KEY) || "";
    byId("as-name").value = this.as;
    byId("as-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.flush();
      this.as = byId("as-name").value.trim();
      remember(REVIEWER_KEY, this.as);
      this.open();
      location.hash = "#report";
    });
    this.frame.addEventListener("load", () => this.listen());
    window.addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.flush(); });
  }
  get whose() { return this.as ? `reviewer=${encodeURIComponent(this.as)}` : ""; }
  async open() {
    this.tag = null;
    const src = `${base(this.work)}/report.html?lang=${LANG}&${this.whose}`;
    if (this.frame.getAttribute("src") !== src) this.frame.src = src;
    byId("kept").textContent = "";
    try {
      const { reviews } = await call("GET", `${base(this.work)}/reviews`);
      if (!reviews.some((one) => one.name === this.as || one.by === this.as)) return;
      const known = await call("GET", `${base(this.work)}/review?${this.whose}`);
      this.tag = known.etag || null;
      this.whoseTag = (known.reviewer && known.reviewer.name) || "";
    } catch (error) { /* without it a version is saved all the same */ }
  }
  listen() {
    const inner = this.frame.contentWindow;
    if (!inner) return;
    inner.addEventListener("bilingual-review", (event) => {
      this.kept = event.detail;
      byId("kept").textContent = t("review-saving");
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.flush(), 1500);
    });
  }
  flush() {
    clearTimeout(this.timer);
    if (!this.kept) return;
    const kept = this.kept;
    this.kept = null;
    this.saving = this.saving.then(() => this.save(kept)).catch((error) => {
      byId("kept").textContent = t("review-not-saved", { said: error.message });
    });
  }
  async save(kept) {
    const name = kept.document.reviewer.name;
    if (name && !byId("as-name").dataset.named) { remember(REVIEWER_KEY, name); byId("as-name").value = name; }
    const put = () => call("PUT", `${base(this.work)}/review`, {
      json: kept.document, headers: this.tag && this.whoseTag === name ? { "If-Match": this.tag } : {},
    });
    let made;
    try {
      made = await persistent(put);
    } catch (error) {
      if (!(error instanceof Refused && error.status === 412)) throw error;
      // The same reviewer has gone on in another window: both are put together.
      const theirs = await persistent(() => call("GET", `${base(this.work)}/review?reviewer=${encodeURIComponent(name)}`));
      this.tag = theirs.etag || null;
      kept.document = kept.merge(theirs);
      made = await persistent(put);
    }
    this.tag = made.etag || null;
    this.whoseTag = name;
    kept.saved();
    byId("kept").textContent = t("review-saved", { time: moment(made.at), name: made.name || t("unnamed-reviewer") });
  }
}

async function showReviews(work) {
  const box = byId("reviews-body");
  box.replaceChildren(el("p", { role: "status" }, t("loading")));
  try {
    const [compared, { reviews }] = await persistent(() => Promise.all([
      call("GET", `${base(work)}/reviews/compared?lang=${LANG}`), call("GET", `${base(work)}/reviews`)]));
    if (!compared.reviewers.length) { box.replaceChildren(el("p", {}, t("no-reviews"))); return; }
    const who = el("ul", { class: "plain reviewers" }, ...compared.reviewers.map((one) => el("li", {}, el("strong", {}, one.name || t("unnamed-reviewer")),
      " ", chip({ state: "done", verdict: one.verdict }), el("span", { class: "quiet" }, " " + [one.by && one.by !== one.name ? one.by : "", moment(one.at)].filter(Boolean).join(t("comma"))))));
    const differing = compared.rows.filter((row) => row.agree === false).length;
    const only = el("input", { type: "checkbox" });
    const table = comparedTable(compared);
    only.addEventListener("change", () => { for (const row of table.querySelectorAll("tbody tr")) row.hidden = only.checked && !row.classList.contains("differ"); });
    const versions = el("details", {}, el("summary", {}, t("versions", { n: reviews.length })), el("ul", {}, ...reviews.map((one) =>
      el("li", {}, `${moment(one.at)} ${one.name || t("unnamed-reviewer")} `, el("span", { class: "quiet" }, t("decisions", { n: one.decisions })), " ",
        el("a", { href: `${base(work)}/reviews/${one.n}`, download: `review-${one.n}.json` }, t("download"))))));
    box.replaceChildren(who, el("p", {}, differing ? t("differing", { n: differing }) : compared.reviewers.length > 1 ? t("no-differing") : ""),
      compared.reviewers.length > 1 ? el("p", {}, el("label", {}, only, " " + t("only-differing"))) : "", table, versions);
  } catch (error) { failed(box, error, () => showReviews(work)); }
}
function comparedTable({ reviewers, rows }) {
  const heads = [t("what-judged"), ...reviewers.map((one) => one.name || t("unnamed-reviewer"))];
  const body = rows.map((row) => {
    const what = el("th", { scope: "row" }, placeOf(row) === null ? "" : el("span", { class: "quiet" }, clock(placeOf(row)) + " "), el("strong", {}, row.title || t("kind-" + row.kind)));
    if (row.message) what.append(el("p", {}, row.message));
    for (const side of ["zh", "bo"]) if ((row[side] || []).length) what.append(el("p", { lang: side, class: "cue" }, row[side].join("\n")));
    if (row.agree === false) what.append(el("p", { class: "bad" }, t("differ")));
    const cells = reviewers.map((one) => {
      const decision = row.decisions[one.id];
      const cell = el("td", { "data-label": one.name || t("unnamed-reviewer") });
      if (!decision) cell.append("–");
      else cell.append(el("strong", {}, decision.state_text), decision.note ? el("p", {}, decision.note) : "", el("span", { class: "quiet block" }, moment(decision.at)));
      return cell;
    });
    return el("tr", row.agree === false ? { class: "differ" } : {}, what, ...cells);
  });
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("compared-table") },
    el("table", { class: "rows compared" }, el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))), el("tbody", {}, ...body)));
}
