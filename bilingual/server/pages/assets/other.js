// The overview, signing in and out, the language; then the page that this is.
function overview() {
  const frame = byId("overview"), said = byId("overview-said");
  // The overview's links lead to the page of a work, in the whole window.
  frame.addEventListener("load", () => {
    const inner = frame.contentDocument;
    byId("overview-state").textContent = "";
    if (!inner) return;
    for (const link of inner.querySelectorAll("a[href]")) {
      const found = /works\/([^/]+)\/report\.html$/.exec(link.getAttribute("href"));
      if (!found) continue;
      link.href = `/works/${found[1]}`;
      link.target = "_top";
    }
  });
  async function load() {
    said.hidden = true;
    byId("overview-state").textContent = t("loading");
    try {
      await persistent(() => call("GET", `${API}/session`));  // whether anybody answers, and to whom
      frame.src = `${API}/overview.html?lang=${LANG}&at=${Date.now()}`;
    } catch (error) { failed(said, error, load); }
  }
  byId("reload").addEventListener("click", load);
  load();
}

// The address of a page of this service; of what leads elsewhere, however it is written, the first page.
function ownPage(address) {
  try {
    const found = new URL(address || "/", location.origin);
    if (found.origin === location.origin) return found.href;
  } catch { /* it is no address */ }
  return "/";
}

function login() {
  const said = byId("login-said");
  byId("login").addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "";
    try {
      await persistent(() => call("POST", `${API}/session`, { json: { token: byId("token").value.trim() } }));
      location.replace(ownPage(new URLSearchParams(location.search).get("next")));
    } catch (error) {
      said.textContent = error.message;
      byId("token").select();
    }
  });
}

const out = byId("sign-out");
if (out) {
  out.addEventListener("click", async () => {
    try { await call("DELETE", `${API}/session`); } catch (error) { if (!(error instanceof Refused)) { say(error.message); return; } }
    location.assign("/login");
  });
}
for (const link of document.querySelectorAll("[data-switch]")) {
  link.addEventListener("click", () => { link.hash = location.hash; });
}
({ home, work, overview, login })[document.body.dataset.page]();
