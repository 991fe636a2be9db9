(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const video = $("video");
  const tbody = $("rows");
  const beads = Array.from(tbody.querySelectorAll("tr.bead"));
  const details = new Map(Array.from(tbody.querySelectorAll("tr.of-bead")).map((r) => [r.dataset.of, r]));

  // What stays at the top covers this much: a row that is gone to lies below it.
  const stage = $("stage");
  new ResizeObserver(() => {
    document.documentElement.style.setProperty("--stage", stage.offsetHeight + "px");
  }).observe(stage);
  for (const time of document.querySelectorAll("time[datetime]")) {
    const moment = new Date(time.dateTime);
    if (isNaN(moment)) continue;
    const two = (n) => String(n).padStart(2, "0");
    const east = -moment.getTimezoneOffset();
    const zone = (east < 0 ? "-" : "+") + Math.floor(Math.abs(east) / 60) + (east % 60 ? ":" + two(Math.abs(east) % 60) : "");
    time.textContent = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())} ${two(moment.getHours())}:${two(moment.getMinutes())} (UTC${zone})`;
  }

  function addTracks() {
    if (video.textTracks.length) return;
    for (const [side, cues] of Object.entries(data.cues)) {
      const track = video.addTextTrack("subtitles", data.words["language-" + side], side);
      track.mode = "hidden";  // They run beside it; the player's own menu lays them over the picture.
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
  const starts = beads.map((row) => Number(row.querySelector("button.play").dataset.at));
  function rowAt(time) {
    let last = -1;
    starts.forEach((at, number) => { if (at <= time && (last < 0 || at >= starts[last])) last = number; });
    return last;
  }
  let playing = -1;
  function mark(time) {
    const row = rowAt(time);
    if ($("seek")) $("seek").value = time;
    if (row === playing) return;
    if (playing >= 0) beads[playing].classList.remove("playing");
    if (row >= 0) beads[row].classList.add("playing");
    playing = row;
  }
  if (video) {
    if (video.getAttribute("src")) {
      video.addEventListener("loadedmetadata", show, { once: true });
      video.addEventListener("error", () => { video.hidden = true; });
    }
    video.addEventListener("timeupdate", () => mark(video.currentTime * 1000));
    $("choose").addEventListener("change", (event) => {
      const file = event.target.files[0];
      if (!file) return;
      video.src = URL.createObjectURL(file);
      show();
    });
  }
  // The table stays where it is while the film plays. Without a picture to play, it is
  // where a time leads to.
  function play(at, follow) {
    if (video && !video.hidden) {
      video.currentTime = Math.max(0, at / 1000 - 0.2);
      video.play().catch(() => {});
    } else if (follow) {
      const row = rowAt(at);
      if (row >= 0) location.hash = "#" + beads[row].id;
    }
    mark(at);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.play");
    if (button) play(Number(button.dataset.at), false);
    const line = event.target.closest("svg.timeline");
    if (line) {
      const box = line.getBoundingClientRect();
      play(((event.clientX - box.left) / box.width) * data.total, true);
    }
  });
  if ($("seek")) $("seek").addEventListener("change", () => play(Number($("seek").value), true));

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
  function unfiltered() {
    $("severity").value = ""; $("rule").value = ""; $("ask").checked = false;
    apply();
  }
  $("severity").addEventListener("change", apply);
  $("rule").addEventListener("change", apply);
  $("ask").addEventListener("change", apply);
  $("order").addEventListener("change", order);
  apply();

  // The path: errors, what only a person can settle, warnings, then the riskiest pairs.
  const review = reviewing(data, $, () => left());
  const path = [];
  const bySeverity = (severity) => data.findings.forEach((f, n) => { if (f.severity === severity) path.push(["findings", n]); });
  bySeverity("error");
  for (const [n, box] of review.boxes.points) if (box.dataset.ask === "1") path.push(["points", n]);
  bySeverity("warning");
  const risky = beads.filter((b) => b.dataset.ask === "1").sort((a, b) => Number(b.dataset.risk) - Number(a.dataset.risk));
  for (const bead of risky) path.push(["cues", Number(bead.dataset.number)]);
  const steps = path.filter(([kind, n]) => review.boxes[kind].has(n));
  function undecided() {
    const first = { findings: "open", cues: "", points: "" };
    return steps.filter(([kind, n]) => review.state(kind, n) === first[kind]);
  }
  function later() { return steps.filter(([kind, n]) => review.state(kind, n) === "later"); }
  function left() {
    const count = undecided().length, postponed = later().length;
    const words = count || postponed ? data.words.left : data.words["none-left"];
    // A guess, and said to be one: forty seconds for each.
    $("left").textContent = words.replace("{left}", count).replace("{all}", steps.length)
      .replace("{minutes}", Math.max(1, Math.round(count * 40 / 60))) +
      (postponed ? data.words.postponed.replace("{count}", postponed) : "");
    $("progress").max = Math.max(1, steps.length);
    $("progress").value = steps.length - count;
  }
  let passed = -1;
  function goTo(element) {
    if (element.closest("[hidden]")) unfiltered();
    for (let up = element.closest("details:not([open])"); up; up = up.parentElement.closest("details:not([open])")) up.open = true;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "center" });
  }
  function next() {
    const open = undecided();
    const waiting = open.length ? open : later();
    if (!waiting.length) { left(); return; }
    const place = ([kind, n]) => steps.findIndex((step) => step[0] === kind && step[1] === n);
    const [kind, n] = waiting.find((step) => place(step) > passed) || waiting[0];
    passed = place([kind, n]);
    goTo(review.boxes[kind].get(n));
  }
  $("next").addEventListener("click", next);

  const CHOICES = {
    findings: { 1: "confirmed", 2: "dismissed", 3: "fixed", 4: "later" },
    points: { 1: "holds", 2: "fails" },
    cues: { t: "confirmed-correct", x: "wrong", u: "unsure", 1: "confirmed-correct", 2: "wrong", 3: "unsure" },
  };
  const kindOf = (box) => (box.dataset.finding ? "findings" : box.dataset.point ? "points" : "cues");
  let at = -1;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const box = event.target.closest("[data-finding],[data-point],tr.bead");
    if (event.key === "Escape" && box) { box.focus(); return; }
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "n") { event.preventDefault(); next(); return; }
    if (event.key === "j" || event.key === "k") {
      const visible = Array.from(tbody.querySelectorAll("tr.bead")).filter((b) => !b.hidden);
      const focused = visible.indexOf(document.activeElement);
      if (focused >= 0) at = focused;
      at = Math.min(visible.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)));
      if (visible[at]) goTo(visible[at]);
      return;
    }
    if (!box) return;
    const button = box.querySelector("button.play") || (box.closest("tr.of-bead") && box.closest("tr.of-bead").previousElementSibling.querySelector("button.play"));
    if (event.key === "p" && button) { event.preventDefault(); play(Number(button.dataset.at), false); return; }
    if (event.key === "i") {
      const note = box.querySelector("input.note");
      if (note) { event.preventDefault(); note.focus(); }
      return;
    }
    const kind = kindOf(box), value = CHOICES[kind][event.key];
    if (value && box.querySelector("select.decision")) {
      event.preventDefault();
      review.choose(kind, Number(box.dataset.finding || box.dataset.pair || box.dataset.point), value);
    }
  });

  // A link to a row that a filter or a fold hides shows it all the same.
  function follow() {
    const target = location.hash.length > 1 ? $(location.hash.slice(1)) : null;
    if (!target) return;
    if (target.closest("[hidden]")) unfiltered();
    else if (!target.closest("details:not([open])")) return;
    for (let up = target.closest("details:not([open])"); up; up = up.parentElement.closest("details:not([open])")) up.open = true;
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", follow);
  review.start();
  follow();
})();
