// The derivation of a gradient as one HTML file, drawn from its data alone.
import { english, type Words } from "../../compiler/formula/english.ts";
import { escaped } from "../../compiler/formula/html.ts";
import { conventionsOf, documentOf, formulaHtml, sectionOf, valueHtml } from "./document.ts";
import { lineMath, termMath } from "./math.ts";
import { Sources } from "./sources.ts";
import type { DerivationJson, JsonDefinition, JsonPath, JsonRule, JsonStep } from "./types.ts";

/** Words with HTML for what they stand around. */
function around(words: (part: string) => string, html: string): string {
  const [before = "", after = ""] = words("\0").split("\0");
  return `${escaped(before)}${html}${escaped(after)}`;
}

const listOf = (items: readonly string[], name: string): string =>
  items.length === 0 ? "" : `<ul class="${name}">${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;

class Steps {
  readonly #words: Words;
  readonly #sources: Sources;
  /** Symbols by their names, numbered as they are met. */
  readonly #numbers = new Map<string, number>();

  constructor(sources: Sources, words: Words) {
    this.#sources = sources;
    this.#words = words;
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
    const head = isSum ? `<p>${escaped(this.#words.derivation.several)}</p>${listOf(before, "where")}` : before.join("");
    const after = lines.map((line, at) => {
      const where = line.where.map((definition) => this.#said(this.#words.derivation.where, definition)).join("");
      const because = line.because === undefined ? "" : `<div class="said wide">${escaped(line.because)}</div>`;
      return `${where}${because}${this.#row(line, at === lines.length - 1 && values ? valueHtml(values, this.#words) : "")}`;
    });
    return `<li class="step">${head}<div class="after">${after.join("")}</div></li>`;
  }

  #path({ line, stable, place, rules }: JsonPath): string {
    const runs = stable ? this.#said(this.#words.derivation.runs, stable) : "";
    const said = listOf(
      rules.map((rule) => this.#rule(rule)),
      "rules",
    );
    return `${this.#row(line, place ? this.#sources.placeShort(place) : "")}${runs}${said}`;
  }

  #rule({ words, paths = [], through = [], note }: JsonRule): string {
    const parts = [...paths.map(escaped), ...through.map((part) => around(this.#words.derivation.through, termMath(part, this.#numberOf)))];
    return `${escaped(words)}${listOf(parts, "where")}${note === undefined ? "" : `<div>${escaped(note)}</div>`}`;
  }

  #math(definition: JsonDefinition): string[] {
    return lineMath(definition, this.#numberOf);
  }

  #said(words: (line: string) => string, definition: JsonDefinition): string {
    return `<div class="said wide">${around(words, this.#math(definition).join(" "))}</div>`;
  }

  #row(definition: JsonDefinition, beside: string): string {
    const right = beside === "" ? "" : `<div class="beside">${beside}</div>`;
    return `<div class="line"><div>${formulaHtml(this.#math(definition))}</div>${right}</div>`;
  }
}

/** The page of the derivation `json`; `words` are those of its language. */
export function derivationHtml(json: DerivationJson, words: Words = english): string {
  const sources = new Sources(json.sources);
  const steps = new Steps(sources, words);
  const list = `<ol class="steps">\n${json.steps.map((step) => steps.step(step)).join("\n")}\n</ol>`;
  const hasValues = json.steps.some(({ values }) => values);
  const numbers = hasValues ? `<p class="faint">${escaped(words.html.numbers)}</p>` : "";
  return documentOf({
    ...json,
    header: numbers,
    content: [sectionOf("derivation", json.title, list), conventionsOf(json.conventions, words), sources.section(words.html.source)],
  });
}
