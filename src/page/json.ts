// A page of formulas as plain data.

import type { SiteError } from "../../compiler/describe/landmarks.ts";
import type { ProgramPage } from "../../compiler/describe/page.ts";
import type { Rewrite } from "../../compiler/describe/rewrites.ts";
import { type Stepped, steppedIn } from "../../compiler/describe/stepped.ts";
import { type Definition, type Line, writeEquation } from "../../compiler/formula/equation.ts";
import { mostElements } from "../../compiler/formula/legend.ts";
import { partNames } from "../../compiler/formula/page.ts";
import type { PageSymbol } from "../../compiler/formula/symbol.ts";
import type { Formula } from "../../compiler/formula/tree.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withBodies } from "../../compiler/ir/walk.ts";
import { partAt } from "../../compiler/reading/tensor.ts";
import type { ScalarPage } from "../../compiler/scalars/page.ts";
import { words } from "../../compiler/words/words.ts";
import { jsonNumber, Numbering } from "./terms.ts";
import type { JsonDefinition, JsonLine, JsonPart, JsonRewrite, JsonSource, JsonSteps, JsonSymbol, JsonValues, PageJson } from "./types.ts";

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
  /** Of a page as it runs. */
  readonly rewrites?: readonly Rewrite[] | undefined;
}

const valuesOf = ({ data, shape }: Computed): JsonValues => ({ shape, elements: Array.from(data).slice(0, mostElements).map(jsonNumber) });

/** Steps that are told one by one: so many at the start, and the last. */
const firstSteps = 2;

/** The values of what changes from step to step at some of them. */
function stepsOf(computed: Computed, { steps: count, axis }: Stepped): JsonSteps {
  const all = Array.from({ length: count }, (_, at) => at + 1);
  const whole = { shape: computed.shape, data: Float64Array.from(computed.data) };
  const told = all.filter((t) => t <= firstSteps || t === count);
  return { count, at: told.map((t) => ({ t, values: valuesOf(partAt(whole, axis, t - 1)) })) };
}

/** The data of one page. */
class Writer {
  readonly #numbering = new Numbering();
  readonly #page: ProgramPage;
  readonly #symbols: ReadonlyMap<string, PageSymbol>;
  readonly #sites: ReadonlyMap<Node, string>;
  readonly #computed: ReadonlyMap<Node, Computed>;
  /** What changes from step to step, where there are numbers. */
  readonly #stepped: ReadonlyMap<string, Stepped>;

  constructor(page: ProgramPage, { errors, evaluate }: Pick<Told, "errors" | "evaluate">) {
    this.#page = page;
    this.#symbols = new Map(page.symbols.map((symbol) => [symbol.name, symbol]));
    this.#sites = new Map(errors.map(({ error, name }) => [error, name]));
    const nodes = [...page.nodes.values(), ...page.results.values()];
    this.#stepped = evaluate ? steppedIn(page.inSteps, page.nodes, withBodies(nodes)) : new Map();
    const parts = [...page.inSteps.values()].filter(({ loops }) => loops.length === 0);
    this.#computed =
      evaluate?.([...nodes, ...parts, ...[...this.#stepped.values()].flatMap(({ all, start }) => [all ?? [], start ?? []].flat())]) ?? new Map();
  }

  parts(): JsonPart[] {
    return partNames.flatMap((part) => {
      const lines = this.lines(this.#page[part]);
      return lines.length > 0 ? [{ part, title: words.titles[part], lines }] : [];
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
      ...this.#valuesAt(this.#nodeOf(symbol.name)),
      ...this.#stepsOf(symbol.name),
    }));
  }

  #valuesAt(node: Node | undefined): { values?: JsonValues } {
    const computed = node && this.#computed.get(node);
    return computed ? { values: valuesOf(computed) } : {};
  }

  /** What a name stands for that does not change from step to step. */
  #nodeOf(name: string): Node | undefined {
    return this.#page.nodes.get(name) ?? this.#page.inSteps.get(name);
  }

  #stepsOf(name: string): { steps?: JsonSteps } {
    const stepped = this.#page.nodes.has(name) ? undefined : this.#stepped.get(name);
    const computed = stepped?.all && this.#computed.get(stepped.all);
    return stepped && computed ? { steps: stepsOf(computed, stepped) } : {};
  }

  /** The numbers of a name at each step, or of what is handed to the first one that is taken. */
  #atStep(name: string, step: string | undefined): Pick<JsonLine, "steps" | "values"> {
    if (step === "t") return this.#stepsOf(name);
    return step === "0" || step === "T+1" ? this.#valuesAt(this.#stepped.get(name)?.start) : {};
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
      ...this.#valuesAt(this.#page.results.get(left) ?? (left.kind === "variable" && left.step === undefined ? this.#nodeOf(left.name) : undefined)),
      ...(left.kind === "variable" ? this.#atStep(left.name, left.step) : {}),
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

const rewriteJson = ({ place, rule, ...rest }: Rewrite): JsonRewrite => ({
  rule: words.rewrites.rules[rule] ?? rule,
  ...rest,
  ...(place && { place }),
});

/** `page` as data that needs nothing else. */
export function pageJson(page: ProgramPage, told: Told): PageJson {
  const writer = new Writer(page, told);
  return {
    name: told.name,
    lang: words.lang,
    page: writer.parts(),
    ...(told.rewrites && { rewrites: told.rewrites.map(rewriteJson) }),
    symbols: writer.symbols(),
    conventions: page.conventions,
    sources: told.sources ?? [],
  };
}

const nothing: ProgramPage = {
  ...{ forward: [], stable: [], predicted: [], errors: [], gradients: [], updates: [], symbols: [], conventions: [] },
  nodes: new Map(),
  inSteps: new Map(),
  results: new Map(),
};

/** A page of scalars as data; elements are no symbols of a table. */
export function scalarJson(name: string, { parts, conventions }: ScalarPage): PageJson {
  const writer = new Writer(nothing, { errors: [] });
  const page = parts.map(({ title, lines }): JsonPart => ({ part: "scalars", title, lines: writer.lines(lines) }));
  return { name, lang: words.lang, page, symbols: [], conventions, sources: [] };
}
