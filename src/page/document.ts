// What pages of formulas are made of: the file, its sections, formulas and numbers.

import { escaped } from "../../compiler/formula/html.ts";
import { extents } from "../../compiler/formula/legend.ts";
import { words } from "../../compiler/words/words.ts";
import { set } from "./math.ts";
import { extentOf, firstHtml, leftOut, valuesLatex } from "./numbers.ts";
import { outlined } from "./outline.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";
import { tablesHtml } from "./tables.ts";
import type { JsonSteps, JsonValues } from "./types.ts";

interface Document {
  /** The title, and the language of the words. */
  readonly name: string;
  readonly lang: string;
  /** HTML below the title. */
  readonly header: string;
  /** Parts, empty ones among them. */
  readonly content: readonly string[];
}

/** The whole file. */
export const documentOf = ({ name, ...parts }: Document): string => outlined({ ...parts, title: name, style, script });

export const sectionOf = (id: string, title: string, content: string): string =>
  `<section id="${id}" aria-labelledby="${id}-title">\n<h2 id="${id}-title">${escaped(title)}</h2>\n${content}\n</section>`;

/** A formula from its pieces, each of which may begin a row. */
export const formulaHtml = (maths: readonly string[]): string => `<div class="formula wide">${maths.join(" ")}</div>`;

/** The numbers of a value: in its line, in a fold where they are many, and of what is larger the first with how many are left out. */
export function valueHtml(values: JsonValues): string {
  const extent = extentOf(values);
  if (extent === "line") return `<span class="value wide">${set(valuesLatex(values))}</span>`;
  const { shaped, more } = words.html;
  const [shape, first] = [extents(values.shape), `<span class="value">${firstHtml(values)}</span>`];
  if (extent === "first") return `<span class="numbers">${first} <span class="faint">${escaped(more(leftOut(values), shape))}</span></span>`;
  const summary = `${first} <span class="faint">${escaped(shaped(shape))}</span>`;
  return `<details class="numbers"><summary>${summary}</summary><div class="value wide">${tablesHtml(values)}</div></details>`;
}

/** The numbers of a value at steps of a loop, with an ellipsis for those that are left out. */
export function stepsHtml({ at, count }: JsonSteps): string {
  const rows = at.map(({ t, values }) => `<span class="faint">${escaped(words.html.step(t))}</span> ${valueHtml(values)}`);
  const shown = at.length < count ? [...rows.slice(0, -1), '<span class="faint">…</span>', ...rows.slice(-1)] : rows;
  return `<ul class="steps-of">${shown.map((row) => `<li>${row}</li>`).join("")}</ul>`;
}

/** What the signs of a page mean. */
export function conventionsOf(lines: readonly string[]): string {
  const items = lines.map((line) => `<li>${escaped(line)}</li>`);
  return sectionOf("conventions", words.titles.conventions, `<ul class="conventions">\n${items.join("\n")}\n</ul>`);
}
