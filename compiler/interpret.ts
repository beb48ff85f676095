// The reference interpreter: slow, obviously right, the oracle of every test.
import { InternalError } from "../runtime/error.ts";
import { evaluate as extent, type Sizes } from "./ir/dim.ts";
import { elementAt } from "./ir/element.ts";
import type { Node } from "./ir/node.ts";
import { withoutBodies } from "./ir/walk.ts";
import { cancelledIn, sizesOf } from "./ops/cancelled.ts";
import { insideOf, isView, type LoopNode, loopOfView, partsOfLoop, slotsOf, stepSlot } from "./ops/loops.ts";
import type { Value } from "./ops/op.ts";
import { isOp, recordOf } from "./ops/table.ts";

/** A source's content; dtype f32 unless stated. */
export interface Source {
  readonly dtype?: Value["dtype"];
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface Inputs {
  readonly sizes?: Sizes;
  /** Values of input, parameter and state sources by name. */
  readonly sources: ReadonlyMap<string, Source>;
  readonly training?: boolean;
  /** `f32` rounds the result of every f32 node; without it everything is f64, with `cancelled` 0 where terms cancel but for rounding. */
  readonly round?: "f32" | "cancelled";
  /** Values that are taken as they are instead of being computed. */
  readonly held?: ReadonlyMap<Node, Value>;
  /** Such values in the steps of loops. */
  readonly heldSteps?: Evaluated["steps"];
}

/** What was computed, and by the number of its element what each step of a loop computed. */
export interface Evaluated {
  readonly own: ReadonlyMap<Node, Value>;
  readonly steps: ReadonlyMap<Node, readonly Evaluated[]>;
}

const toValue = ({ dtype = "f32", shape, data }: Source): Value => ({ dtype, shape, data: Float64Array.from(data) });

/** What evaluations of one run share. */
interface Run extends Pick<Inputs, "training" | "round"> {
  readonly sizes: Sizes;
  readonly sources: ReadonlyMap<string, Value>;
}

/** The values of `roots` and of all nodes that they depend on. */
export const evaluate = (roots: readonly Node[], inputs: Inputs): ReadonlyMap<Node, Value> => evaluateSteps(roots, inputs).own;

/** Like `evaluate`, with what the steps of loops computed. */
export function evaluateSteps(
  roots: readonly Node[],
  { sizes = {}, sources, held = new Map(), heldSteps = new Map(), ...settings }: Inputs,
): Evaluated {
  const run = { ...settings, sizes, sources: new Map([...sources].map(([name, source]) => [name, toValue(source)])) };
  const values = new Values(run, { own: held, steps: heldSteps });
  values.compute(withoutBodies(roots));
  return values;
}

/** The value of `node` among those that `evaluate` gave. */
export function valueAt(values: ReadonlyMap<Node, Value>, node: Node): Value {
  const value = values.get(node);
  if (!value) throw new InternalError(`"${node.op}" was not evaluated`);
  return value;
}

const negative = (value: Value): Value => ({ ...value, data: value.data.map((element) => -element) });

/** Ops that add up terms. */
const sums: ReadonlySet<Node["op"]> = new Set(["add", "sub", "sum", "contract"]);

/** The values of a run, or of one step of a loop in it. */
class Values implements Evaluated {
  readonly own = new Map<Node, Value>();
  readonly steps = new Map<Node, readonly Values[]>();
  /** How large the terms of each element are, of sums of sums those of all of them. */
  private readonly sizesOfTerms = new Map<Node, Value>();
  private readonly run: Run;
  private readonly held: Evaluated | undefined;
  private readonly outside: Values | undefined;

  constructor(run: Run, held: Evaluated | undefined, outside?: Values) {
    this.run = run;
    this.held = held;
    this.outside = outside;
  }

  /** Computes `nodes`, inputs before users. */
  compute(nodes: readonly Node[]): void {
    for (const node of nodes) {
      if (this.own.has(node)) continue;
      const value = this.held?.own.get(node) ?? this.valueOf(node);
      this.own.set(node, node.dtype === "f32" ? this.rounded(node, value) : value);
    }
  }

  private rounded(node: Node, value: Value): Value {
    if (this.run.round === "f32") return { ...value, data: value.data.map(Math.fround) };
    if (this.run.round !== "cancelled" || !sums.has(node.op)) return value;
    const terms = node.inputs.map((input) => this.sizesOfTerms.get(input) ?? sizesOf(this.of(input)));
    // x - (-y) of the sizes is what they add up to.
    const sizes = this.computed(node, node.op === "sub" ? [elementAt(terms, 0), negative(elementAt(terms, 1))] : terms);
    this.sizesOfTerms.set(node, sizes);
    return cancelledIn(value, sizes);
  }

  of = (node: Node): Value => this.own.get(node) ?? this.outside?.of(node) ?? valueAt(this.own, node);

  private valueOf(node: Node): Value {
    if (isOp(node, "loop")) return this.loop(node);
    if (isView(node)) return this.view(node);
    return this.computed(node, node.inputs.map(this.of));
  }

  private computed(node: Node, inputs: readonly Value[]): Value {
    const { sizes, sources, training = false } = this.run;
    const shape = node.shape.map((dim) => extent(dim, sizes));
    return recordOf(node).evaluate(inputs, node.params, { dtype: node.dtype, shape, sizes, sources, training });
  }

  private loop(node: LoopNode): Value {
    const { loop, steps, reverse, starts, sequences, next } = partsOfLoop(node);
    const { carries, elements } = slotsOf(node);
    const inside = insideOf(next, loop);
    const made: Values[] = [];
    let handed = starts.map(this.of);
    for (const at of orderOf(steps, reverse)) {
      const step = new Values(this.run, this.held?.steps.get(node as Node)?.[at], this);
      for (const [i, slot] of carries.entries()) step.own.set(slot, elementAt(handed, i));
      for (const [i, slot] of elements.entries()) step.own.set(slot, rowOf(this.of(elementAt(sequences, i)), at));
      step.own.set(stepSlot(node.graph, loop), { dtype: "i32", shape: [], data: Float64Array.of(at) });
      step.compute(inside);
      handed = next.map(step.of);
      made[at] = step;
    }
    this.steps.set(node as Node, made);
    return { dtype: "f32", shape: [], data: Float64Array.of(steps) };
  }

  private view(node: Node): Value {
    const loop = loopOfView(node);
    const [value] = node.body as [Node];
    const steps = this.stepsOf(loop as Node);
    if (node.op === "last") return (loop.params.reverse ? elementAt(steps, 0) : (steps.at(-1) as Values)).of(value);
    const inside = insideOf([value], loop.params.loop);
    for (const step of steps) step.compute(inside);
    const rows = steps.map((step) => step.of(value));
    return {
      ...elementAt(rows, 0),
      shape: [rows.length, ...elementAt(rows, 0).shape],
      data: Float64Array.from(rows.flatMap(({ data }) => [...data])),
    };
  }

  private stepsOf(loop: Node): readonly Values[] {
    return this.steps.get(loop) ?? (this.outside as Values).stepsOf(loop);
  }
}

/** The numbers of elements in the order of the steps. */
const orderOf = (steps: number, reverse: boolean): number[] => {
  const order = [...Array(steps).keys()];
  return reverse ? order.reverse() : order;
};

function rowOf({ dtype, shape, data }: Value, row: number): Value {
  const rest = shape.slice(1);
  const length = rest.reduce((product, each) => product * each, 1);
  return { dtype, shape: rest, data: data.slice(row * length, (row + 1) * length) };
}
