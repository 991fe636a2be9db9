// The first page: a place for files, and the works that are here.
async function home() {
  const session = await persistent(() => call("GET", `${API}/session`));
  const intake = new Intake(byId("intake"), { limits: session.limits });
  intake.restore();
  works();
}

function works() {
  const list = byId("works"), rows = new Map();
  let next = null;

  function row(work) {
    const said = el("span", { class: "quiet" });
    const bar = el("progress", { max: "1", "aria-label": t("progress-of", { name: nameOf(work) }) });
    const link = el("a", { href: work.page, class: "work-link" });
    const remove = el("button", { type: "button", class: "quiet-button", "aria-label": t("delete-name", { name: nameOf(work) }) }, t("delete-short"));
    const made = el("li", { class: "work" }, link, el("span", { class: "work-chip" }), said, bar, remove);
    remove.addEventListener("click", async () => {
      try { if (await removeWork(work)) gone(work.id); } catch (error) { said.textContent = error.message; }
    });
    return made;
  }
  function show(work, first) {
    let made = rows.get(work.id);
    if (!made) {
      made = row(work);
      rows.set(work.id, made);
      if (first) list.prepend(made); else list.append(made);
    }
    made.querySelector(".work-link").textContent = nameOf(work);
    made.querySelector(".work-chip").replaceChildren(chip(work));
    const words = [moment(work.created)];
    if (work.state === "running" && work.stage_text) words.push(work.stage_text);
    if (work.state === "queued" && work.position) words.push(t("position", { n: work.position }));
    if (work.counts) words.push(counted(work.counts));
    if (work.reason) words.push(work.reason.message);
    if (work.previous) words.push(t("is-again"));
    made.querySelector(".quiet").textContent = words.filter(Boolean).join(t("comma"));
    const bar = made.querySelector("progress");
    bar.hidden = work.state !== "running";
    if (work.total) bar.value = Math.min(1, work.done / work.total); else bar.removeAttribute("value");
    byId("no-works").hidden = true;
  }
  function gone(id) {
    const made = rows.get(id);
    if (!made) return;
    const other = made.nextElementSibling || made.previousElementSibling;
    const held = made.contains(document.activeElement) || document.activeElement === document.body;
    rows.delete(id);
    made.remove();
    say(t("deleted"));
    byId("no-works").hidden = rows.size > 0;
    if (held) (other ? other.querySelector("a") : byId("main")).focus();
  }
  async function load() {
    const found = await persistent(() => call("GET", `${API}/works?limit=50` + (next ? `&after=${encodeURIComponent(next)}` : "")));
    for (const work of found.works) show(work, false);
    next = found.next;
    byId("more-works").hidden = !next;
    byId("no-works").hidden = rows.size > 0;
  }
  byId("more-works").addEventListener("click", load);
  load().then(() => follow(`${API}/events?lang=${LANG}`, { work: (work) => show(work, true), gone: ({ id }) => gone(id) }));
}
