// The frame of pages about trainings and sweeps, which are without a script.
import { escaped } from "../../../compiler/formula/html.ts";
import { words } from "../../../compiler/words/words.ts";
import { outlined } from "../../page/outline.ts";
import { mathStyle } from "../../page/style.ts";

/** A part of a page under a title; one without content is left out. */
export interface Section {
  readonly title: string;
  /** HTML. */
  readonly content: string;
}

// Colours of the chart are those of Okabe and Ito (2008), lighter in the dark.
const style = `${mathStyle}:root { color-scheme: light dark; --text: #1c1e21; --faint: #63686e; --ground: #fff; --line: #d9dce0; --panel: #f5f6f8; --hill: #cfe2ee; --a: #0072b2; --b: #d55e00; --c: #009e73; --d: #a0488a; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e6e9; --faint: #9ba1a8; --ground: #16181b; --line: #373b41; --panel: #202327; --hill: #27465a; --a: #58b4ea; --b: #f0945a; --c: #3fc79d; --d: #d98cc3; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 70rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; padding-top: .5rem; border-top: 1px solid var(--line); }
h3 { font-size: .95rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
.faint { color: var(--faint); margin: .25rem 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); gap: 1rem; }
.panel { background: var(--panel); border-radius: .5rem; padding: .75rem; min-width: 0; }
.wide { overflow-x: auto; }
svg { display: block; width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: var(--faint); }
.line { stroke: var(--line); }
.a { fill: var(--a); } .b { fill: var(--b); } .c { fill: var(--c); } .d { fill: var(--d); }
.curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.hill { fill: var(--hill); stroke: var(--a); stroke-width: 1; stroke-linejoin: round; }
.curve.a { stroke: var(--a); } .curve.b { stroke: var(--b); } .curve.c { stroke: var(--c); } .curve.d { stroke: var(--d); }
.halo { paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem .2rem 0; text-align: right; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child { text-align: left; }
th { font-weight: 600; }
.formula { margin: .6rem 0; word-spacing: -.1em; }
.formula dd { margin: .3rem 0 .3rem 2rem; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: .85rem/1.5 ui-monospace, monospace; }
`;

/** A page with a title, a line below it, and sections. */
export function page(title: string, subtitle: string, sections: readonly Section[]): string {
  const written = sections
    .filter(({ content }) => content !== "")
    .map((each) => `<section>\n<h2>${escaped(each.title)}</h2>\n${each.content}\n</section>`);
  return outlined({ title, lang: words.lang, style, header: `<p class="faint">${escaped(subtitle)}</p>`, content: written });
}

/** Panels side by side, as many as there is room for. */
export const grid = (panels: readonly { readonly title: string; readonly content: string }[]): string =>
  panels.length === 0
    ? ""
    : `<div class="grid">\n${panels.map(({ title, content }) => `<div class="panel"><h3>${escaped(title)}</h3>\n${content}</div>`).join("\n")}\n</div>`;

/** A table whose first row is its head. */
export function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[], tag: string) => `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  return rows.length === 0
    ? ""
    : `<div class="wide"><table>\n${[cells(head, "th"), ...rows.map((row) => cells(row, "td"))].join("\n")}\n</table></div>`;
}

/** Lines as they are. */
export const lines = (texts: readonly string[]): string => (texts.length === 0 ? "" : `<pre>${escaped(texts.join("\n"))}</pre>`);
