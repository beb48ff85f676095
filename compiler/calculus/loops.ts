// The gradient of a loop is a loop in the other direction.
//
//   h_t = f(x_t, h_{t-1}; θ)   =>   δ_{t-1} = f'_h(δ_t + g_t),   ∂/∂x_t = f'_x(δ_t + g_t),   ∂/∂θ = Σ_t f'_θ(δ_t + g_t)
//
// It hands on the adjoints δ of what the steps handed on, and is given the adjoints g of what was asked of them and the values that its own steps
// read: what a step computed, save for what only says where elements come from or is the same for all carries, which is computed again.
// The derived loop is made of the ops of the table and is closed, so that it is differentiated by the same code.
import { elementAt } from "../ir/element.ts";
import { giveError } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { rebuilt, withoutBodies } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import {
  capturedBy,
  carrySlot,
  elementSlot,
  insideOf,
  isView,
  type LoopNode,
  lastOf,
  loopOfView,
  makeLoop,
  neededFor,
  partsOfLoop,
  slotsOf,
  stackOf,
  stepSlot,
} from "../ops/loops.ts";
import { isOp } from "../ops/table.ts";
import { sumOverSteps } from "./steps.ts";

/** The adjoint of one view of a loop. */
export interface ViewAdjoint {
  readonly view: Node;
  readonly adjoint: Node;
}

/** The adjoints of some values of a graph by those of others: `wrt` are where it ends. */
export type Chain = (given: readonly ViewAdjoint[], wrt: readonly Node[], within: string) => ReadonlyMap<Node, Node>;

/** What a step hands on that depends on one of `path` in this step or an earlier one, by number. */
function activeCarries(node: LoopNode, path: ReadonlySet<Node>): number[] {
  const { loop, starts, sequences, next } = partsOfLoop(node);
  const { carries, elements } = slotsOf(node);
  const inside = insideOf(next, loop);
  const active = new Set(starts.flatMap((start, i) => (path.has(start) ? [i] : [])));
  for (let known = -1; known !== active.size; ) {
    known = active.size;
    const varies = new Set([...elements.filter((_, i) => path.has(elementAt(sequences, i))), ...[...active].map((i) => elementAt(carries, i))]);
    for (const one of inside) if (one.inputs.some((input) => varies.has(input) || (!input.loops.includes(loop) && path.has(input)))) varies.add(one);
    for (const [i, value] of next.entries()) if (varies.has(value) || path.has(value)) active.add(i);
  }
  return [...active].filter((i) => elementAt(starts, i).dtype === "f32").sort((a, b) => a - b);
}

/** What the steps of the derived loop compute, over slots of its own. */
interface DerivedBody {
  readonly values: readonly Node[];
  readonly sequences: readonly Node[];
}

/**
 * `roots`, which are made of values of the steps of `node`, over slots of the loop `derived`: what `node` computed becomes an element of all that it
 * computed. Sequences follow those that are known.
 */
function overElements(node: LoopNode, derived: string, roots: readonly Node[], views: readonly ViewAdjoint[]): DerivedBody {
  const { loop, next } = partsOfLoop(node);
  const { graph } = node;
  const { known, computed } = { known: views.map(({ adjoint }) => adjoint), computed: views.flatMap(({ view }) => view.body) };
  const forward = new Set(insideOf([...next, ...computed], loop));
  const sequences = [...known];
  const images = new Map<Node, Node>([[stepSlot(graph, loop), stepSlot(graph, derived)]]);
  const taken = (value: Node): Node => {
    const sequence = stackOf(node, value);
    const position = sequences.includes(sequence) ? sequences.indexOf(sequence) : sequences.push(sequence) - 1;
    return elementSlot(graph, derived, position, value);
  };
  const isComputed = (value: Node) => forward.has(isView(value) ? (loopOfView(value) as Node) : value);
  const isTaken = (value: Node) => isComputed(value) && !images.has(value) && !isComputedAgain(value, loop);
  for (const value of neededFor(roots, loop, isTaken))
    if (!images.has(value)) images.set(value, isTaken(value) ? taken(value) : rebuilt(value, (part) => images.get(part) ?? part));
  return { values: roots.map((root) => images.get(root) ?? root), sequences };
}

const moves: ReadonlySet<string> = new Set(["reshape", "permute", "broadcast", "slice", "stopGradient"]);

/** Whether a value is computed again rather than kept: it only moves elements, or no carry and no element has a part in it. */
function isComputedAgain(value: Node, loop: string): boolean {
  if (moves.has(value.op)) return true;
  return value.op !== "slot" && !neededFor([value], loop, () => false).some((part) => isOp(part, "slot") && part.params.part !== "step");
}

/**
 * The adjoints of what the loop is given and takes from outside, those of `path`, by the adjoints of its views. What is derived from the same is one
 * loop, and two loops have no name in common, so that their slots differ: a name is that of the first loop that has it.
 */
export function loopAdjoints(node: LoopNode, views: readonly ViewAdjoint[], path: ReadonlySet<Node>, chain: Chain): [Node, Node][] {
  for (let ordinal = 1; ; ordinal++) {
    const derived = `${node.params.loop}'${ordinal === 1 ? "" : ordinal}`;
    const { back, adjoints } = derivedLoop(node, views, { path, chain, derived });
    if (node.graph.nodes.find((other) => isOp(other, "loop") && other.params.loop === derived) === (back as Node)) return adjoints;
  }
}

interface Derivation {
  readonly path: ReadonlySet<Node>;
  readonly chain: Chain;
  /** What the derived loop is called. */
  readonly derived: string;
}

function derivedLoop(
  node: LoopNode,
  views: readonly ViewAdjoint[],
  { path, chain, derived }: Derivation,
): { readonly back: LoopNode; readonly adjoints: [Node, Node][] } {
  const { loop, steps, reverse, starts, sequences, next } = partsOfLoop(node);
  const { carries, elements } = slotsOf(node);
  const { graph } = node;
  const active = activeCarries(node, path);
  const handed = active.map((i) => errorName(elementAt(node.params.carries, i), active.length === 1));
  const stacked = views.filter(({ view }) => view.op === "stack");
  const given = [
    ...active.map(
      (i, at): ViewAdjoint => ({ view: elementAt(next, i), adjoint: carrySlot(graph, derived, at, elementAt(handed, at), elementAt(starts, i)) }),
    ),
    ...stacked.map(
      ({ view }, at): ViewAdjoint => ({ view: elementAt(view.body, 0), adjoint: elementSlot(graph, derived, at, elementAt(view.body, 0)) }),
    ),
  ];
  const felt = [...elements.keys()].filter((i) => path.has(elementAt(sequences, i)));
  const captured = [...new Set([node as Node, ...views.map(({ view }) => view)].flatMap(capturedBy))].filter((input) => path.has(input));
  const by = [...active.map((i) => elementAt(carries, i)), ...felt.map((i) => elementAt(elements, i)), ...captured];
  const adjoints = chain(given, by, loop);
  const found = by.map((one) => adjoints.get(one));
  const roots = found.flatMap((one) => one ?? []);
  const named = new Map([...errorsOfValues(node, roots, adjoints), ...errorsHandedOn(node, roots, adjoints)]);
  const body = overElements(node, derived, [...roots, ...named.keys()], stacked);
  const image = new Map([...roots, ...named.keys()].map((root, i) => [root, elementAt(body.values, i)]));
  for (const [error, name] of named) giveError(image.get(error) as Node, name);
  const values = found.map((one) => one && (image.get(one) as Node));
  const back = makeLoop(graph, {
    ...{ loop: derived, steps, reverse: !reverse, carries: handed, sequences: body.sequences },
    starts: active.map((i) => adjointOfLast(views, next, i) ?? build.fill(elementAt(starts, i), 0)),
    next: active.map((i, at) => values[at] ?? build.fill(elementAt(starts, i), 0)),
  });
  const result: [Node, Node][] = active.map((i, at) => [elementAt(starts, i), lastOf(back, at)]);
  for (const [at, value] of values.slice(active.length).entries()) {
    if (!value) continue;
    const i = felt[at];
    if (i !== undefined) result.push([elementAt(sequences, i), stackOf(back, value)]);
    else result.push([elementAt(captured, at - felt.length), sumOverSteps(back, value)]);
  }
  return { back, adjoints: result };
}

/** What the error is called that a derived loop hands on: `ε_h` of the carry h, of the only one `ε`, of `h_l0r` with its mark, `ε_l0r`. */
function errorName(carry: string, isOnly: boolean): string {
  const [letter, ...mark] = carry.split("_");
  return ["ε", ...(isOnly ? [] : [letter]), ...mark].join("_");
}

/** What a step computes of what it hands on, which where the step does not count is what was handed to it. */
function computedIn(next: Node, carry: Node): Node {
  const [, computed, otherwise] = next.inputs;
  return isOp(next, "where") && otherwise === carry && computed ? computed : next;
}

/**
 * The adjoints of what steps of `node` compute of what they hand on that `roots` are made of, with what it is called: of steps that may not count as
 * it is where they do, since the choice is made last.
 */
function errorsHandedOn(node: LoopNode, roots: readonly Node[], adjoints: ReadonlyMap<Node, Node>): Map<Node, string> {
  const { carries, next } = partsOfLoop(node);
  const slots = slotsOf(node).carries;
  const reached = new Set(withoutBodies(roots));
  const found = next.flatMap((value, i): [Node, string][] => {
    const computed = computedIn(value, elementAt(slots, i));
    const adjoint = adjoints.get(computed);
    const error = computed !== value && adjoint?.op === "where" ? adjoint.inputs[1] : adjoint;
    const [name] = node.graph.names.get(value) ?? [];
    return error && reached.has(error) && !isOp(error, "slot") ? [[error, name?.text ?? elementAt(carries, i)]] : [];
  });
  return new Map(found);
}

/** What has its error by its own name; that of what a function is applied to, as of a gate, is that of its argument. */
const arithmetic: ReadonlySet<string> = new Set(["add", "sub", "mul", "div", "neg", "contract"]);

/** The adjoints that `roots` are made of, of what the user has a name for and steps of `node` compute, with that name. */
function errorsOfValues(node: LoopNode, roots: readonly Node[], adjoints: ReadonlyMap<Node, Node>): [Node, string][] {
  const reached = new Set(withoutBodies(roots));
  return [...adjoints].flatMap(([value, error]): [Node, string][] => {
    const [name] = arithmetic.has(value.op) && value.loops.includes(node.params.loop) ? (node.graph.names.get(value) ?? []) : [];
    return name && reached.has(error) && !isOp(error, "slot") ? [[error, name.text]] : [];
  });
}

/** The sum of the adjoints of what the last step hands on for its `i`-th carry; a value that is handed on twice is the first's. */
function adjointOfLast(views: readonly ViewAdjoint[], next: readonly Node[], i: number): Node | undefined {
  const isOwn = ({ view }: ViewAdjoint) => view.op === "last" && next.indexOf(elementAt(view.body, 0)) === i;
  const terms = views.filter(isOwn).map(({ adjoint }) => adjoint);
  return terms.length === 0 ? undefined : terms.reduce((sum, term) => build.add(sum, term));
}
