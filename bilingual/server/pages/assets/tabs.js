// Each tab of a browser has a list of its own of the files that it has received. A list whose tab
// is gone, as after the browser was closed, is gone on with in the next tab that has none.
const UPLOADS_KEY = "bilingual uploads";
const TAB_KEY = "bilingual tab";
const ANSWER_MS = 500;  // for the other tabs to say that they are open

class Tab {
  constructor() {
    this.others = new Set();
    this.settling = null;
    // A reload and the other pages of the service have the tab's id, too.
    try { this.id = sessionStorage.getItem(TAB_KEY); } catch (error) { this.id = null; }
    // Not navigator.locks: an office without https has none.
    this.channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(TAB_KEY) : null;
    if (!this.channel) return;
    this.channel.onmessage = ({ data }) => {
      if (data.here) this.others.add(data.here);
      else if (this.id) this.channel.postMessage({ here: this.id });
    };
  }
  // Its id, and which other tabs are open, are known afterwards.
  settled() { return (this.settling = this.settling || this.settle()); }
  async settle() {
    if (this.channel && (this.id || places(UPLOADS_KEY).length)) {
      this.channel.postMessage({});
      await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    }
    if (this.id && !this.others.has(this.id)) return;
    this.id = token();  // a tab that was duplicated came with the other's
    try { sessionStorage.setItem(TAB_KEY, this.id); } catch (error) { /* as in remember() */ }
  }
  place(key) { return `${key}@${this.id}`; }
  // Where lists of files are: this tab's own; else those of tabs that are gone, the newest first.
  lists(key) {
    const own = this.place(key);
    if (listed(own)) return [own];
    const left = places(key + "@").filter((place) => !this.others.has(place.slice(key.length + 1)) && listed(place));
    return left.sort((a, b) => remembered(b).at - remembered(a).at);
  }
}
function places(start) {
  try { return Object.keys(localStorage).filter((place) => place.startsWith(start)); } catch (error) { return []; }
}
function listed(place) {
  const found = remembered(place);
  return found && Array.isArray(found.files) ? found.files : null;
}
const tab = new Tab();
