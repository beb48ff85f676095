// Where values are compared: random inputs, parameters and states, and what the graph has there.
import { evaluate, type Source, valueAt } from "../../compiler/interpret.ts";
import { evaluate as extent, type Sizes } from "../../compiler/ir/dim.ts";
import type { Program } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withBodies } from "../../compiler/ir/walk.ts";
import type { Value } from "../../compiler/ops/op.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { indexRanges } from "../../compiler/passes/index-ranges.ts";
import { elements, make, type Tensor } from "../../compiler/reading/tensor.ts";

/** A random place, at which each value is computed once. */
export interface Point {
  /** The number of rows; undefined where there are none. */
  readonly rows: number | undefined;
  valueOf(node: Node): Tensor;
  /** The values of inputs, parameters and states by their full names. */
  readonly sources: ReadonlyMap<string, Source>;
}

interface Interval {
  readonly lower: number;
  readonly upper: number;
}

type SourceNode = Node & { readonly params: { readonly name: string } };

type Role = "input" | "parameter" | "state";

/** What each source is, by its full name. */
export type Roles = ReadonlyMap<string, Role>;

export interface PointOptions {
  /** Where inputs must lie, by name. */
  readonly within?: Readonly<Record<string, Interval>> | undefined;
  /** Values of inputs that are given instead of drawn, as those of an example. */
  readonly inputs?: ReadonlyMap<string, Source> | undefined;
  /** Values of parameters and states that are given. */
  readonly variables?: ReadonlyMap<string, ArrayLike<number>> | undefined;
  /** Values at all steps of loops, which are computed together. */
  readonly stepped?: readonly Node[] | undefined;
}

/** Numbers in [0, 1) that look random, the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let state = (seed * 0x9e3779b9) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const isSource = (node: Node): node is SourceNode => isOp(node, "input") || isOp(node, "parameter") || isOp(node, "state");

/** Numbers of rows that no axis of the program has, so that rows are not taken for something else. */
function rowCounts(nodes: readonly Node[]): number[] {
  const taken = new Set(nodes.flatMap(({ shape }) => shape.filter((dim) => typeof dim === "number")));
  const free = [4, 5, 7, 11, 13, 17, 19, 23].filter((rows) => !taken.has(rows));
  return free.length >= 2 ? free.slice(0, 2) : [4, 5];
}

/** Where values are compared. */
export interface PointSource {
  /** The point of this number. The first is the given example, where there is one. */
  at(i: number): Point;
  /** At how many of them a claim has to agree. */
  readonly compared: number;
  /** What the sources are, by their full names. */
  readonly roles: Roles;
  /** Whether the first point is an example that was given. */
  readonly hasExample: boolean;
}

/** The points of a program, drawn when they are asked for. */
export class Points implements PointSource {
  readonly compared = 3;
  private readonly drawn: Point[] = [];
  private readonly nodes: readonly Node[];
  private readonly sources: readonly SourceNode[];
  private readonly ranges: ReadonlyMap<string, Interval>;
  private readonly counts: readonly number[];
  private readonly options: PointOptions;

  constructor(roots: readonly Node[], program: Program, options: PointOptions = {}) {
    this.nodes = withBodies([...roots, ...(options.stepped ?? [])]);
    this.sources = this.nodes.filter(isSource);
    this.counts = rowCounts(this.nodes);
    this.options = options;
    const indices = [...indexRanges(program)].map(([node, range]) => [(node as SourceNode).params.name, range] as const);
    this.ranges = new Map<string, Interval>([...Object.entries(options.within ?? {}), ...indices]);
  }

  get roles(): Roles {
    return new Map(this.sources.map((source) => [source.params.name, source.op as Role]));
  }

  get hasExample(): boolean {
    return this.options.inputs !== undefined;
  }

  at(i: number): Point {
    while (this.drawn.length <= i) this.drawn.push(this.draw(this.drawn.length));
    return this.drawn[i] as Point;
  }

  private draw(i: number): Point {
    const { inputs } = this.options;
    const isExample = i === 0 && inputs !== undefined;
    const hasRows = this.nodes.some(({ shape }) => shape.includes("batch"));
    const drawn = this.counts[i % 2] as number;
    const rows = isExample ? (rowsOf(this.sources, inputs) ?? drawn) : drawn;
    const random = randomFrom(i + 1);
    const sources = new Map(this.sources.map((source) => [source.params.name, this.value(source, { batch: rows }, random, i)] as const));
    if (isExample) for (const [name, source] of inputs) sources.set(name, source);
    return pointOf(sources, hasRows ? rows : undefined, this.options.stepped);
  }

  private value(node: SourceNode, sizes: Sizes, random: () => number, i: number): Source {
    const { name } = node.params;
    const shape = node.shape.map((dim) => extent(dim, sizes));
    const given = this.options.variables?.get(name);
    if (given && i === 0) return { dtype: node.dtype, shape, data: given };
    const range = this.ranges.get(name);
    const one = drawer(node, range, i);
    return { dtype: node.dtype, shape, data: Float64Array.from({ length: elements(shape) }, () => one(random())) };
  }
}

/** What a source holds, made of a number in [0, 1). Every other pair of points is positive, for logarithms and roots. */
function drawer(node: Node, range: Interval | undefined, i: number): (share: number) => number {
  if (node.dtype !== "f32") {
    const { lower, upper } = range ?? { lower: 0, upper: 2 };
    return (share) => lower + Math.floor((upper - lower) * share);
  }
  if (range) return (share) => range.lower + (range.upper - range.lower) * (0.05 + 0.9 * share);
  if (isOp(node, "state")) return (share) => 0.5 + share;
  if (isOp(node, "parameter")) return (share) => (share < 0.5 ? share * 1.6 - 0.9 : share * 1.6 - 0.7);
  return i % 4 < 2 ? (share) => 3 * share - 1.5 : (share) => 0.1 + 0.8 * share;
}

function rowsOf(sources: readonly SourceNode[], inputs: ReadonlyMap<string, Source>): number | undefined {
  const dynamic = sources.find(({ params, shape }) => shape[0] === "batch" && inputs.has(params.name));
  return dynamic && inputs.get(dynamic.params.name)?.shape[0];
}

function pointOf(sources: ReadonlyMap<string, Source>, rows: number | undefined, stepped: readonly Node[] = []): Point {
  const isStepped = new Set(stepped);
  const known = new Map<Node, Value>();
  const tensors = new Map<Node, Tensor>();
  const compute = (node: Node): Value => {
    const sizes = rows === undefined ? {} : { batch: rows };
    const values = evaluate(isStepped.has(node) ? stepped : [node], { sizes, sources, training: true, held: known });
    // What a loop computed in its steps is asked for by what looks into it.
    for (const [each, value] of values) if (!isOp(each, "loop")) known.set(each, value);
    return valueAt(known, node);
  };
  return {
    rows,
    sources,
    valueOf(node) {
      const found = tensors.get(node);
      if (found) return found;
      const { shape, data } = known.get(node) ?? compute(node);
      const tensor = make(
        shape,
        data,
        node.shape.map((dim) => (dim === "batch" ? dim : undefined)),
      );
      tensors.set(node, tensor);
      return tensor;
    },
  };
}
