// A page of formulas as plain data.

import type { SiteError } from "../../compiler/describe/landmarks.ts";
import type { ProgramPage } from "../../compiler/describe/page.ts";
import { english } from "../../compiler/formula/english.ts";
import { type Definition, type Line, writeEquation } from "../../compiler/formula/equation.ts";
import { partNames } from "../../compiler/formula/page.ts";
import type { PageSymbol } from "../../compiler/formula/symbol.ts";
import type { Formula } from "../../compiler/formula/tree.ts";
import type { Node } from "../../compiler/ir/node.ts";
import type { ScalarPage } from "../../compiler/scalars/page.ts";
import { jsonNumber, Numbering } from "./terms.ts";
import type { JsonDefinition, JsonLine, JsonPart, JsonSource, JsonSymbol, JsonValues, PageJson } from "./types.ts";

/** A value of the graph for an example. */
export interface Computed {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
}

interface Told {
  readonly name: string;
  readonly errors: readonly SiteError[];
  /** Computes values, those that can be, for an example. */
  readonly evaluate?: ((nodes: readonly Node[]) => ReadonlyMap<Node, Computed>) | undefined;
  readonly sources?: readonly JsonSource[];
}

/** Elements of a value that are told. */
const mostElements = 64;

const valuesOf = ({ data, shape }: Computed): JsonValues => ({ shape, elements: Array.from(data).slice(0, mostElements).map(jsonNumber) });

/** The data of one page. */
class Writer {
  readonly #numbering = new Numbering();
  readonly #page: ProgramPage;
  readonly #symbols: ReadonlyMap<string, PageSymbol>;
  readonly #sites: ReadonlyMap<Node, string>;
  readonly #computed: ReadonlyMap<Node, Computed>;

  constructor(page: ProgramPage, { errors, evaluate }: Pick<Told, "errors" | "evaluate">) {
    this.#page = page;
    this.#symbols = new Map(page.symbols.map((symbol) => [symbol.name, symbol]));
    this.#sites = new Map(errors.map(({ error, name }) => [error, name]));
    this.#computed = evaluate?.([...page.nodes.values(), ...page.results.values()]) ?? new Map();
  }

  parts(): JsonPart[] {
    return partNames.flatMap((part) => {
      const lines = this.lines(this.#page[part]);
      return lines.length > 0 ? [{ part, title: english.titles[part], lines }] : [];
    });
  }

  lines(lines: readonly Line[]): JsonLine[] {
    return lines.map((line) => this.#line(line));
  }

  symbols(): JsonSymbol[] {
    return this.#page.symbols.map(({ full, place, values, ...symbol }) => ({
      ...symbol,
      ...(full !== undefined && { full }),
      ...(place && { place }),
      ...(values && { table: values.map(jsonNumber) }),
      ...this.#valuesAt(this.#page.nodes.get(symbol.name)),
    }));
  }

  #valuesAt(node: Node | undefined): { values?: JsonValues } {
    const computed = node && this.#computed.get(node);
    return computed ? { values: valuesOf(computed) } : {};
  }

  #line(line: Line): JsonLine {
    const { left, letters, right, sign, also, rule, general } = line;
    const where = line.where.map((definition) => definitionJson(definition, this.#numbering));
    const sides = this.#numbering.sides(line, sign, general);
    return {
      text: textOf({ left, ...lettersIn(letters), right, sign, ...(also && { also }), where: [] }),
      sign,
      ...lettersIn(letters),
      ...sides,
      ...(also && { also: this.#numbering.term(also) }),
      where,
      ...(rule && { rule }),
      ...this.#placeOf(left),
      ...this.#valuesAt(
        this.#page.results.get(left) ?? (left.kind === "variable" && left.step === undefined ? this.#page.nodes.get(left.name) : undefined),
      ),
    };
  }

  /** What a line is about, as far as its symbol says. */
  #placeOf(left: Formula): Pick<JsonLine, "shape" | "place" | "layer"> {
    const name = left.kind === "variable" ? left.name : left.kind === "derivative" ? left.by : undefined;
    const symbol = name === undefined ? undefined : this.#symbols.get(name);
    if (!symbol) return {};
    const layer = this.#layerOf(symbol);
    return { shape: symbol.shape, ...(symbol.place && { place: symbol.place }), ...(layer !== undefined && { layer }) };
  }

  #layerOf({ name, kind, full }: PageSymbol): string | undefined {
    const node = this.#page.nodes.get(name);
    if (kind === "parameter" || kind === "state") return full?.replace(/\.[^.]*$/, "");
    return node && (this.#sites.get(node) ?? node.graph.layers.get(node) ?? (kind === "value" ? full : undefined));
  }
}

const lettersIn = (letters: readonly string[] | undefined): { readonly letters?: readonly string[] } => (letters ? { letters } : {});

/** What a name stands for, or what a function means, by the numbers of `numbering`. */
export function definitionJson(definition: Definition, numbering: Numbering): JsonDefinition {
  const { left, letters, right } = definition;
  const sides = left.kind === "call" ? numbering.meaning(left, right) : numbering.sides(definition);
  return { text: textOf({ left, ...lettersIn(letters), right, sign: "=", where: [] }), ...lettersIn(letters), ...sides };
}

const textOf = (line: Line): string => writeEquation({ ...line, more: false }, "text");

/** `page` as data that needs nothing else. */
export function pageJson(page: ProgramPage, told: Told): PageJson {
  const writer = new Writer(page, told);
  return {
    name: told.name,
    lang: english.lang,
    page: writer.parts(),
    symbols: writer.symbols(),
    conventions: page.conventions,
    sources: told.sources ?? [],
  };
}

const nothing: ProgramPage = {
  ...{ forward: [], stable: [], predicted: [], errors: [], gradients: [], updates: [], symbols: [], conventions: [] },
  nodes: new Map(),
  results: new Map(),
};

/** A page of scalars as data; elements are no symbols of a table. */
export function scalarJson(name: string, { parts, conventions }: ScalarPage): PageJson {
  const writer = new Writer(nothing, { errors: [] });
  const page = parts.map(({ title, lines }): JsonPart => ({ part: "scalars", title, lines: writer.lines(lines) }));
  return { name, lang: english.lang, page, symbols: [], conventions, sources: [] };
}
