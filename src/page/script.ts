// What moves on a page of formulas: one symbol is marked wherever it stands, and what is too wide can be reached by keys.

/** Runs in the page; nothing else is there when scripts are off. */
export const script = `
const said = document.getElementById("said");
const all = (query) => document.querySelectorAll(query);
const symbolAt = (target) => target instanceof Element ? target.closest("[data-symbol]")?.dataset.symbol : undefined;
let held;
function mark(symbol) {
  for (const part of all(".marked")) part.classList.remove("marked");
  for (const part of symbol === undefined ? [] : all('[data-symbol="' + symbol + '"]')) part.classList.add("marked");
  const row = symbol === undefined ? null : document.getElementById("symbol-" + symbol);
  said.textContent = row ? row.dataset.said : "";
}
function hold(symbol) {
  held = held === symbol ? undefined : symbol;
  for (const button of all("button[data-symbol]")) button.setAttribute("aria-pressed", String(button.dataset.symbol === held));
  mark(held);
}
addEventListener("pointerover", ({ target }) => mark(symbolAt(target) ?? held));
addEventListener("focusin", ({ target }) => mark(symbolAt(target) ?? held));
addEventListener("click", ({ target }) => { const symbol = symbolAt(target); if (symbol !== undefined) hold(symbol); });
addEventListener("keydown", ({ key }) => { if (key === "Escape") hold(held); });
function reach() {
  for (const wide of all(".wide")) {
    if (wide.scrollWidth > wide.clientWidth || wide.scrollHeight > wide.clientHeight + 1) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  }
}
addEventListener("resize", reach);
addEventListener("toggle", reach, true);
reach();
let closed = [];
addEventListener("beforeprint", () => { closed = [...all("details:not([open])")]; for (const part of closed) part.open = true; });
addEventListener("afterprint", () => { for (const part of closed) part.open = false; });
function show() {
  const part = document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest("details");
  if (part) part.open = true;
}
addEventListener("hashchange", show);
show();
`;
