// A page of scalars as a reader has it: each sign with all its numbers as one value, with one line.
import type { Program } from "../../../compiler/ir/entry.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import * as build from "../../../compiler/ops/build.ts";
import { createGraph } from "../../../compiler/ops/table.ts";
import type { Scope } from "../../../compiler/reading/scope.ts";
import { spelled } from "../../../compiler/reading/spelling.ts";
import { scalar, type Tensor } from "../../../compiler/reading/tensor.ts";
import type { Term } from "../../../compiler/reading/tree.ts";
import { functionOf } from "../../../compiler/scalars/functions.ts";
import { networkOf } from "../../../compiler/scalars/network.ts";
import { type Written, writtenIn } from "../../../compiler/scalars/page.ts";
import { SignReader } from "../../../compiler/scalars/resolve.ts";
import type { Notation } from "../../../compiler/scalars/signs.ts";
import { type SignTable, signText, tablesOf } from "../../../compiler/scalars/tables.ts";
import type { PageLine, ReadPage } from "../page.ts";
import { type PointOptions, type PointSource, Points } from "../points.ts";
import { signsLike } from "./alike.ts";
import { functionNames, functionsOf } from "./functions.ts";
import { calledOf, type TableLine, tableLines } from "./lines.ts";
import { ScalarPoints } from "./points.ts";

/** What is computed of the tables. */
type ValueOf = (scope: Scope) => Tensor;

/** A page of scalars with the points at which it has values. */
export class ScalarPage {
  readonly written: Written;
  readonly reader: SignReader;
  readonly tables: ReadonlyMap<string, SignTable>;
  readonly functions: ReadonlySet<string>;
  readonly page: ReadPage;
  readonly points: PointSource;
  private readonly graph = createGraph();
  private readonly values = new Map<Node, ValueOf>();
  private readonly lines: Map<string, PageLine>;

  /** @throws GradcError `no-neurons` where `program` is no chain of linear layers */
  constructor(program: Program, notation: Notation, options?: PointOptions) {
    this.written = writtenIn(networkOf(program), notation);
    const meanings = functionsOf(this.written);
    this.functions = functionNames(meanings);
    const all = tablesOf(this.written);
    const lines = tableLines(this.written, all, new SignReader(all), this.functions);
    this.tables = new Map(all.filter(({ name, given }) => given || lines.has(name)).map((table) => [table.name, table]));
    this.reader = new SignReader([...this.tables.values()]);
    const symbols = new Map([...this.tables].map(([name, table]) => [name, this.nodeOf(table)] as const));
    this.lines = new Map([...lines].map(([name, line]) => [name, this.pageLine(line, symbols.get(name) as Node)]));
    const { network } = this.written;
    const gOf = calledOf(this.written);
    const active = [...this.tables.values()].filter(({ isBefore, layer }) => isBefore && functionOf(network, layer) !== undefined);
    const slopes = new Map(active.map(({ name, layer }) => [name, `${gOf(layer)}′`] as const));
    const isOfRows = notation === "index" && typeof network.rows === "string";
    this.page = {
      ...{ symbols, meanings, lines: this.lines, spellings: new Map([...symbols.keys()].map((name) => [spelled(name), name])) },
      ...{ stepped: new Map(), drawn: new Map(), classes: new Map(), hasRows: isOfRows },
      signsLike: (term, letters) => signsLike({ tables: this.tables, slopes }, term, letters),
    };
    const sources = [network.input, ...network.layers.flatMap(({ weight, bias }) => [weight, ...(bias ? [bias] : [])])];
    const states = network.standardized ? [network.standardized.mean, network.standardized.deviation] : [];
    const targets = network.loss?.target ? [network.loss.target] : [];
    const base = new Points([...sources, ...states, ...targets], program, options);
    this.points = new ScalarPoints({ written: this.written, tables: this.tables, lines, meanings }, base, (node, scope) =>
      (this.values.get(node) as ValueOf)(scope),
    );
  }

  /** What stands for a value that is computed of the tables. */
  valueNode(name: string, shape: readonly (number | "batch")[], compute: ValueOf): Node {
    const node = build.input(this.graph, name, "f32", shape);
    this.values.set(node, compute);
    return node;
  }

  private nodeOf({ name, axes }: SignTable): Node {
    const shape = axes.map(({ extent }) => (extent === "rows" ? "batch" : extent));
    return this.valueNode(name, shape, (scope) => scope.valueOf(name) ?? scalar(Number.NaN));
  }

  /** Adds a line that the page has for more than the numbers that somebody asks for. */
  addLine(line: PageLine): void {
    if (!this.lines.has(line.name)) this.lines.set(line.name, line);
  }

  private pageLine({ table, text, term, others }: TableLine, node: Node): PageLine {
    const at = { line: 1, column: 1 };
    const beside = this.besideOf(table).map((name): Term => ({ kind: "name", name, at }));
    return { name: table.name, node, text, letters: table.axes.map(({ letter }) => letter), term, others, beside };
  }

  /** What an error, or the derivative by a value, may wrongly have a factor of: the value of its neuron. */
  private besideOf({ axes, layer, of, signAt }: SignTable): string[] {
    const last = axes.at(-1);
    const isSlope = of !== undefined || signAt(axes.map(() => "1")).name === "delta";
    const isOfInputs = last?.letter === "i" || axes[0]?.letter === "i";
    if (!isSlope || last === undefined || isOfInputs || functionOf(this.written.network, layer) === undefined) return [];
    const own = this.written.signs.of(axes.length > 1 ? "n" : undefined);
    const name = signText(own.after(layer, last.extent === 1 ? "1" : last.letter));
    return this.tables.has(name) ? [name] : [];
  }
}
