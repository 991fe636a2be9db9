"use strict";
// What a reader decides: of findings, of pairs, of open points. Kept in the browser at once,
// saved as a file (bilingual.review/2), read back from one; by keys of what was judged.
function reviewing(data, $, changedAnything) {
  const KINDS = ["findings", "cues", "points"];
  const STATES = {
    findings: ["open", "confirmed", "dismissed", "fixed", "later"],
    cues: ["confirmed-correct", "wrong", "unsure"],
    points: ["holds", "fails"],
  };
  const RANK = { info: 0, warning: 1, error: 2 };
  const QUIET = ["dismissed", "fixed", "later"];
  const PREFIX = "bilingual.review/2 ";
  const decided = { findings: new Map(), cues: new Map(), points: new Map() };
  const cleared = new Map();
  const hidden = new Set(data.hidden);
  const placeOf = {
    findings: new Map(data.findings.map((f, n) => [f.key, n])),
    cues: new Map(data.beads.map((b, n) => [b.key, n])),
    points: new Map(data.points.map((p, n) => [p.key, n])),
  };
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const boxes = {
    findings: new Map(all("[data-finding]").map((e) => [Number(e.dataset.finding), e])),
    cues: new Map(all("[data-pair]").map((e) => [Number(e.dataset.pair), e])),
    points: new Map(all("[data-point]").map((e) => [Number(e.dataset.point), e])),
  };
  const inputs = (box) => ({
    state: box.querySelector("select.decision"),
    note: box.querySelector("input.note"),
    by: box.querySelector("input.by"),
  });
  const judgedOf = { findings: data.findings, cues: data.beads, points: data.points };
  // Where several people review in one browser, the address says who does.
  const whose = new URLSearchParams(location.search).get("reviewer") || "";
  let reviewer = whose.slice(0, 200);
  let dirty = false;
  let turns = 0;

  const text = (value, most) => (typeof value === "string" ? value.slice(0, most) : "");
  const texts = (value) => (Array.isArray(value) ? value.slice(0, 20).map((t) => text(t, 10000)) : []);

  // Texts of what is judged, for people to read when it is not there any more.
  function textsOf(side, indices) {
    const cues = data.cues[side] || [];
    return indices.filter((n) => n < cues.length).map((n) => cues[n][2].slice(0, 1000));
  }
  function described(kind, judged) {
    if (kind === "points") return { rule: judged.rule, reason: judged.reason };
    const said = { zh: textsOf("zh", judged.zh), bo: textsOf("bo", judged.bo) };
    return kind === "cues" ? said : { rule: judged.rule, severity: judged.severity, ...said };
  }
  function sound(kind, given) {
    if (!given || typeof given.key !== "string" || !STATES[kind].includes(given.state)) return null;
    const decision = { key: given.key.slice(0, 100), state: given.state, note: text(given.note, 4000),
      by: text(given.by, 200), at: text(given.at, 40) };
    if (kind !== "cues") decision.rule = text(given.rule, 200);
    if (kind === "points") decision.reason = text(given.reason, 200);
    else { decision.zh = texts(given.zh); decision.bo = texts(given.bo); }
    if (kind === "findings") decision.severity = given.severity in RANK ? given.severity : null;
    return decision;
  }
  function merge(saved) {
    const name = saved.reviewer && typeof saved.reviewer.name === "string" ? saved.reviewer.name : "";
    if (name) reviewer = name.slice(0, 200);
    for (const kind of KINDS) {
      for (const given of Array.isArray(saved[kind]) ? saved[kind].slice(0, 50000) : []) {
        const decision = sound(kind, given);
        if (!decision || (cleared.get(decision.key) || "") > decision.at) continue;
        decision.by = decision.by || name.slice(0, 200);
        const known = decided[kind].get(decision.key);
        if (!known || decision.at >= known.at) decided[kind].set(decision.key, decision);
      }
    }
  }
  // A review of the first version goes by the numbers of one report.
  function ofFirstVersion(saved) {
    const findings = [], cues = [];
    const listed = (value) => (Array.isArray(value) ? value.slice(0, 50000).filter((v) => v && typeof v === "object") : []);
    for (const item of [...listed(saved.items), ...listed(saved.reviews)]) {
      const n = typeof item.finding === "number" ? data.findings.findIndex((f) => f.number === item.finding)
        : data.findings.findIndex((f) => f.id === item.finding);
      if (n < 0) continue;
      findings.push({ key: data.findings[n].key, state: item.state || (item.confirmed ? "confirmed" : "open"),
        note: item.note, ...described("findings", data.findings[n]) });
    }
    const same = (a, b) => a.length === b.length && a.every((v, k) => v === b[k]);
    for (const item of listed(saved.cues)) {
      const bead = data.beads.find((b) => same(b.zh, item.zh || []) && same(b.bo, item.bo || []));
      if (bead) cues.push({ key: bead.key, state: item.state, note: item.note, ...described("cues", bead) });
    }
    const who = typeof saved.reviewer === "string" ? { name: saved.reviewer } : saved.reviewer;
    return { reviewer: who, findings, cues };
  }
  function documentOf() {
    const listed = (kind) => Array.from(decided[kind].values()).filter((d) => d.state !== "open" || d.note);
    return { schema: data.schema, reviewer: { name: reviewer }, work: data.work, report_sha256: data.report,
      findings: listed("findings"), cues: listed("cues"), points: listed("points") };
  }

  // Decisions that hold here: on what is the same, and on nothing graver.
  function held(kind, key) {
    const decision = decided[kind].get(key);
    if (!decision) return null;
    if (kind === "findings" && decision.severity && QUIET.includes(decision.state) && placeOf.findings.has(key)) {
      const now = data.findings[placeOf.findings.get(key)].severity;
      if (RANK[now] > RANK[decision.severity]) return null;
    }
    return decision;
  }
  function paint() {
    $("reviewer").value = reviewer;
    for (const kind of KINDS) {
      for (const [n, box] of boxes[kind]) {
        const decision = held(kind, judgedOf[kind][n].key), { state, note, by } = inputs(box);
        state.value = decision ? decision.state : state.options[0].value;
        if (note) note.value = decision ? decision.note : "";
        if (by) by.value = decision ? decision.by : "";
        box.classList.toggle("decided", Boolean(decision && decision.state !== "open"));
      }
    }
    refresh();
  }
  function take(kind, n) {
    const judged = judgedOf[kind][n], { state, note, by } = inputs(boxes[kind].get(n));
    const at = new Date().toISOString(), said = note ? note.value : "";
    const empty = state.value === state.options[0].value;
    if (empty && !(said && kind === "findings")) {
      decided[kind].delete(judged.key);
      cleared.set(judged.key, at);
    } else {
      if (by && !by.value) by.value = reviewer;
      decided[kind].set(judged.key, { key: judged.key, state: state.value, note: said,
        by: by ? by.value : reviewer, at, ...described(kind, judged) });
    }
    boxes[kind].get(n).classList.toggle("decided", !empty);
    keep();
    refresh();
  }

  // The browser's own storage; a work without a video may lie elsewhere when it is checked again.
  const here = PREFIX + data.work + (data.video ? "" : " " + location.pathname) + (whose && " " + whose);
  function stored(key) {
    try {
      const found = JSON.parse(localStorage.getItem(key));
      return found && typeof found === "object" ? found : null;
    } catch (error) { return null; }
  }
  function own() {
    const exact = stored(here);
    if (exact || data.video || whose) return exact;
    let best = null, most = 0;
    try {
      for (let k = 0; k < localStorage.length; k++) {
        const key = localStorage.key(k);
        if (!key.startsWith(PREFIX + data.work + " ")) continue;
        const found = stored(key);
        const keys = KINDS.flatMap((kind) => ((found && found[kind]) || []).map((d) => placeOf[kind].has(d.key)));
        const share = keys.length ? keys.filter(Boolean).length / keys.length : 0;
        if (share >= 0.5 && share > most) { best = found; most = share; }
      }
    } catch (error) { return null; }
    return best;
  }
  function keep() {
    dirty = true;
    store();
    // A page around this one may save the review in a further place; it says when it has,
    // and what else is known there.
    const turn = ++turns;
    const saved = () => { if (turn === turns) dirty = false; };
    const join = (other) => { merge(other); store(); paint(); return documentOf(); };
    window.dispatchEvent(new CustomEvent("bilingual-review", { detail: { document: documentOf(), saved, merge: join } }));
  }
  function store() {
    try {
      localStorage.setItem(here, JSON.stringify({ ...documentOf(), cleared: Array.from(cleared) }));
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
      $("kept").textContent = data.words.kept.replace("{time}", time);
    } catch (error) { $("kept").textContent = data.words["not-kept"]; }
  }

  function changes() {
    const found = [];
    for (const kind of KINDS) {
      for (const [key, decision] of decided[kind]) {
        if (decision.state === "open" && !decision.note) continue;
        if (!hidden.has(key) && !(placeOf[kind].has(key) && held(kind, key))) found.push([kind, decision]);
      }
    }
    return found;
  }
  const letters = (list) => list.join("").normalize("NFC").replace(/\s+/g, "");
  let rowsByText = null;
  function rowOf(decision) {
    if (!rowsByText) {
      rowsByText = new Map();
      data.beads.forEach((bead, n) => {
        for (const side of ["zh", "bo"]) {
          const key = side + letters(textsOf(side, bead[side]));
          if (key.length > 2 && !rowsByText.has(key)) rowsByText.set(key, n);
        }
      });
    }
    for (const side of ["bo", "zh"]) {
      const key = side + letters(decision[side] || []);
      if (key.length > 2 && rowsByText.has(key)) return rowsByText.get(key);
    }
    return -1;
  }
  function element(name, content, attributes) {
    const made = document.createElement(name);
    if (content) made.textContent = content;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  }
  function showChanges() {
    const found = changes(), list = $("changed-list");
    $("changed").hidden = !found.length;
    list.replaceChildren();
    for (const [kind, decision] of found.slice(0, 200)) {
      const item = element("li");
      const state = data.words["state-" + decision.state] || decision.state;
      const names = kind === "points" ? data.asks : data.titles;
      const name = decision.rule ? names[decision.rule] || decision.rule : "";
      item.append(element("strong", [name, state].filter(Boolean).join(data.words.colon)));
      item.append(element("span", [decision.by, decision.note].filter(Boolean).join(data.words.colon), { class: "quiet" }));
      for (const side of ["zh", "bo"]) {
        if ((decision[side] || []).length) item.append(element("p", decision[side].join("\n"), { lang: side }));
      }
      const row = kind === "points" ? -1 : rowOf(decision);
      if (row >= 0) item.append(element("a", data.words["changed-now"], { href: "#bead-" + (data.beads[row].number + 1) }));
      const drop = element("button", data.words.drop, { type: "button" });
      drop.addEventListener("click", () => {
        decided[kind].delete(decision.key);
        cleared.set(decision.key, new Date().toISOString());
        keep();
        refresh();
        $("changed").focus();
      });
      item.append(drop);
      list.append(item);
    }
  }

  // The verdict with the reader's decisions, beside the report's own.
  function settled() {
    const left = { error: data.rest.error, warning: data.rest.warning };
    let used = 0, wrong = false, unsure = false;
    const by = new Set();
    const note = (decision) => { const name = decision.by || reviewer; if (name) by.add(name); };
    const count = (decision) => { used += 1; note(decision); };
    for (const finding of data.findings) {
      const decision = held("findings", finding.key);
      if (decision && decision.state === "dismissed") count(decision);
      else if (finding.severity in left) left[finding.severity] += 1;
    }
    let open = 0, failed = false;
    for (const point of data.points) {
      const decision = held("points", point.key);
      if (decision) { count(decision); failed = failed || decision.state === "fails"; }
      else if (point.required) open += 1;
    }
    for (const bead of data.beads) {
      const decision = held("cues", bead.key);
      if (!decision) continue;
      note(decision);
      wrong = wrong || decision.state === "wrong";
      unsure = unsure || decision.state === "unsure";
    }
    const verdict = left.error || wrong || failed ? "fail" : open ? "unknown" : left.warning || unsure ? "review" : "pass";
    return { verdict, used, by: Array.from(by) };
  }
  function refresh() {
    const any = KINDS.some((kind) => decided[kind].size);
    const now = settled();
    $("settled").hidden = !any;
    $("settled").className = "verdict verdict-" + now.verdict;
    $("settled-verdict").textContent = data.words["settled-" + now.verdict];
    $("settled-by").textContent = data.words["settled-by"].replace("{points}", now.used)
      .replace("{names}", () => now.by.join(data.words.list) || data.words.unnamed);
    showChanges();
    changedAnything();
  }

  for (const kind of KINDS) {
    for (const [n, box] of boxes[kind]) {
      for (const input of Object.values(inputs(box))) {
        if (input) input.addEventListener("change", () => take(kind, n));
      }
    }
  }
  // A note counts while it is typed: whoever closes the page has not left the field.
  let typing = 0;
  document.addEventListener("input", (event) => {
    const box = event.target.closest && event.target.closest("[data-finding],[data-pair],[data-point]");
    if (!box || event.target.tagName !== "INPUT") return;
    clearTimeout(typing);
    typing = setTimeout(() => event.target.dispatchEvent(new Event("change")), 400);
  });
  $("reviewer").addEventListener("input", () => { reviewer = $("reviewer").value.slice(0, 200); keep(); refresh(); });
  for (const button of all("button.same")) {
    button.addEventListener("click", () => {
      const [first, ...others] = button.dataset.kind.split(" ").map(Number);
      const { state, note } = inputs(boxes.findings.get(first));
      for (const n of others) {
        const their = inputs(boxes.findings.get(n));
        their.state.value = state.value;
        their.note.value = note.value;
        take("findings", n);
      }
    });
  }
  $("save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(documentOf(), null, 2)], { type: "application/json" }));
    link.download = "review.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    dirty = false;
    const unnamed = !reviewer && KINDS.some((kind) => Array.from(decided[kind].values()).some((d) => !d.by));
    $("kept").textContent = unnamed ? data.words["exported-unnamed"] : data.words.exported;
    if (unnamed) $("reviewer").focus();
  });
  $("load").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    let saved = null;
    try { saved = file.size > 16777216 ? null : JSON.parse(await file.text()); } catch (error) { saved = null; }
    event.target.value = "";  // so that the same file can be chosen again
    if (saved && saved.schema === "bilingual.review/1") {
      if (saved.report_sha256 !== data.report) { $("kept").textContent = data.words["other-report"]; return; }
      saved = ofFirstVersion(saved);
    } else if (!saved || saved.schema !== data.schema) { $("kept").textContent = data.words["no-review"]; return; }
    merge(saved);
    keep();
    paint();
    $("kept").textContent = data.words["read-back"];
  });
  window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

  function start() {
    if (data.review) merge(data.review);
    const before = own();
    if (before) {
      for (const pair of Array.isArray(before.cleared) ? before.cleared.filter(Array.isArray) : []) cleared.set(String(pair[0]), String(pair[1]));
      for (const kind of KINDS) {
        for (const [key, decision] of decided[kind]) if ((cleared.get(key) || "") > decision.at) decided[kind].delete(key);
      }
      merge(before);
      $("kept").textContent = data.words["found-again"];
    }
    paint();
  }
  function choose(kind, n, value) {
    const { state } = inputs(boxes[kind].get(n));
    state.value = state.value === value ? state.options[0].value : value;
    take(kind, n);
  }
  return { start, choose, boxes, state: (kind, n) => inputs(boxes[kind].get(n)).state.value };
}
