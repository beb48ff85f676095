// A page of formulas as one HTML file, drawn from the data of `--format json` and the picture of the network alone.

import { ruleText } from "../../compiler/formula/equation.ts";
import { escaped } from "../../compiler/formula/html.ts";
import { sizeOf, whatIs } from "../../compiler/formula/legend.ts";
import { text } from "../../compiler/formula/text.ts";
import { words } from "../../compiler/words/words.ts";
import { conventionsOf, documentOf, formulaHtml, sectionOf, stepsHtml, valueHtml } from "./document.ts";
import { foldsOf } from "./folds.ts";
import { symbol as symbolMath, termsMath } from "./math.ts";
import { Sources } from "./sources.ts";
import type { JsonDefinition, JsonLine, JsonPart, JsonSymbol, PageJson } from "./types.ts";

/** Characters of the text of lines that stand in two columns. */
const short = 44;

/** Symbols above which those of a kind fold. */
const mostSymbols = 40;

class PageOfHtml {
  readonly #json: PageJson;
  readonly #numbers: Map<string, number>;
  readonly #sources: Sources;

  constructor(json: PageJson) {
    this.#json = json;
    this.#numbers = new Map(json.symbols.map(({ name }, i) => [name, i + 1]));
    this.#sources = new Sources(json.sources);
  }

  /** Elements are numbered as they are met. */
  #numberOf(name: string, isElement = false): number | undefined {
    if (isElement && !this.#numbers.has(name)) this.#numbers.set(name, this.#numbers.size + 1);
    return this.#numbers.get(name);
  }

  parts(): string {
    const { page } = this.#json;
    const section = (part: JsonPart) =>
      sectionOf(
        idOf(part, page),
        part.title,
        foldsOf(part.lines)
          .map((fold) => this.#fold(fold))
          .join("\n"),
      );
    const isShort = page.every(({ lines }) => lines.length <= 12 && lines.every(({ text, where }) => where.length === 0 && text.length <= short));
    const isLeft = ({ part }: JsonPart) => part !== "gradients" && part !== "updates";
    if (!isShort) return page.map(section).join("\n");
    const columns = [page.filter(isLeft), page.filter((part) => !isLeft(part))].filter((column) => column.length > 0);
    return `<div class="parts short">${columns.map((column) => `<div>${column.map(section).join("\n")}</div>`).join("\n")}</div>`;
  }

  #fold({ title, lines }: ReturnType<typeof foldsOf>[number]): string {
    const list = `<ol class="lines">\n${lines.map((line) => this.#line(line)).join("\n")}\n</ol>`;
    if (title === undefined) return list;
    return this.#folded(title, words.html.lines(lines.length), list);
  }

  #folded(title: string, count: string, content: string): string {
    return `<details>\n<summary><h3>${escaped(title)}</h3><span class="faint">${escaped(count)}</span></summary>\n${content}\n</details>`;
  }

  #line(line: JsonLine): string {
    const { where, values, steps, place, rule } = line;
    const written = termsMath(line, (name, isElement) => this.#numberOf(name, isElement));
    const numbers = values ? [valueHtml(values)] : steps ? [stepsHtml(steps)] : [];
    const beside = [...numbers, ...(place ? [this.#sources.placeShort(place)] : [])];
    const besides = beside.length > 0 ? `<div class="beside">${beside.join("")}</div>` : "";
    return `<li class="line"><div>${formulaHtml(written)}${rule ? this.#rule(rule) : ""}${this.#where(where)}</div>${besides}</li>`;
  }

  /** What the parameters of a rule are, behind its last line. */
  #rule(rule: NonNullable<JsonLine["rule"]>): string {
    return `<span class="faint">${escaped(ruleText(rule, text, (said) => said))}</span>`;
  }

  #where(where: readonly JsonDefinition[]): string {
    if (where.length === 0) return "";
    const lines = where.map((definition) => {
      const { left } = definition;
      const formal = new Set(left.kind === "call" ? left.args.flatMap((arg) => (arg.kind === "variable" ? [arg.name] : [])) : []);
      return `<li>${formulaHtml(termsMath(definition, (name) => (formal.has(name) ? undefined : this.#numberOf(name))))}</li>`;
    });
    return `<span class="faint">${escaped(words.where)}</span><ul class="where">${lines.join("")}</ul>`;
  }

  /** What lies between this page and that as it was derived, where it is one as it runs. */
  rewrites(): string {
    const { rewrites } = this.#json;
    if (!rewrites) return "";
    const { none, tags } = words.rewrites;
    const items = rewrites.map(
      ({ rule, tag, before, after, place }) =>
        `<li class="line"><div><span class="faint">${escaped(`${rule} (${tags[tag]})`)}</span><div class="formula wide">${escaped(`${before}  →  ${after}`)}</div></div>${place ? `<div class="beside">${this.#sources.placeShort(place)}</div>` : ""}</li>`,
    );
    const list = items.length === 0 ? `<p>${escaped(none)}</p>` : `<ol class="lines">\n${items.join("\n")}\n</ol>`;
    return sectionOf("rewrites", words.titles.rewrites, list);
  }

  symbols(): string {
    const { symbols } = this.#json;
    if (symbols.length === 0) return "";
    const { columns, marking } = words.html;
    const hasValues = symbols.some(({ values, steps, table }) => values ?? steps ?? table);
    // A value stands beside its symbol, where a narrow screen shows both.
    const heads = [columns.symbol, ...(hasValues ? [columns.value] : []), columns.what, columns.shape, columns.place];
    const head = heads.map((text) => `<th scope="col">${escaped(text)}</th>`).join("");
    const rowsOf = (kind?: JsonSymbol["kind"]) =>
      symbols.flatMap((symbol, i) => (kind === undefined || symbol.kind === kind ? [this.#symbol(symbol, i + 1, hasValues)] : []));
    const table = (rows: readonly string[]) =>
      `<div class="wide"><table${hasValues ? ` class="valued"` : ""}>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody>\n</table></div>`;
    const folded = [...new Set(symbols.map(({ kind }) => kind))].map((kind) => {
      const rows = rowsOf(kind);
      return this.#folded(words.kinds[kind], String(rows.length), table(rows));
    });
    const tables = symbols.length > mostSymbols ? folded.join("\n") : table(rowsOf());
    return sectionOf("symbols", words.titles.symbols, `<p class="faint hint">${escaped(marking)}</p>\n${tables}`);
  }

  #symbol(symbol: JsonSymbol, number: number, hasValues: boolean): string {
    const { name, shape, place, table, values, steps } = symbol;
    const [what, size] = [whatIs(symbol), sizeOf(symbol)];
    const known = values ?? (table && { shape: shape as readonly number[], elements: table });
    const cells = [
      `<button type="button" data-symbol="${number}" aria-pressed="false"><span aria-hidden="true">${symbolMath(name)}</span><span class="unseen">${escaped(name)}</span></button>`,
      ...(hasValues ? [known ? valueHtml(known) : steps ? stepsHtml(steps) : ""] : []),
      escaped(what),
      `<span class="shape">${escaped(size)}</span>`,
      place ? this.#sources.place(place) : "",
    ];
    const said = escaped(`${name}: ${what}, ${size}`);
    return `<tr id="symbol-${number}" data-said="${said}">${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  }

  sources(): string {
    return this.#sources.section(words.html.source);
  }

  contents(): string {
    const { titles, html } = words;
    const { page, rewrites, symbols, sources } = this.#json;
    const links = [
      ...page.map((part) => [idOf(part, page), part.title]),
      ...(rewrites ? [["rewrites", titles.rewrites]] : []),
      ...(symbols.length > 0 ? [["symbols", titles.symbols]] : []),
      ["conventions", titles.conventions],
      ...(sources.length > 0 ? [["source", html.source]] : []),
    ].map(([id, title]) => `<li><a href="#${id}">${escaped(title as string)}</a></li>`);
    return `<nav aria-label="${escaped(html.contents)}"><ul>${links.join("")}</ul></nav>`;
  }

  /** What the numbers beside lines are, where there are some. */
  numbers(): string {
    const hasValues = this.#json.symbols.some(({ values }) => values);
    return hasValues ? `<p class="faint">${escaped(words.html.numbers)}</p>` : "";
  }
}

/** Parts of scalars by their number. */
const idOf = (part: JsonPart, page: readonly JsonPart[]): string => (part.part === "scalars" ? `scalars-${page.indexOf(part) + 1}` : part.part);

/** The page of `json` with a picture, SVG that can stand in a page. */
export function pageHtml(json: PageJson, picture: string | undefined): string {
  const page = new PageOfHtml(json);
  const figure = picture === undefined ? "" : `<figure class="wide">${picture.trim()}</figure>`;
  const content = [figure, page.numbers(), page.parts(), page.rewrites(), page.symbols(), conventionsOf(json.conventions), page.sources()];
  return documentOf({ ...json, header: page.contents(), content });
}
