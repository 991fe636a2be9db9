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
      track.mode = "showing";
      for (const [start, end, text] of cues) {
        if (end <= start || start < 0) continue;
        const cue = new VTTCue(start / 1000, end / 1000, "");
        // Hostile text stays text: a cue's markup is escaped before it is shown.
        cue.text = text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
        if (side === "zh") cue.line = -1; else cue.line = -3;
        track.addCue(cue);
      }
    }
  }
  function show() { video.hidden = false; addTracks(); }
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
  function play(at) {
    if (!video || video.hidden) return;
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
    const severity = $("severity").value, rule = $("rule").value;
    let shown = 0;
    for (const bead of beads) {
      const ok = (!severity || bead.dataset.severities.split(" ").includes(severity)) &&
        (!rule || bead.dataset.rules.split(" ").includes(rule));
      bead.hidden = !ok;
      shown += ok ? 1 : 0;
      const detail = details.get(bead.dataset.number);
      if (detail) {
        detail.hidden = !ok;
        for (const finding of detail.querySelectorAll(".finding")) {
          finding.hidden = (severity && finding.dataset.severity !== severity) || (rule && finding.dataset.rule !== rule);
        }
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
    }
  });

  const boxes = Array.from(document.querySelectorAll("input.tick"));
  const notes = Array.from(document.querySelectorAll("input.note"));
  $("save").addEventListener("click", () => {
    const reviews = data.findings.map((f) => {
      const tick = boxes.find((b) => Number(b.dataset.finding) === f.number);
      const note = notes.find((n) => Number(n.dataset.finding) === f.number);
      return { finding: f.number, rule: f.rule, confirmed: !!(tick && tick.checked), note: note ? note.value : "" };
    }).filter((r) => r.confirmed || r.note);
    const document_ = { schema: "bilingual.review/1", inputs: data.inputs, report_created: data.created, reviews: reviews };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(document_, null, 2)], { type: "application/json" }));
    link.download = "review.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
})();
