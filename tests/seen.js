// What can be seen in the upper left part of a window: called in each frame of a page.
([width, height, left, top]) => {
  const found = [];
  const shown = (x, y, node) => {
    if (x < 0 || y < 0 || x + left >= width || y + top >= height) return false;
    if (x >= innerWidth || y >= innerHeight) return false;
    const there = document.elementFromPoint(x, y);
    const label = node.closest("label"); // its input may lie over it, not seen
    return there !== null && (there.contains(node) || (label || node).contains(there));
  };
  const middle = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/^rgba\(.*, 0\)$/.test(colour)) return colour;
    }
    return "";
  };
  const look = (node) => {
    const style = getComputedStyle(node);
    return `${style.fontSize} ${style.fontWeight} ${style.color} on ${behind(node)}`;
  };
  const add = (node, said, box) => found.push({
    kind: node.getAttribute("role") || node.localName, said,
    look: look(node), x: Math.round(box.left + left), y: Math.round(box.top + top),
  });
  const text = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = text.nextNode());) {
    const part = node.parentElement, said = node.data.trim();
    if (!said || part.closest("script, style, noscript, option, .visually-hidden")) continue;
    if (!part.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = Array.from(range.getClientRects()).find((one) => one.width && shown(...middle(one), part));
    if (box) add(part, said, box);
  }
  for (const node of document.body.querySelectorAll("*")) {
    const box = node.getBoundingClientRect();
    if (!box.width || !shown(...middle(box), node) || node.closest(".visually-hidden")) continue;
    const label = node.getAttribute("aria-label");
    if (label) add(node, `label: ${label}`, box);
    if (node.localName === "select") add(node, `chosen: ${Array.from(node.selectedOptions, (one) => one.text).join(", ")}`, box);
    if (node.localName === "input" && !["file", "hidden"].includes(node.type)) add(node, `${node.type}: ${["checkbox", "radio"].includes(node.type) ? node.checked : node.type === "password" ? "" : node.value}`, box);
    if (["progress", "video", "img"].includes(node.localName)) add(node, node.localName === "progress" && node.hasAttribute("value") ? `${Math.round(100 * node.value / node.max)} %` : node.getAttribute("alt") || "", box);
    for (const pseudo of ["::before", "::after"]) {
      const content = getComputedStyle(node, pseudo).content;
      if (/^"[^"]+"$/.test(content) && content.trim() !== '" "') add(node, `${pseudo} ${content}`, box);
    }
  }
  return found;
}
