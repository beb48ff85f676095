// Random values of what a program is computed from, and what the interpreter computes from them in f64.
import { type Evaluated, evaluateSteps, type Source } from "../../compiler/interpret.ts";
import { evaluate as extentOf } from "../../compiler/ir/dim.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withBodies, withoutBodies } from "../../compiler/ir/walk.ts";
import type { Value } from "../../compiler/ops/op.ts";
import type { IndexRange } from "../../compiler/passes/index-ranges.ts";
import { uniform } from "../../compiler/pipeline/draw.ts";
import type { Given } from "./read.ts";
import type { Tensor } from "./tensor.ts";

type SourceNode = Node & { readonly params: { readonly name: string } };

const isSource = ({ op }: Node): boolean => op === "input" || op === "parameter" || op === "state";

type Range = Pick<IndexRange, "lower" | "upper">;

/** Where values are drawn. */
interface Drawing {
  readonly ranges: ReadonlyMap<Node, IndexRange>;
  readonly within?: Readonly<Record<string, Range>> | undefined;
  readonly seed: number;
}

/** Random values of all that a program is computed from, and what it computes from them. */
export class Values {
  readonly rows: number;
  private readonly nodes: readonly Node[];
  private readonly sources: ReadonlyMap<string, Source>;
  private readonly computed: Evaluated;
  private readonly batches: ReadonlyMap<string, readonly boolean[]>;

  constructor(roots: readonly Node[], { ranges, within = {}, seed }: Drawing) {
    this.nodes = withBodies(roots);
    const extents = new Set(this.nodes.flatMap(({ shape }) => shape));
    this.rows = [5, 7, 11, 13].find((rows) => !extents.has(rows)) ?? 17;
    const random = uniform(seed);
    const next = () => random.next().value;
    const rangeOf = new Map([...ranges].map(([node, range]) => [node.params.name, range]));
    const sources = this.nodes.filter(isSource) as SourceNode[];
    this.sources = new Map(
      sources.map((node) => {
        const { name } = node.params;
        return [name, node.dtype === "i32" ? this.whole(node, next, rangeOf.get(name)) : this.real(node, next, within[name])];
      }),
    );
    this.batches = new Map(sources.map(({ params, shape }) => [params.name, shape.map((dim) => typeof dim !== "number")]));
    const draws = withoutBodies(roots).filter(({ op }) => op === "random");
    const outside = roots.filter(({ loops }) => loops.length === 0);
    this.computed = evaluateSteps([...outside, ...draws], { sizes: { batch: this.rows }, sources: this.sources, training: true });
  }

  private shaped({ shape: dims, dtype }: SourceNode, one: (at: number) => number): Source {
    const shape = dims.map((dim) => extentOf(dim, { batch: this.rows }));
    return { dtype, shape, data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => one(at)) };
  }

  /** Not near 0, by which something may be divided; states are positive, as means of squares are, and inputs go beyond 1. */
  private real(node: SourceNode, random: () => number, range?: Range): Source {
    if (range) return this.shaped(node, () => range.lower + (range.upper - range.lower) * random());
    const width = node.op === "input" ? 1.3 : 0.6;
    return this.shaped(node, () => (node.op === "state" || random() < 0.5 ? 1 : -1) * (0.1 + width * random()));
  }

  /** The first marks a row that does not count, where that is told of. */
  private whole(node: SourceNode, random: () => number, range?: IndexRange): Source {
    return this.shaped(node, (at) => (at === 0 && range?.except !== undefined ? range.except : Math.floor(random() * (range?.upper ?? 4))));
  }

  of(node: Node): Tensor | undefined {
    const value = this.computed.own.get(node) ?? stepsOf(this.computed, node);
    const batches = node.shape.map((dim) => typeof dim !== "number");
    return value && tensor(value, value.shape.length > batches.length ? [false, ...batches] : batches);
  }

  source(full: string): Tensor | undefined {
    const source = this.sources.get(full);
    return source && tensor(source, this.batches.get(full) ?? []);
  }

  draws(): [string, Tensor][] {
    return this.nodes.flatMap((node): [string, Tensor][] => {
      const value = node.op === "random" ? this.of(node) : undefined;
      return value ? [[`random_${Number((node.params as { stream: number }).stream) + 1}`, value]] : [];
    });
  }

  /** The full name of what a rule calls by a letter for a parameter: `w.m`, or by its first letter where it is called like one of `settings`. */
  stateName(parameter: string, lettered: string, settings: ReadonlySet<string>): string {
    const letter = lettered.replace(/_[wθ]′*$/u, "");
    const own = [...this.sources.keys()].flatMap((name) => (name.startsWith(`${parameter}.`) ? [name.slice(parameter.length + 1)] : []));
    const state = own.find((name) => name.replaceAll(".", "_") === letter) ?? own.find((name) => name[0] === letter && settings.has(name));
    return `${parameter}.${state ?? letter}`;
  }

  stateOf(parameter: string, letter: string, settings: ReadonlySet<string>): Tensor | undefined {
    return this.source(this.stateName(parameter, letter, settings));
  }

  /** Of a standardisation, where there is one. */
  standard(): Pick<Given, "standard"> {
    const ending = (end: string) => [...this.sources.keys()].filter((name) => name.endsWith(end));
    const [means, deviations] = [ending("standardize.mean"), ending("standardize.deviation")];
    if (means.length !== 1 || deviations.length !== 1) return {};
    return { standard: { mean: this.source(means[0] as string) as Tensor, deviation: this.source(deviations[0] as string) as Tensor } };
  }
}

/** The value in all steps of the loop that it is computed in, which come first. */
function stepsOf({ steps }: Evaluated, node: Node): Value | undefined {
  for (const made of steps.values()) {
    const rows = made.flatMap(({ own }) => own.get(node) ?? []);
    if (rows.length < made.length) continue;
    const [first] = rows as [Value];
    return { ...first, shape: [rows.length, ...first.shape], data: Float64Array.from(rows.flatMap(({ data }) => [...data])) };
  }
  return undefined;
}

const tensor = ({ shape, data }: Source, batches: readonly boolean[]): Tensor => ({
  axes: shape.map((extent, axis) => ({ extent, ...(batches[axis] && { batch: true }) })),
  data: Float64Array.from(data),
});
