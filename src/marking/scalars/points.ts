// Values of the tables of a page of scalars at random points: what is given is the program's, the rest follows by the lines of the page.
import { oneExample } from "../../../compiler/diagnostics/scalars.ts";
import { circle } from "../../../compiler/formula/exact.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { evaluate, workOf } from "../../../compiler/reading/evaluate.ts";
import type { Meaning, Scope } from "../../../compiler/reading/scope.ts";
import { spelled } from "../../../compiler/reading/spelling.ts";
import { make, scalar, type Tensor } from "../../../compiler/reading/tensor.ts";
import type { Given } from "../../../compiler/scalars/numbers.ts";
import type { Written } from "../../../compiler/scalars/page.ts";
import { widthOf } from "../../../compiler/scalars/signs.ts";
import type { SignTable } from "../../../compiler/scalars/tables.ts";
import { meaningKey } from "../page.ts";
import type { Point, PointSource, Roles } from "../points.ts";
import type { TableLine } from "./lines.ts";

/** Numbers that are computed for one table. */
const mostNumbers = 50_000_000;

/** Points at which a claim about one example has to agree: of several examples each point has more. */
const comparedOfOne = 8;

/** What values follow from. */
export interface Network {
  readonly written: Written;
  readonly tables: ReadonlyMap<string, SignTable>;
  readonly lines: ReadonlyMap<string, TableLine>;
  readonly meanings: ReadonlyMap<string, Meaning>;
}

/** What a node is the value of. */
export type ValueOfNode = (node: Node, scope: Scope) => Tensor;

/** The points of a page of scalars. */
export class ScalarPoints implements PointSource {
  private readonly network: Network;
  private readonly base: PointSource;
  private readonly valueOfNode: ValueOfNode;
  private readonly drawn = new Map<number, Point>();

  constructor(network: Network, base: PointSource, valueOfNode: ValueOfNode) {
    this.network = network;
    this.base = base;
    this.valueOfNode = valueOfNode;
  }

  get roles(): Roles {
    return this.base.roles;
  }

  get compared(): number {
    return this.isOfRows ? this.base.compared : comparedOfOne;
  }

  private get isOfRows(): boolean {
    const { signs, network } = this.network.written;
    return signs.notation === "index" && network.rows !== undefined;
  }

  get hasExample(): boolean {
    return this.base.hasExample;
  }

  /** @throws GradcError `no-neurons` where several examples are given for a page of one */
  at(i: number): Point {
    const point = this.drawn.get(i) ?? this.draw(i);
    this.drawn.set(i, point);
    return point;
  }

  private draw(i: number): Point {
    const { sources } = this.base.at(i);
    const given: Given = new Map([...sources].map(([name, source]) => [name, source.data]));
    const { isOfRows } = this;
    const data = isOfRows || (i === 0 && this.hasExample) ? given : this.withClass(given, i);
    const rows = this.rowsOf(data);
    if (!isOfRows && i === 0 && this.hasExample && rows.all > 1) throw oneExample(rows.all);
    const scope = this.scopeOf(data, isOfRows ? rows.counted : rows.counted.slice(0, 1));
    const known = new Map<Node, Tensor>();
    return {
      rows: isOfRows && typeof this.network.written.network.rows === "string" ? rows.counted.length : undefined,
      sources,
      valueOf: (node) => {
        const value = known.get(node) ?? this.valueOfNode(node, scope);
        known.set(node, value);
        return value;
      },
    };
  }

  /** `data` with another class at each point, so that no claim is right of one class alone. */
  private withClass(data: Given, i: number): Given {
    const { network } = this.network.written;
    const { loss } = network;
    if (loss?.kind !== "classes" || loss.ignored === undefined) return data;
    const name = loss.target.params.name;
    const own = (data.get(name) as ArrayLike<number>).length;
    return new Map([...data, [name, Array.from({ length: own }, () => i % widthOf(network, network.layers.length))]]);
  }

  /** How many examples there are, and which of them count. */
  private rowsOf(data: Given): { readonly all: number; readonly counted: readonly number[] } {
    const { input, rows, loss } = this.network.written.network;
    const all = rows === undefined ? 1 : (data.get(input.params.name)?.length ?? 0) / widthOf(this.network.written.network, 0);
    const ignored = loss?.kind === "classes" ? loss.ignored : undefined;
    const classes = ignored === undefined ? undefined : data.get(loss?.target?.params.name ?? "");
    return { all, counted: Array.from({ length: all }, (_, n) => n).filter((n) => classes === undefined || classes[n] !== ignored) };
  }

  /** The tables as values of their names. */
  private scopeOf(data: Given, rows: readonly number[]): Scope {
    const known = new Map<string, Tensor>();
    const { tables, meanings } = this.network;
    const scope: Scope = {
      valueOf: (name) => {
        const table = tables.get(name);
        if (!table && spelled(name) === spelled(circle)) return scalar(Math.PI);
        const value = known.get(name) ?? (table && this.valueOf(table, data, rows, scope));
        if (value) known.set(name, value);
        return value;
      },
      derivative: () => undefined,
      meaningOf: (call) => meanings.get(meaningKey(call)),
      classesOf: () => undefined,
      names: () => tables.keys(),
    };
    return scope;
  }

  private valueOf(table: SignTable, data: Given, rows: readonly number[], scope: Scope): Tensor | undefined {
    const shape = table.axes.map(({ extent }) => (extent === "rows" ? rows.length : extent));
    const axes = table.axes.map(({ extent }) => (extent === "rows" ? "batch" : undefined));
    const line = this.network.lines.get(table.name);
    if (line) return make(shape, evaluate(line.term, { ...scope, shape }, workOf(mostNumbers)).data, axes);
    return table.given && make(shape, Float64Array.from(table.given(data, rows)), axes);
  }
}
