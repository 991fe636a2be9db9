// Files that come in: taken, sent in pieces, judged, and gone on with after a broken line.
const SYSTEM_NAMES = new Set(["thumbs.db", "desktop.ini", "icon\r"]);
const DEPTH = 3, MOST_DROPPED = 500;
const ROLES = ["video", "bo", "zh", "both", "form", "none"];

// What was dropped, folders opened as far as a work's folder goes.
async function droppedFiles(transfer) {
  const entries = Array.from(transfer.items || []).map((item) => (item.webkitGetAsEntry ? item.webkitGetAsEntry() : null)).filter(Boolean);
  if (!entries.length) return Array.from(transfer.files);
  const found = [];
  async function open(entry, depth) {
    if (found.length >= MOST_DROPPED) return;
    if (entry.isFile) {
      found.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    } else if (depth < DEPTH && !entry.name.startsWith(".") && entry.name !== "__MACOSX") {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (!some.length) break;
        for (const one of some) await open(one, depth + 1);
      }
    }
  }
  for (const entry of entries) await open(entry, 0).catch(() => {});
  return found;
}

// What shows of a film on this computer, before any of it is sent: size, container, length.
const AWARD = JSON.parse(byId("award").textContent);
const BRANDS = [[/^....ftypqt {2}/s, "mov"], [/^....ftyp/s, "mp4"], [/^\x1aE\xdf\xa3/s, "matroska"], [/^RIFF....AVI /s, "avi"], [/^FLV/s, "flv"], [/^\x30\x26\xb2\x75/s, "asf"], [/^\.RMF/s, "rm"], [/^\x00\x00\x01\xba/s, "mpeg"]];
async function lookedAt(local) {
  const head = await local.slice(0, 16).arrayBuffer();
  const [, container] = BRANDS.find(([start]) => start.test(String.fromCharCode(...new Uint8Array(head)))) || [];
  if (!container || !AWARD.bytes) return [];
  const found = [], [least, most] = AWARD.bytes, [shortest, longest] = AWARD.ms;
  if (container !== "mp4" && AWARD.containers.join() === "mp4") found.push(t("early-container", { name: local.name, container: AWARD.names[container] }));
  if (local.size > most) found.push(t("early-large", { name: local.name, bytes: sized(local.size), most: sized(most) }));
  if (local.size < least) found.push(t("early-small", { name: local.name, bytes: sized(local.size), least: sized(least) }));
  const ms = await lengthOf(local);
  if (ms && ms > longest) found.push(t("early-long", { name: local.name, length: clock(ms), most: clock(longest) }));
  if (ms && ms < shortest) found.push(t("early-short", { name: local.name, length: clock(ms), least: clock(shortest) }));
  return found;
}
// As the browser reads it; null where it cannot.
function lengthOf(local) {
  const video = document.createElement("video"), address = URL.createObjectURL(local);
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), 5000);
    const done = (ms) => { clearTimeout(timer); resolve(ms); };
    video.preload = "metadata";
    video.onloadedmetadata = () => done(Number.isFinite(video.duration) ? video.duration * 1000 : null);
    video.onerror = () => done(null);
    video.src = address;
  }).finally(() => { video.removeAttribute("src"); URL.revokeObjectURL(address); });
}

// How fast files go: what was sent over the time of sending it, of late above all.
class Pace {
  constructor() {
    this.bytes = 0;
    this.ms = 0;
  }
  took(bytes, ms) {
    if (bytes < 1 << 16) return;  // the time of so few is that of asking and answering
    this.bytes += bytes;
    this.ms += ms;
    if (this.ms > 60000) { this.bytes /= 2; this.ms /= 2; }
  }
  // Bytes a second; null until enough has gone to say so.
  get rate() {
    return this.bytes >= 1 << 20 || (this.bytes && this.ms >= 5000) ? this.bytes / Math.max(0.001, this.ms / 1000) : null;
  }
}

// A file that misses the frame, or comes before the service has answered, would replace the page.
for (const type of ["dragover", "drop"]) document.addEventListener(type, (event) => event.preventDefault());

class Intake {
  // previous: the work that is checked again; its files stay unless others come in their place.
  constructor(root, { limits, previous = null, key = UPLOADS_KEY }) {
    this.root = root;
    this.limits = limits;
    this.previous = previous;
    this.key = key;
    this.files = [];
    this.kept = previous ? previous.files.map((file) => ({ role: file.role, name: file.name, bytes: file.bytes, on: true })) : [];
    this.judged = null;
    this.stale = false;
    this.pumping = false;
    this.starting = false;
    this.piece = 1 << 20;
    this.pace = new Pace();
    this.place = null;  // where its list is kept: known when the tab is
    this.part = (name) => root.querySelector(`[data-part="${name}"]`);
    this.bind();
    if (previous) this.paint();
  }

  bind() {
    for (const name of ["files", "folder"]) {
      const input = this.part(name);
      if (!input) continue;
      const take = () => { const picked = Array.from(input.files); input.value = ""; if (picked.length) this.add(picked); };
      input.addEventListener("change", take);
      take();  // what was chosen before the service had answered
    }
    const drop = this.part("drop");
    for (const type of ["dragenter", "dragover"]) drop.addEventListener(type, () => drop.classList.add("over"));
    for (const type of ["dragleave", "drop"]) drop.addEventListener(type, () => drop.classList.remove("over"));
    document.addEventListener("drop", async (event) => {
      if (!event.dataTransfer || this.root.closest("[hidden]")) return;
      this.add(await droppedFiles(event.dataTransfer));
    });
    for (const select of this.root.querySelectorAll("[data-choice]")) select.addEventListener("change", () => this.changed());
    this.part("start").addEventListener("click", () => this.start());
    this.part("clear").addEventListener("click", () => this.clear());
    window.addEventListener("beforeunload", (event) => { if (this.unfinished()) event.preventDefault(); });
  }

  // Taking files

  async add(picked) {
    const refused = [];
    let taken = 0;
    for (const local of picked) {
      const lower = local.name.toLowerCase();
      if (local.name.startsWith(".") || SYSTEM_NAMES.has(lower)) continue;
      if (this.files.some((file) => file.name === local.name && file.bytes === local.size && file.local)) continue;
      if (!local.size) refused.push(t("refused-empty", { name: local.name }));
      else if (local.size > this.limits.max_upload_bytes) refused.push(t("refused-large", { name: local.name, bytes: sized(local.size), most: sized(this.limits.max_upload_bytes) }));
      else if (this.files.length >= this.limits.max_files) refused.push(t("refused-many", { name: local.name, most: this.limits.max_files }));
      else { this.take(local); taken++; }
    }
    this.refuse(refused);
    if (!taken) return;
    say(t("taken", { n: taken }));
    this.paint();
    this.pump();
  }
  refuse(sentences) {
    const box = this.part("refused");
    box.hidden = !sentences.length;
    box.replaceChildren(el("ul", { class: "plain" }, ...sentences.map(problemItem)));
  }
  take(local) {
    // The same file as before a reload: its upload goes on.
    const waiting = this.files.find((file) => !file.local && file.upload && file.received < file.bytes && file.name === local.name && file.bytes === local.size && file.modified === local.lastModified);
    if (waiting) { waiting.local = local; return; }
    const file = { local, name: local.name, bytes: local.size, modified: local.lastModified, upload: null, received: 0, role: null, judged: null, wrong: null, early: [] };
    this.files.push(file);
    lookedAt(local).then((early) => { file.early = early; this.paintFound(); }, () => {});
  }
  remove(file) {
    const place = this.files.indexOf(file);
    if (place < 0) return;
    this.files.splice(place, 1);
    if (file.upload) call("DELETE", `${API}/uploads/${file.upload}`).catch(() => {});
    this.changed();
    const row = this.part("list").children[Math.min(place, this.files.length - 1)];
    const next = row ? row.querySelector("button, select") : null;
    (next || this.part("files")).focus();
  }
  clear() {
    for (const file of this.files) if (file.upload) call("DELETE", `${API}/uploads/${file.upload}`).catch(() => {});
    this.files = [];
    for (const kept of this.kept) kept.on = true;
    this.judged = null;
    this.changed();
    this.part("files").focus();
  }
  changed() {
    this.stale = true;
    this.store();
    this.paint();
    this.pump();
  }
  settings() {
    return Object.fromEntries(Array.from(this.root.querySelectorAll("[data-choice]"), (select) => [select.dataset.choice, select.value]));
  }
  whole(file) { return file.upload && file.received >= file.bytes; }
  unfinished() { return !this.starting && this.files.some((file) => file.local && !file.wrong && !this.whole(file)); }

  // Sending

  // The small ones first: subtitles and form are judged while the film is on its way.
  async pump() {
    if (this.pumping) return;
    this.pumping = true;
    try {
      for (;;) {
        const open = this.files.filter((file) => file.local && !file.wrong && !this.whole(file)).sort((a, b) => a.bytes - b.bytes);
        const small = open.length && open[0].bytes <= this.piece;
        if (this.stale && !small) { await this.inspect(); continue; }
        if (!open.length) break;
        await this.send(open[0]);
      }
    } finally {
      this.pumping = false;
      this.paint();
    }
  }
  async send(file) {
    try {
      if (!file.upload) {
        const made = await persistent(() => call("POST", `${API}/uploads`, { json: { name: file.name, bytes: file.bytes } }));
        file.upload = made.id;
        file.received = made.received;
        this.store();
      }
      const from = file.received, began = performance.now();
      const end = Math.min(file.bytes, from + Math.min(this.piece, this.limits.chunk_bytes));
      const answer = await persistent(() => this.sent(file, from, end));
      if (!this.files.includes(file)) return;
      file.received = answer.received;
      // Pieces of one to six seconds: the bar moves on a slow line too.
      const took = performance.now() - began;
      if (took < 1000) this.piece = Math.min(this.limits.chunk_bytes, this.piece * 2);
      else if (took > 6000) this.piece = Math.max(1 << 17, this.piece / 2);
      if (this.whole(file)) this.stale = true;
    } catch (error) {
      if (!this.files.includes(file)) return;
      if (error instanceof Refused && error.status === 404) { file.upload = null; file.received = 0; }  // kept no longer: from the beginning
      else file.wrong = error.message;
    }
    this.store();
    this.paint();
  }
  async sent(file, from, end) {
    const headers = { "Upload-Offset": String(from), "Content-Type": "application/offset+octet-stream" };
    try {
      const began = performance.now();
      const answer = await call("PATCH", `${API}/uploads/${file.upload}`, { body: file.local.slice(from, end), headers });
      this.pace.took(answer.received - from, performance.now() - began);
      return answer;
    } catch (error) {
      if (error instanceof Refused && error.status === 409 && Number.isInteger(error.params.received)) return { received: error.params.received };
      if (error instanceof Unreachable) {
        // Either the line broke, or the file on this computer cannot be read any more.
        try { await file.local.slice(from, Math.min(end, from + 1)).arrayBuffer(); } catch (unreadable) { throw new Error(t("file-gone")); }
        // What arrived of a piece that was cut off is kept there.
        const known = await call("GET", `${API}/uploads/${file.upload}`);
        if (known.received > from) return known;
      }
      throw error;
    }
  }

  // Judging

  named() {
    return this.files.filter((file) => this.whole(file) && !file.wrong).map((file) => ({ upload: file.upload, role: file.role }));
  }
  // With the form of the last time, unless another came: it is no file here.
  keepAll() { return this.previous ? [...this.keep(), "form"] : []; }
  keep() { return this.kept.filter((kept) => kept.on && !this.replaced(kept)).map((kept) => kept.role); }
  replaced(kept) {
    const roles = this.files.map((file) => this.roleOf(file));
    return roles.includes(kept.role) || (roles.includes("both") && ["bo", "zh"].includes(kept.role));
  }
  roleOf(file) { return file.role || (file.judged && file.judged.role) || null; }
  async inspect() {
    this.stale = false;
    const files = this.named();
    if (!files.length && !this.previous) { this.judged = null; this.paint(); return; }
    const json = { files, form: null, settings: this.settings(), previous: this.previous && this.previous.id, keep: this.keepAll() };
    try {
      const judged = await persistent(() => call("POST", `${API}/inspect`, { json }));
      if (this.stale) return;  // something changed meanwhile
      this.judged = judged;
      const before = this.keep().join();
      for (const one of judged.files) {
        const file = this.files.find((known) => known.upload === one.upload);
        if (file) file.judged = one;
      }
      if (this.previous && this.keep().join() !== before) this.stale = true;  // what was told apart takes an old file's place
    } catch (error) {
      if (!(await this.lost(error, true))) {
        this.judged = { ready: false, files: [], problems: (error.sentences || [error.message]).map((message) => ({ message })), findings: [] };
      }
    }
    this.paint();
  }

  // Uploads that are there no longer: what is at hand is sent again where that is wanted; of the
  // others it is said, and they can be put in again. False where the error is another.
  async lost(error, again) {
    if (error.code !== "upload-unknown") return false;
    const gone = [];
    for (const file of this.files.filter((one) => one.upload)) {
      try { await persistent(() => call("GET", `${API}/uploads/${file.upload}`)); } catch (failure) { if (failure.status === 404) gone.push(file); }
    }
    for (const file of gone) Object.assign(file, { upload: null, received: 0, judged: null });
    const left = gone.filter((file) => !(again && file.local));
    this.files = this.files.filter((file) => !left.includes(file));
    if (left.length) this.refuse([error.message]);
    if (gone.length) { this.stale = true; this.store(); }
    return gone.length > 0;
  }

  // Showing

  paint() {
    const any = this.files.length || this.kept.length;
    this.part("received").hidden = !any;
    const list = this.part("list");
    const rows = [...this.kept.map((kept) => this.keptRow(kept)), ...this.files.map((file) => this.row(file))];
    for (const child of Array.from(list.children)) if (!rows.includes(child)) child.remove();
    rows.forEach((row, n) => { if (list.children[n] !== row) list.insertBefore(row, list.children[n] || null); });
    this.paintFound();
    const [ready, hint] = this.readiness();
    this.part("start").setAttribute("aria-disabled", String(!ready));
    if (this.part("hint").textContent !== hint) this.part("hint").textContent = hint;
  }
  readiness() {
    if (this.files.some((file) => file.wrong)) return [false, t("hint-wrong")];
    if (this.files.some((file) => !file.local && !this.whole(file))) return [false, t("hint-choose-again")];
    const open = this.files.filter((file) => !this.whole(file));
    if (open.length) {
      const left = open.reduce((sum, file) => sum + file.bytes - file.received, 0);
      const rate = this.pace.rate;
      return [false, rate ? t("hint-sending-left", { left: lasting(left / rate) }) : t("hint-sending")];
    }
    if (this.previous && !this.files.length && this.kept.every((kept) => kept.on)) return [this.keep().length > 0, t("hint-unchanged")];
    if (this.stale || !this.judged) return [false, t("hint-looking")];
    if (this.judged.problems.length) return [false, t("hint-problem")];
    if (!this.judged.ready) return [false, t("hint-nothing")];
    return [true, this.judged.findings.some((f) => f.severity === "error") ? t("hint-ready-errors") : t("hint-ready")];
  }
  row(file) {
    if (!file.row) {
      const select = el("select", { onchange: () => { file.role = select.value; this.changed(); } });
      file.row = el("li", { class: "file" },
        el("span", { class: "file-name" }, file.name), el("span", { class: "quiet file-size" }),
        el("label", { class: "file-role" }, t("used-as") + " ", select),
        el("progress", { max: String(file.bytes), "aria-label": t("sent-of", { name: file.name }) }),
        el("span", { class: "file-said" }),
        el("button", { type: "button", class: "quiet-button", "aria-label": t("remove-name", { name: file.name }), onclick: () => this.remove(file) }, t("remove")));
    }
    const row = file.row, select = row.querySelector("select"), role = this.roleOf(file);
    const wanted = role ? ROLES : ["", ...ROLES];
    if (Array.from(select.options, (option) => option.value).join() !== wanted.join()) {
      select.replaceChildren(...wanted.map((one) => el("option", { value: one }, one ? t("role-" + one) : "")));
    }
    // One of several that may be meant, and no more to be told of it.
    const none = select.querySelector('option[value=""]'), asks = t(file.judged ? "role-choose" : "role-looking");
    if (none && none.textContent !== asks) none.textContent = asks;
    if (select.value !== (role || "")) select.value = role || "";
    row.querySelector(".file-size").textContent = sized(file.bytes);
    const bar = row.querySelector("progress");
    bar.value = file.received;
    bar.hidden = this.whole(file) || Boolean(file.wrong);
    const said = row.querySelector(".file-said");
    said.className = "file-said" + (file.wrong ? " bad" : " quiet");
    // Found out, and not chosen; where something is wrong, nothing has been found out.
    const unneeded = !file.role && role === "none" && this.judged && !this.judged.problems.length;
    const words = file.wrong || (this.whole(file) ? t(unneeded ? "not-needed" : "sent") : !file.local ? t("choose-again") : t("sent-share", { share: Math.floor((100 * file.received) / file.bytes) }));
    if (said.textContent !== words) said.textContent = words;
    if (file.wrong) {
      said.append(" ", el("button", { type: "button", onclick: () => { file.wrong = null; this.paint(); this.pump(); } }, t("try-again")));
    }
    return row;
  }
  keptRow(kept) {
    if (!kept.row) {
      const box = el("input", { type: "checkbox", onchange: () => { kept.on = box.checked; this.changed(); } });
      kept.row = el("li", { class: "file" }, el("span", { class: "file-name" }, kept.name), el("span", { class: "quiet file-size" }, sized(kept.bytes)),
        el("span", { class: "file-role" }, t("used-as") + " " + t("role-" + kept.role)), el("label", { class: "file-keep" }, box, " ", t("keep-file")), el("span", { class: "file-said quiet" }));
    }
    const replaced = this.replaced(kept), box = kept.row.querySelector("input");
    box.checked = kept.on && !replaced;
    box.disabled = replaced;
    const said = kept.row.querySelector(".file-said"), words = replaced ? t("replaced") : "";
    if (said.textContent !== words) said.textContent = words;
    return kept.row;
  }
  paintFound() {
    const box = this.part("found"), judged = this.judged || { problems: [], findings: [] };
    // Of a film that is judged there the browser's own look says nothing more.
    const early = this.files.filter((file) => !file.judged && this.roleOf(file) !== "none").flatMap((file) => file.early);
    const shown = JSON.stringify([early, judged.problems, judged.findings]);
    if (box.dataset.shown === shown) return;
    box.dataset.shown = shown;
    const items = [...early.map(problemItem), ...judged.problems.map((problem) => problemItem(problem.message)), ...judged.findings.map(findingItem)];
    box.replaceChildren(...(items.length ? [el("h3", {}, t("found-at-once")), el("ul", { class: "plain" }, ...items)] : []));
  }

  // Starting

  async start() {
    if (this.starting || this.part("start").getAttribute("aria-disabled") === "true") { say(this.part("hint").textContent); return; }
    this.starting = true;
    const files = {};
    for (const file of this.files) {
      const role = this.roleOf(file);
      if (role === "both") files.bo = files.zh = file.upload;
      else if (role && role !== "none") files[role] = file.upload;
    }
    const json = { files, settings: this.settings() };
    if (this.previous) Object.assign(json, { previous: this.previous.id, keep: this.keepAll(), use: "submitted" });
    const headers = { "Idempotency-Key": token() };
    try {
      const made = await persistent(() => call("POST", `${API}/works`, { json, headers }));
      remember(this.place, null);
      location.assign(made.page);
    } catch (error) {
      this.starting = false;
      if (await this.lost(error, false)) { this.paint(); this.pump(); return; }
      this.judged = { ready: false, files: [], findings: [], problems: (error.sentences || [error.message]).map((message) => ({ message })) };
      this.paint();
    }
  }

  // After a reload

  store() {
    if (!this.place) return;
    const known = this.files.filter((file) => file.upload).map(({ name, bytes, modified, upload, role }) => ({ name, bytes, modified, upload, role }));
    remember(this.place, known.length ? { at: Date.now(), files: known } : null);
  }
  async restore() {
    await tab.settled();
    const own = tab.place(this.key);
    for (const place of tab.lists(this.key)) {
      const before = remembered(place);
      if (place !== own) {
        if (this.files.length) break;  // with other files the list is begun anew
        remember(own, before);
        remember(place, null);
      }
      for (const one of before.files.slice(0, this.limits.max_files)) await this.known(one);
      if (this.files.length) break;
    }
    this.place = own;
    if (this.files.length) this.changed(); else this.store();
  }
  async known(one) {
    if (!one || typeof one.upload !== "string" || this.files.some((file) => file.upload === one.upload)) return;
    try {
      const known = await persistent(() => call("GET", `${API}/uploads/${encodeURIComponent(one.upload)}`));
      // Chosen again already: that one is being sent.
      if (this.files.some((file) => file.local && file.name === known.name && file.bytes === known.bytes && file.modified === one.modified)) return;
      this.files.push({ local: null, name: known.name, bytes: known.bytes, modified: one.modified, upload: known.id, received: known.received, role: ROLES.includes(one.role) ? one.role : null, judged: null, wrong: null, early: [] });
    } catch (error) { /* gone there: it is chosen anew */ }
  }
}
