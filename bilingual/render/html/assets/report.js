"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const video = $("video");
  const tbody = $("rows");
  const beads = Array.from(tbody.querySelectorAll("tr.bead"));
  const details = new Map(Array.from(tbody.querySelectorAll("tr.of-bead")).map((r) => [r.dataset.of, r]));

  function addTracks() {
    if (video.textTracks.length) return;
    for (const [side, cues] of Object.entries(data.cues)) {
      const track = video.addTextTrack("subtitles", side, side);
      track.mode = "hidden";  // They run below; the player's own menu lays them over the picture.
      track.addEventListener("cuechange", () => now(side, track));
      for (const [start, end, text] of cues) {
        if (end <= start || start < 0) continue;
        const cue = new VTTCue(start / 1000, end / 1000, "");
        // Hostile text stays text: a cue's markup is escaped before it is shown.
        cue.text = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
        cue.plain = text;
        if (side === "zh") cue.line = -1; else cue.line = -3;
        track.addCue(cue);
      }
    }
  }
  function now(side, track) {
    const line = $("now-" + side);
    if (line) line.textContent = Array.from(track.activeCues || [], (c) => c.plain).join("\n");
  }
  function show() { video.hidden = false; $("now").hidden = false; addTracks(); }
  if (video) {
    if (video.getAttribute("src")) {
      video.addEventListener("loadedmetadata", show, { once: true });
      video.addEventListener("error", () => { video.hidden = true; });
    }
    $("choose").addEventListener("change", (event) => {
      const file = event.target.files[0];
      if (!file) return;
      video.src = URL.createObjectURL(file);
      show();
    });
  }
  // Without a picture to play, the table is where a time leads to.
  function toRow(time) {
    let last = -1;
    beads.forEach((row, number) => {
      if (Number(row.querySelector("button.play").dataset.at) <= time) last = number;
    });
    if (last >= 0) location.hash = "#" + beads[last].id;
  }
  function play(at) {
    if (!video || video.hidden) { toRow(at); return; }
    video.currentTime = Math.max(0, at / 1000 - 0.2);
    video.play().catch(() => {});
    video.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.play");
    if (button) play(Number(button.dataset.at));
    const line = event.target.closest("svg.timeline");
    if (line) {
      const box = line.getBoundingClientRect();
      play(((event.clientX - box.left) / box.width) * data.total);
    }
  });

  function apply() {
    const severity = $("severity").value, rule = $("rule").value, ask = $("ask").checked;
    const fits = (finding) => (!severity || finding.dataset.severity === severity) && (!rule || finding.dataset.rule === rule);
    for (const finding of document.querySelectorAll("#general .finding")) finding.hidden = !fits(finding);
    let shown = 0;
    for (const bead of beads) {
      const ok = (!ask || bead.dataset.ask === "1") && (!severity || bead.dataset.severities.split(" ").includes(severity)) &&
        (!rule || bead.dataset.rules.split(" ").includes(rule));
      bead.hidden = !ok;
      shown += ok ? 1 : 0;
      const detail = details.get(bead.dataset.number);
      if (detail) {
        detail.hidden = !ok;
        for (const finding of detail.querySelectorAll(".finding")) finding.hidden = !fits(finding);
      }
    }
    $("shown").textContent = shown + " / " + beads.length;
  }
  function order() {
    const byRisk = $("order").value === "risk";
    const sorted = beads.slice().sort((a, b) =>
      byRisk ? Number(b.dataset.risk) - Number(a.dataset.risk) || a.dataset.number - b.dataset.number
             : a.dataset.number - b.dataset.number);
    for (const bead of sorted) {
      tbody.append(bead);
      const detail = details.get(bead.dataset.number);
      if (detail) tbody.append(detail);
    }
  }
  $("severity").addEventListener("change", apply);
  $("rule").addEventListener("change", apply);
  $("ask").addEventListener("change", apply);
  $("order").addEventListener("change", order);
  apply();

  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA|BUTTON)$/.test(event.target.tagName)) return;
    const visible = Array.from(tbody.querySelectorAll("tr.bead")).filter((b) => !b.hidden);
    if (event.key === "j" || event.key === "k") {
      at = Math.min(visible.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)));
      if (visible[at]) { visible[at].focus(); visible[at].scrollIntoView({ block: "center" }); }
    } else if (event.key === "p" && visible[at]) {
      play(Number(visible[at].querySelector("button.play").dataset.at));
    } else if (event.key === "t" && visible[at]) {
      const pair = visible[at].querySelector("select.pair");
      if (pair) pair.value = pair.value === "confirmed-correct" ? "" : "confirmed-correct";
    } else if (event.key === "x" && visible[at]) {
      const pair = visible[at].querySelector("select.pair");
      if (pair) pair.value = pair.value === "wrong" ? "" : "wrong";
    }
  });

  // What a reader says of findings and pairs: saved as a file, read back from one.
  const states = Array.from(document.querySelectorAll("select.state"));
  const notes = Array.from(document.querySelectorAll("input.note"));
  const pairs = Array.from(document.querySelectorAll("select.pair"));
  const placeOf = new Map(data.numbers.map((number, place) => [number, place]));
  // What a saved review says of what a page of very many does not show is kept.
  let others = { items: [], cues: [] };
  const noteOf = (number) => notes.find((n) => Number(n.dataset.finding) === number);

  function review() {
    return {
      schema: "bilingual.review/1",
      report_sha256: data.report,
      reviewer: { name: $("reviewer").value },
      items: states.map((s) => {
        const number = Number(s.dataset.finding), note = noteOf(number);
        return { finding: data.ids[placeOf.get(number)], state: s.value, note: note ? note.value : "" };
      }).filter((item) => item.state !== "open" || item.note).concat(others.items),
      cues: pairs.filter((p) => p.value).map((p) => {
        const bead = data.beads[Number(p.dataset.bead)];
        return { zh: bead.zh, bo: bead.bo, state: p.value, note: "" };
      }).concat(others.cues),
    };
  }
  function fill(saved) {
    others = { items: [], cues: [] };
    $("reviewer").value = (saved.reviewer && saved.reviewer.name) || "";
    for (const item of saved.items || []) {
      const number = typeof item.finding === "number" ? item.finding : data.numbers[data.ids.indexOf(item.finding)];
      if (!placeOf.has(number)) { others.items.push(item); continue; }
      const state = states.find((s) => Number(s.dataset.finding) === number), note = noteOf(number);
      if (state && ["open", "confirmed", "dismissed"].includes(item.state)) state.value = item.state;
      if (note) note.value = String(item.note || "");
    }
    const same = (a, b) => a.length === b.length && a.every((v, k) => v === b[k]);
    for (const cues of saved.cues || []) {
      const number = data.beads.findIndex((b) => same(b.zh, cues.zh || []) && same(b.bo, cues.bo || []));
      if (number < 0) { others.cues.push(cues); continue; }
      const pair = pairs.find((p) => Number(p.dataset.bead) === number);
      if (pair && ["confirmed-correct", "wrong", "unsure"].includes(cues.state)) pair.value = cues.state;
    }
  }
  if (data.review) fill(data.review);
  $("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(review(), null, 2)], { type: "application/json" }));
    link.download = "review.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  $("load").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    let saved = null;
    try { saved = JSON.parse(await file.text()); } catch (error) { saved = null; }
    if (!saved || saved.schema !== "bilingual.review/1") { $("loaded").textContent = data.words["no-review"]; return; }
    if (saved.report_sha256 !== data.report) { $("loaded").textContent = data.words["other-report"]; return; }
    fill(saved);
    $("loaded").textContent = data.words["read-back"];
  });

  // A link to a row that a filter hides shows it all the same.
  function follow() {
    const target = location.hash.length > 1 ? $(location.hash.slice(1)) : null;
    if (!target || !target.closest("[hidden]")) return;
    $("severity").value = ""; $("rule").value = ""; $("ask").checked = false;
    apply();
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", follow);
  follow();
})();
