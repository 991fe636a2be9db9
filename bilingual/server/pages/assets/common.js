// What every page needs: words, elements, calls that survive a broken line.
const WORDS = JSON.parse(document.getElementById("words").textContent);
const LANG = document.documentElement.dataset.lang;
const byId = (id) => document.getElementById(id);
const API = "/api/v1";

function t(code, params) {
  return (WORDS[code] || code).replace(/\{(\w+)\}/g, (whole, name) => (params && name in params ? String(params[name]) : whole));
}
// Text is set as text, so what a file is called is never markup.
function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}
function say(sentence) { byId("status").textContent = sentence; }

function sized(bytes) {
  if (bytes >= 1e9) return (bytes / 1e9).toFixed(2) + " GB";
  if (bytes >= 1e6) return (bytes / 1e6).toFixed(1) + " MB";
  return bytes >= 1e3 ? Math.round(bytes / 1e3) + " kB" : bytes + " B";
}
function clock(ms) {
  const s = Math.floor(ms / 1000), two = (n) => String(n).padStart(2, "0");
  return (s >= 3600 ? Math.floor(s / 3600) + ":" : "") + two(Math.floor(s / 60) % 60) + ":" + two(s % 60);
}
function exact(ms) { return clock(ms) + "." + String(ms % 1000).padStart(3, "0"); }
function moment(iso) {
  const at = new Date(iso);
  return isNaN(at) ? "" : at.toLocaleString(document.documentElement.lang, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hour12: false });
}
function lasting(seconds) {
  if (seconds < 50) return t("seconds", { n: Math.max(5, Math.ceil(seconds / 5) * 5) });
  if (seconds < 5400) return t("minutes", { n: Math.max(1, Math.round(seconds / 60)) });
  return t("hours", { n: (seconds / 3600).toFixed(1) });
}

// An answer that says no, in words for people.
class Refused extends Error {
  constructor(status, body) {
    super(body.detail || body.title || t("went-wrong", { status }));
    this.status = status;
    this.code = body.code || "";
    this.params = body.params || {};
    this.errors = Array.isArray(body.errors) ? body.errors : [];
  }
  get sentences() {
    const further = this.errors.map((one) => one.message).filter((said) => said && said !== this.message);
    return [this.message, ...further];
  }
}
// No answer, or half of one.
class Unreachable extends Error {
  constructor() { super(t("unreachable")); }
}

async function call(method, url, { json, body, headers, signal, raw } = {}) {
  const sent = { "Accept-Language": LANG, Accept: "application/json, application/problem+json", ...headers };
  if (json !== undefined) {
    sent["Content-Type"] = "application/json";
    body = JSON.stringify(json);
  }
  let answer, text;
  try {
    answer = await fetch(url, { method, headers: sent, body, signal, credentials: "same-origin", cache: "no-store" });
    if (raw && answer.ok) return { blob: await answer.blob(), headers: answer.headers };
    text = await answer.text();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable();
  }
  let found = null;
  try { found = text ? JSON.parse(text) : null; } catch (error) { if (answer.ok) throw new Unreachable(); }
  if (!answer.ok) {
    if (answer.status === 401 && document.body.dataset.page !== "login") {
      location.assign("/login?next=" + encodeURIComponent(location.pathname + location.hash));
    }
    const refused = new Refused(answer.status, found || {});
    refused.wait = Number(answer.headers.get("Retry-After")) || 0;
    throw refused;
  }
  if (found && typeof found === "object" && answer.headers.get("ETag")) Object.defineProperty(found, "etag", { value: answer.headers.get("ETag") });
  return found;
}

// The line is gone: it is said plainly, tried again by itself, and at once on "continue".
const connection = {
  box: byId("connection"),
  waiting: new Set(),
  wait(seconds, sentence, signal) {
    this.box.querySelector("p").textContent = sentence;
    this.box.hidden = false;
    return new Promise((resolve) => {
      const on = () => {
        clearTimeout(timer);
        this.waiting.delete(on);
        resolve();
      };
      const timer = seconds === null ? 0 : setTimeout(on, seconds * 1000);
      this.waiting.add(on);
      if (signal) signal.addEventListener("abort", on, { once: true });
    });
  },
  again() { for (const on of Array.from(this.waiting)) on(); },
  restored() {
    if (this.box.hidden || this.waiting.size) return;
    this.box.hidden = true;
    say(t("connected"));
  },
};
connection.box.querySelector("button").addEventListener("click", () => connection.again());
window.addEventListener("online", () => connection.again());

const PATIENCE = [1, 2, 4, 8, 15, 30, 30, 30];  // seconds; then it waits for the button
async function persistent(attempt, signal) {
  for (let tries = 0; ; tries++) {
    try {
      const answer = await attempt();
      connection.restored();
      return answer;
    } catch (error) {
      const gone = error instanceof Unreachable;
      // A piece on a line that broke holds its upload until the service notices.
      const busy = error instanceof Refused && ([429, 502, 503, 504].includes(error.status) || error.code === "upload-busy");
      if (!gone && !busy) { connection.restored(); throw error; }
      const seconds = tries < PATIENCE.length ? Math.max(PATIENCE[tries], error.wait || 0) : null;
      const sentence = busy ? t("busy", { said: error.message }) : t(seconds === null ? "line-stopped" : "line-broken");
      await connection.wait(seconds, sentence, signal);
      if (signal && signal.aborted) throw new DOMException("", "AbortError");
    }
  }
}

// Server-sent events. Where the stream stays broken it is said, until it is back.
function follow(url, handlers, ended) {
  let timer = 0, notice = null;
  const source = new EventSource(url);
  const back = () => {
    clearTimeout(timer);
    timer = 0;
    if (notice) notice.abort();
    notice = null;
  };
  const anew = () => { source.close(); follow(url, handlers, ended); };
  source.onopen = back;
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => { back(); handle(JSON.parse(event.data)); });
  }
  source.onerror = () => {
    if (ended && ended()) { back(); source.close(); return; }
    if (timer) return;
    // A browser gives up on an answer that is no stream; a broken line it tries again itself.
    timer = setTimeout(async () => {
      const own = (notice = new AbortController());
      await connection.wait(source.readyState === EventSource.CLOSED ? 10 : null, t("stream-broken"), own.signal);
      connection.restored();
      if (!own.signal.aborted) anew();
    }, 4000);
  };
  window.addEventListener("pagehide", () => { back(); source.close(); }, { once: true });
}

// Not crypto.randomUUID: an office without https has none.
function token() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
}
function remember(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch (error) { /* a browser that keeps nothing: everything else works */ }
}
function remembered(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch (error) { return null; }
}

// A question before what cannot be undone.
function asked(title, text, yes) {
  const dialog = byId("ask");
  byId("ask-title").textContent = title;
  byId("ask-text").textContent = text;
  byId("ask-yes").textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  byId("ask-no").focus();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

// Where in the work something is; null for all of it.
function placeOf(one) {
  if (Number.isFinite(one.at_ms)) return one.at_ms;
  return one.span_ms ? one.span_ms[0] : null;
}
const SIGNS = { pass: "✓", review: "!", fail: "✕", unknown: "?" };
function chip(work) {
  if (work.state === "done") {
    const kind = work.verdict || "unknown";
    return el("span", { class: `chip ${kind}` }, el("span", { "aria-hidden": "true" }, SIGNS[kind] + " "), t("verdict-" + kind));
  }
  return el("span", { class: `chip ${work.state}` }, t("state-" + work.state));
}
function nameOf(work) {
  if (work.title) return work.title;
  const files = work.files || [];
  const film = files.find((file) => file.role === "video");
  const names = film ? [film.name] : Array.from(new Set(files.map((file) => file.name)));
  return names.join(t("list")) || t("unnamed");
}
function counted(counts) {
  const said = [];
  if (counts.errors) said.push(t("count-errors", { n: counts.errors }));
  if (counts.warnings) said.push(t("count-warnings", { n: counts.warnings }));
  if (counts.unknown_required) said.push(t("count-unknown", { n: counts.unknown_required }));
  return said.join(t("comma"));
}
function findingItem(found) {
  const at = placeOf(found);
  const item = el("li", { class: `finding ${found.severity}` },
    el("p", {}, el("span", { class: `badge ${found.severity}` }, t("severity-" + found.severity)), " ", el("strong", {}, found.title),
      at === null ? "" : el("span", { class: "quiet" }, " " + clock(at))),
    el("p", {}, found.message));
  if (found.remedy) item.append(el("p", { class: "remedy" }, found.remedy));
  for (const side of ["zh", "bo"]) {
    const texts = (found.texts && found.texts[side]) || [];
    if (texts.length) item.append(el("p", { lang: side, class: "cue" }, texts.join("\n")));
  }
  return item;
}
function problemItem(sentence) {
  return el("li", { class: "finding error" }, el("p", {}, el("span", { class: "badge error" }, t("problem")), " ", sentence));
}
function failed(box, error, again) {
  box.hidden = false;
  box.replaceChildren(el("ul", { class: "plain" }, ...(error.sentences || [error.message]).map(problemItem)));
  if (again) box.append(el("p", {}, el("button", { type: "button", onclick: again }, t("try-again"))));
}

async function removeWork(work) {
  if (!(await asked(t("delete-ask", { name: nameOf(work) }), t("delete-text"), t("delete")))) return false;
  try {
    await persistent(() => call("DELETE", `${API}/works/${encodeURIComponent(work.id)}`));
  } catch (error) {
    if (!(error instanceof Refused && error.status === 404)) throw error;
  }
  return true;
}
