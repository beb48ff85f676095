// Where the rows are in what the steps of a loop compute: a carry is of one kind in all steps.
import { elementAt } from "../ir/element.ts";
import type { Node } from "../ir/node.ts";
import { insideOf, type LoopNode, loopOfView, partsOfLoop, slotsOf, stepSlot } from "../ops/loops.ts";
import { free, type Kind, mixed, rows, total } from "./row-kinds.ts";

type Kinds = ReadonlyMap<Node, Kind>;

/** The kind of a node by those of its inputs. */
export type KindOf = (node: Node, inputs: readonly Kind[]) => Kind;

const isSame = (a: Kind, b: Kind): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A carry that begins as one and goes on as the other. */
const joined = (start: Kind, next: Kind): Kind => (isSame(start, next) || start.kind === "free" ? next : next.kind === "free" ? start : mixed);

/** In the steps of a loop, a sum over rows cannot wait for the other parts; one from outside is known by then. */
const inStep = (kind: Kind): Kind => (kind.kind === "sum" ? mixed : kind);
const fromOutside = (kind: Kind): Kind => (kind.kind === "sum" ? total : kind);

const elementKind = (kind: Kind): Kind => (kind.kind === "rows" ? rows(kind.axis - 1) : kind);
const stackKind = (kind: Kind): Kind => (kind.kind === "rows" ? rows(kind.axis + 1) : kind);

const givenTo = ({ inputs }: Node, kinds: readonly Kind[]): [Node, Kind][] => inputs.map((input, i) => [input, fromOutside(elementAt(kinds, i))]);

/** The kinds of `roots` and of all that they are made of in a step of `loop`, where those of `known` are known. */
function kindsInside(roots: readonly Node[], loop: string, known: Kinds, kindOf: KindOf): Map<Node, Kind> {
  const kinds = new Map(known);
  const of = (node: Node): Kind => kinds.get(node) as Kind;
  for (const node of insideOf(roots, loop)) if (!kinds.has(node)) kinds.set(node, inStep(kindOf(node, node.inputs.map(of))));
  return kinds;
}

/** The kinds of the slots of a loop and of what it takes from outside, by those of its inputs. */
export function slotKinds(node: LoopNode, inputs: readonly Kind[], kindOf: KindOf): Kinds {
  const { loop, starts, next } = partsOfLoop(node);
  const { carries, elements } = slotsOf(node);
  const outside = givenTo(node as Node, inputs);
  const given = elements.map((slot, i): [Node, Kind] => [slot, elementKind(elementAt(outside, starts.length + i)[1])]);
  // Each round makes some carry less simple, which it can be made twice.
  for (let kinds = outside.slice(0, starts.length).map(([, kind]) => kind); ; ) {
    const slots = new Map([
      ...outside,
      ...given,
      [stepSlot(node.graph, loop), free],
      ...carries.map((slot, i): [Node, Kind] => [slot, elementAt(kinds, i)]),
    ]);
    const found = kindsInside(next, loop, slots, kindOf);
    const joint = next.map((value, i) => joined(elementAt(kinds, i), found.get(value) as Kind));
    if (joint.every((kind, i) => isSame(kind, elementAt(kinds, i)))) return slots;
    kinds = joint;
  }
}

/** The kind of what is asked of a loop by those of its slots. */
export function viewKind(view: Node, inputs: readonly Kind[], slots: Kinds, kindOf: KindOf): Kind {
  const value = elementAt(view.body, 0);
  const known = new Map([...slots, ...givenTo(view, inputs)]);
  const kind = kindsInside([value], loopOfView(view).params.loop, known, kindOf).get(value) as Kind;
  return view.op === "stack" ? stackKind(kind) : kind;
}

/** The kind of a loop by those of its slots and inputs: rows where one has some. */
export function loopKind(slots: readonly Kind[], inputs: readonly Kind[]): Kind {
  const has = (kind: Kind["kind"]) => [...slots, ...inputs].find((one) => one.kind === kind);
  return has("mixed") ?? has("rows") ?? (has("sum") || has("total") ? total : free);
}
