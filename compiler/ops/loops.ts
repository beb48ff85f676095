// Loops as passes make and read them: see loop.ts for what they are.
import { elementAt } from "../ir/element.ts";
import { make } from "../ir/graph.ts";
import type { Graph, Node } from "../ir/node.ts";
import type { TensorType } from "../ir/type.ts";
import { partsOf, withoutBodies } from "../ir/walk.ts";
import { broadcast } from "./build.ts";
import type { OpParams } from "./params.ts";
import { isOp, type OpNode } from "./table.ts";

export type LoopNode = OpNode<"loop">;

/** What stands for one thing that a step of the loop `loop` is given. */
function slot(graph: Graph, { loop, part, position, name }: Place, { dtype, shape }: TensorType): Node {
  return make("slot", [], { loop, part, position, name, dtype, shape } satisfies OpParams["slot"], graph);
}

type Place = Pick<OpParams["slot"], "loop" | "part" | "position" | "name">;

/** What the step before handed on as `name`. */
export const carrySlot = (graph: Graph, loop: string, position: number, name: string, type: TensorType): Node =>
  slot(graph, { loop, part: "carry", position, name }, type);

/** The element of a sequence that a step is at. */
export const elementSlot = (graph: Graph, loop: string, position: number, type: TensorType): Node =>
  slot(graph, { loop, part: "element", position, name: `element${position}` }, type);

/** The number of that element, i32[]. */
export const stepSlot = (graph: Graph, loop: string): Node =>
  slot(graph, { loop, part: "step", position: 0, name: "step" }, { dtype: "i32", shape: [] });

/** A loop as what it is made of. */
export interface LoopParts {
  readonly loop: string;
  readonly steps: number;
  /** From the last element to the first. */
  readonly reverse: boolean;
  /** What its carries are called. */
  readonly carries: readonly string[];
  /** What the first step is given of what steps hand on. */
  readonly starts: readonly Node[];
  /** [steps, ...] each. */
  readonly sequences: readonly Node[];
  /** What a step hands on, one for each of `starts`. */
  readonly next: readonly Node[];
}

export function makeLoop(graph: Graph, { loop, steps, reverse, carries, starts, sequences, next }: LoopParts): LoopNode {
  const params: OpParams["loop"] = { loop, steps, carries, sequences: sequences.length, reverse };
  return make("loop", [...starts, ...sequences], params as never, graph, next) as unknown as LoopNode;
}

/** What `loop` is made of. */
export function partsOfLoop({ inputs, params, body }: LoopNode): LoopParts {
  const { loop, steps, reverse, carries, sequences } = params;
  const own = carries.length;
  return { loop, steps, reverse, carries, starts: inputs.slice(0, own), sequences: inputs.slice(own, own + sequences), next: body };
}

const elementType = ({ dtype, shape }: TensorType): TensorType => ({ dtype, shape: shape.slice(1) });

/** The slots of a loop: those of what steps hand on, and those of elements. */
export function slotsOf(node: LoopNode): { readonly carries: readonly Node[]; readonly elements: readonly Node[] } {
  const { loop, carries, starts, sequences } = partsOfLoop(node);
  return {
    carries: starts.map((start, i) => carrySlot(node.graph, loop, i, elementAt(carries, i), start)),
    elements: sequences.map((sequence, i) => elementSlot(node.graph, loop, i, elementType(sequence))),
  };
}

export const isSlot = (node: Node): node is OpNode<"slot"> => isOp(node, "slot");

/** Whether it gives a value of a loop, its first input. */
export const isView = (node: Node): boolean => node.op === "stack" || node.op === "last";

/** What `roots` are made of in the steps of `loop`, its slots too, inputs before users. */
export const insideOf = (roots: readonly Node[], loop: string): Node[] => withoutBodies(roots).filter(({ loops }) => loops.includes(loop));

/** What `roots` are made of in a step of the loop, bodies of loops in it too, inputs before users; `ends` are not looked into. */
export function neededFor(roots: readonly Node[], loop: string, ends: (node: Node) => boolean): Node[] {
  const found = new Set(roots.filter(({ loops }) => loops.includes(loop)));
  for (const node of found) if (!ends(node)) for (const part of partsOf(node)) if (part.loops.includes(loop)) found.add(part);
  return [...found].sort((a, b) => a.id - b.id);
}

/** What a loop, or what is asked of one, takes from outside, other than sequences and what its carries begin with. */
export const capturedBy = (node: Node): readonly Node[] =>
  isOp(node, "loop") ? node.inputs.slice(node.params.carries.length + node.params.sequences) : isView(node) ? node.inputs.slice(1) : [];

/** The loop that a view is of. */
export const loopOfView = (view: Node): LoopNode => elementAt(view.inputs, 0) as unknown as LoopNode;

/** `value`, which is computed in the steps of `node`, at all of them: [steps, ...]. */
export function stackOf(node: LoopNode, value: Node): Node {
  const { loop, steps, sequences } = partsOfLoop(node);
  if (!value.loops.includes(loop))
    return broadcast(
      value,
      [steps, ...value.shape],
      [...value.shape.keys()].map((axis) => axis + 1),
    );
  if (isSlot(value) && value.params.part === "element" && value.params.loop === loop) return elementAt(sequences, value.params.position);
  return make("stack", [node as Node], { loop, steps } satisfies OpParams["stack"], node.graph, [value]);
}

/** What the last step of `node` hands on for its `i`-th carry. */
export const lastOf = (node: LoopNode, i: number): Node =>
  make("last", [node as Node], { loop: node.params.loop } satisfies OpParams["last"], node.graph, [elementAt(node.body, i)]);

/** `order`, in which inputs come before users, with each loop behind what its views take from outside: going back, it comes before these. */
export function withViewsBefore(order: readonly Node[]): readonly Node[] {
  const views = order.filter(isView);
  if (views.length === 0) return order;
  const captured = new Map<Node, Node[]>();
  for (const view of views) {
    const [loop, ...others] = view.inputs as [Node, ...Node[]];
    captured.set(loop, [...(captured.get(loop) ?? []), ...others]);
  }
  const all = new Set(order);
  const done = new Set<Node>();
  const stack = [...order].reverse();
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const open = done.has(node) ? [] : [...node.inputs, ...(captured.get(node) ?? [])].filter((input) => all.has(input) && !done.has(input));
    if (open.length > 0) stack.push(...open);
    else done.add(stack.pop() as Node);
  }
  return [...done];
}
