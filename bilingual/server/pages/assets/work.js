// One work: how far it is, then its report and what can be done with it.
async function work() {
  const id = decodeURIComponent(location.pathname.split("/").pop());
  const url = `${API}/works/${encodeURIComponent(id)}`;
  let now = null, opened = false, spoken = "";

  function show(found) {
    if (now && found.rev < now.rev) return;
    const changed = !now || now.state !== found.state;
    now = found;
    byId("work").hidden = false;
    byId("missing").hidden = true;
    byId("work-name").textContent = nameOf(found);
    document.title = document.title.replace(/^.* · /, `${nameOf(found)} · `);
    byId("work-verdict").replaceChildren(chip(found), found.counts ? el("span", { class: "quiet" }, " " + counted(found.counts)) : "");
    const changes = mayChange(found);
    document.body.classList.toggle("only-reviews", !changes);
    byId("work-next").textContent = changes && found.state === "done" ? t("next-" + found.verdict) : "";
    running(found);
    byId("ended").hidden = !["failed", "cancelled"].includes(found.state);
    if (!byId("ended").hidden) byId("why").replaceChildren(el("p", {}, found.reason ? found.reason.message : t("was-cancelled")));
    byId("tabs").hidden = found.state !== "done";
    document.querySelector('#tabs a[href="#changes"]').hidden = !found.previous;
    if (!opened && ["done", "failed", "cancelled"].includes(found.state)) open(found);
    if (changed) {
      route();
      if (found.state === "done") say(t("done-said", { verdict: t("verdict-" + found.verdict) }));
    }
  }
  // Who only reviews is offered nothing that the service would refuse.
  function mayChange(found) {
    return !session.token_needed || found.owner === session.name || session.scopes.includes("operate");
  }
  function running(found) {
    const on = ["queued", "running"].includes(found.state);
    byId("running").hidden = !on;
    if (!on) return;
    const bar = byId("bar");
    if (found.total) bar.value = Math.min(1, found.done / found.total); else bar.removeAttribute("value");
    const stage = found.state === "queued" ? (found.position > 1 ? t("position", { n: found.position }) : t("next-in-line")) : found.stage_text || t("state-running");
    byId("stage").textContent = stage;
    byId("left").textContent = found.left_s ? t("left", { left: lasting(found.left_s) }) : "";
    if (stage !== spoken) {
      say(stage);  // a stage is said once, not every percent of it
      if (spoken && found.state === "running" && found.stage_text) passed(spoken);
      spoken = stage;
    }
    const first = found.first || [];
    byId("first").hidden = !first.length;
    if (byId("first-list").children.length !== first.length) byId("first-list").replaceChildren(...first.map(findingItem));
  }
  function passed(stage) {
    const list = byId("passed");
    if (!Array.from(list.children).some((item) => item.textContent === stage)) list.append(el("li", {}, stage));
  }
  function open(found) {
    opened = true;
    const intake = new Intake(byId("intake"), { limits: session.limits, previous: found, key: `${UPLOADS_KEY} ${found.id}` });
    intake.restore();
    byId("files-list").replaceChildren(...found.files.map((file) => el("li", {}, t("role-" + file.role), t("colon"), file.name, el("span", { class: "quiet" }, " " + sized(file.bytes)))));
    if (found.state !== "done") return;
    bindSheet(found);
    bindAnnex(found);
    byId("downloads").replaceChildren(
      el("a", { class: "button", href: `${url}/report.html?lang=${LANG}`, target: "_blank", rel: "noopener" }, t("open-report")), " ",
      el("a", { class: "button", href: `${url}/report.json`, download: "report.json" }, t("download-json")));
    reviewing = new Reviewing(found);
  }
  let reviewing = null;

  function route() {
    if (!now) return;
    const panels = Array.from(document.querySelectorAll("[data-panel]"));
    const asked = location.hash.slice(1);
    const allowed = now.state === "done" ? panels.map((panel) => panel.dataset.panel) : ["failed", "cancelled"].includes(now.state) ? ["again"] : [];
    const wanted = allowed.includes(asked) && !(asked === "changes" && !now.previous) && !(asked === "again" && !mayChange(now)) ? asked : now.state === "done" ? (now.previous && !asked ? "changes" : "report") : "";
    for (const panel of panels) panel.hidden = panel.dataset.panel !== wanted;
    for (const tab of byId("tabs").children) {
      if (tab.hash === "#" + wanted) tab.setAttribute("aria-current", "true"); else tab.removeAttribute("aria-current");
    }
    document.body.classList.toggle("framed", wanted === "report");
    if (wanted === "report" && reviewing && !byId("report").getAttribute("src")) reviewing.open();
    if (wanted === "fix") showFixes(now);
    if (wanted === "changes") showChanges(now);
    if (wanted === "reviews") { if (reviewing) reviewing.flush(); showReviews(now); }
    if (asked && wanted) { const title = document.querySelector(`[data-panel="${wanted}"] h2`); if (title) title.focus({ preventScroll: true }); window.scrollTo(0, 0); }
  }
  window.addEventListener("hashchange", route);

  byId("cancel").addEventListener("click", async () => {
    byId("cancel").disabled = true;
    try { show(await persistent(() => call("POST", `${url}/cancel`))); } catch (error) { say(error.message); }
    byId("cancel").disabled = false;
  });
  for (const button of document.querySelectorAll("[data-delete]")) {
    button.addEventListener("click", async () => {
      try { if (await removeWork(now)) location.assign("/"); } catch (error) { failed(byId("why"), error); byId("ended").hidden = false; }
    });
  }

  let session;
  try {
    session = await persistent(() => call("GET", `${API}/session`));
    show(await persistent(() => call("GET", url)));
  } catch (error) {
    byId("missing").hidden = false;
    byId("missing").querySelector("p").textContent = error.status === 404 ? t("no-such-work") : error.message;
    return;
  }
  const over = () => ["done", "failed", "cancelled"].includes(now.state);
  if (!over()) follow(`${url}/events?lang=${LANG}`, { work: show }, over);
}
