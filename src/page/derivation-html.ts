// The derivation of a gradient as one HTML file, drawn from its data alone.

import { escaped } from "../../compiler/formula/html.ts";
import { words } from "../../compiler/words/words.ts";
import { conventionsOf, documentOf, formulaHtml, sectionOf, valueHtml } from "./document.ts";
import { termMath, termsMath } from "./math.ts";
import { Sources } from "./sources.ts";
import type { DerivationJson, JsonDefinition, JsonPath, JsonRule, JsonStep } from "./types.ts";

/** Words with HTML for what they stand around. */
function around(said: (part: string) => string, html: string): string {
  const [before = "", after = ""] = said("\0").split("\0");
  return `${escaped(before)}${html}${escaped(after)}`;
}

const listOf = (items: readonly string[], name: string): string =>
  items.length === 0 ? "" : `<ul class="${name}">${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;

class Steps {
  readonly #sources: Sources;
  /** Symbols by their names, numbered as they are met. */
  readonly #numbers = new Map<string, number>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  readonly #numberOf = (name: string): number => {
    const number = this.#numbers.get(name) ?? this.#numbers.size + 1;
    this.#numbers.set(name, number);
    return number;
  };

  /** A step: where the gradient goes through and by which rules, and what holds behind that. */
  step({ paths, lines, values }: JsonStep): string {
    const before = paths.map((path) => this.#path(path));
    const isSum = paths.length > 1;
    const head = isSum ? `<p>${escaped(words.derivation.several)}</p>${listOf(before, "where")}` : before.join("");
    const after = lines.map((line, at) => {
      const where = line.where.map((definition) => this.#said(words.derivation.where, definition)).join("");
      const because = line.because === undefined ? "" : `<div class="said wide">${escaped(line.because)}</div>`;
      return `${where}${because}${this.#row(line, at === lines.length - 1 && values ? valueHtml(values) : "")}`;
    });
    return `<li class="step">${head}<div class="after">${after.join("")}</div></li>`;
  }

  #path({ line, stable, place, rules }: JsonPath): string {
    const runs = stable ? this.#said(words.derivation.runs, stable) : "";
    const said = listOf(
      rules.map((rule) => this.#rule(rule)),
      "rules",
    );
    return `${this.#row(line, place ? this.#sources.placeShort(place) : "")}${runs}${said}`;
  }

  #rule({ words: said, paths = [], through = [], note }: JsonRule): string {
    const parts = [...paths.map(escaped), ...through.map((part) => around(words.derivation.through, termMath(part, this.#numberOf)))];
    return `${escaped(said)}${listOf(parts, "where")}${note === undefined ? "" : `<div>${escaped(note)}</div>`}`;
  }

  #math(definition: JsonDefinition): string[] {
    return termsMath(definition, this.#numberOf);
  }

  #said(said: (line: string) => string, definition: JsonDefinition): string {
    return `<div class="said wide">${around(said, this.#math(definition).join(" "))}</div>`;
  }

  #row(definition: JsonDefinition, beside: string): string {
    const right = beside === "" ? "" : `<div class="beside">${beside}</div>`;
    return `<div class="line"><div>${formulaHtml(this.#math(definition))}</div>${right}</div>`;
  }
}

/** The page of the derivation `json`. */
export function derivationHtml(json: DerivationJson): string {
  const sources = new Sources(json.sources);
  const steps = new Steps(sources);
  const list = `<ol class="steps">\n${json.steps.map((step) => steps.step(step)).join("\n")}\n</ol>`;
  const hasValues = json.steps.some(({ values }) => values);
  const numbers = hasValues ? `<p class="faint">${escaped(words.html.numbers)}</p>` : "";
  return documentOf({
    ...json,
    header: numbers,
    content: [sectionOf("derivation", json.title, list), conventionsOf(json.conventions), sources.section(words.html.source)],
  });
}
