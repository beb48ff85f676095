// Running error analysis: for every element of every value, how far an evaluation in f32 may be from the one in f64.
//
// Errors of operands go through an op by evaluating it at both ends of each operand's interval (elementwise ops), or on magnitudes
// (sums of products, which are linear in each operand); then the op's own rounding is added. Values that f32 holds exactly have error 0,
// so that programs of exact arithmetic must agree bit for bit, and a step (floor, compare) is certain unless its operand may cross it.
// Method: Higham, "Accuracy and Stability of Numerical Algorithms", 3.1 and 4.2: n terms in any order, n·u·Σ|x|.
import type { Inputs } from "../../compiler/interpret.ts";
import { evaluate as extent } from "../../compiler/ir/dim.ts";
import type { Node, Params } from "../../compiler/ir/node.ts";
import { withoutBodies } from "../../compiler/ir/walk.ts";
import { elementwise, scalarNamed } from "../../compiler/ops/elementwise.ts";
import { insideOf, isView, type LoopNode, loopOfView, partsOfLoop, slotsOf, stepSlot } from "../../compiler/ops/loops.ts";
import type { Value } from "../../compiler/ops/op.ts";
import { isOp, recordOf } from "../../compiler/ops/table.ts";

/** A value in f64 with the greatest error of each element in f32; infinite where nothing can be said. */
export interface Bounded extends Value {
  readonly error: Float64Array;
}

/** The op of a node on other operands. */
type Apply = (inputs: readonly Value[], params?: Params) => Value;

const unit = 2 ** -24;
const largest = 3.4028234663852886e38;
const smallest = 2 ** -149;

/** Errors of ops in units in the last place, as DESIGN.md promises them; other ops round once or not at all. */
const ulpsOf = ({ op }: Node): number | undefined => {
  const record = scalarNamed(op);
  return record === undefined || typeof record.f32.code === "string" ? undefined : record.arity === 1 ? 4 : 16;
};

/** Values with their bounds, and the steps of loops with theirs. */
interface Bounds {
  readonly values: Map<Node, Bounded>;
  readonly steps: Map<Node, readonly Bounds[]>;
}

/** The values of all that `roots` depend on, in f64, and their error bounds. */
export function errorBounds(roots: readonly Node[], { sizes = {}, sources, training = false }: Inputs): Map<Node, Bounded> {
  const known = new Map([...sources].map(([name, { dtype = "f32", shape, data }]) => [name, { dtype, shape, data: Float64Array.from(data) }]));
  const bound: Bound = (node, inputs) => {
    const { evaluate } = recordOf(node);
    const shape = node.shape.map((dim) => extent(dim, sizes));
    const evaluation = { dtype: node.dtype, shape, sizes, sources: known, training };
    const apply: Apply = (operands, params = node.params) => evaluate(operands, params, evaluation);
    const value = apply(inputs);
    return { ...value, error: errorOf(node, inputs, value, apply) };
  };
  const bounds: Bounds = { values: new Map(), steps: new Map() };
  boundAll(withoutBodies(roots), bounds, bound);
  return bounds.values;
}

type Bound = (node: Node, inputs: readonly Bounded[]) => Bounded;

function boundAll(nodes: readonly Node[], bounds: Bounds, bound: Bound): void {
  for (const node of nodes) {
    if (bounds.values.has(node)) continue;
    const inputs = node.inputs.map((input) => bounds.values.get(input) as Bounded);
    if (isOp(node, "loop")) bounds.steps.set(node as Node, stepsOf(node, bounds, bound));
    bounds.values.set(node, isOp(node, "loop") ? exactly(node.params.steps) : isView(node) ? viewOf(node, bounds, bound) : bound(node, inputs));
  }
}

const exactly = (value: number): Bounded => ({ dtype: "f32", shape: [], data: Float64Array.of(value), error: Float64Array.of(0) });

/** The steps of a loop, each with what is given to it. */
function stepsOf(node: LoopNode, bounds: Bounds, bound: Bound): Bounds[] {
  const { loop, steps, reverse, starts, sequences, next } = partsOfLoop(node);
  const { carries, elements } = slotsOf(node);
  const of = (from: Bounds, one: Node) => from.values.get(one) as Bounded;
  const inside = insideOf(next, loop);
  const made = new Array<Bounds>(steps);
  let handed = starts.map((start) => of(bounds, start));
  for (let i = 0; i < steps; i++) {
    const at = reverse ? steps - 1 - i : i;
    const step: Bounds = { values: new Map(bounds.values), steps: new Map(bounds.steps) };
    for (const [k, slot] of carries.entries()) step.values.set(slot, handed[k] as Bounded);
    for (const [k, slot] of elements.entries()) step.values.set(slot, rowOf(of(bounds, sequences[k] as Node), at));
    step.values.set(stepSlot(node.graph, loop), { ...exactly(at), dtype: "i32" });
    boundAll(inside, step, bound);
    handed = next.map((value) => of(step, value));
    made[at] = step;
  }
  return made;
}

function viewOf(view: Node, { steps }: Bounds, bound: Bound): Bounded {
  const loop = loopOfView(view);
  const all = steps.get(loop as Node) as readonly Bounds[];
  const inside = insideOf(view.body, loop.params.loop);
  for (const step of all) boundAll(inside, step, bound);
  const rows = all.map(({ values }) => values.get(view.body[0] as Node) as Bounded);
  const [first, last] = [rows[0] as Bounded, rows.at(-1) as Bounded];
  if (view.op === "last") return loop.params.reverse ? first : last;
  const joined = (part: "data" | "error") => Float64Array.from(rows.flatMap((row) => [...row[part]]));
  return { dtype: first.dtype, shape: [rows.length, ...first.shape], data: joined("data"), error: joined("error") };
}

function rowOf({ dtype, shape, data, error }: Bounded, row: number): Bounded {
  const rest = shape.slice(1);
  const length = rest.reduce((product, each) => product * each, 1);
  const cut = (all: Float64Array) => all.slice(row * length, (row + 1) * length);
  return { dtype, shape: rest, data: cut(data), error: cut(error) };
}

function errorOf(node: Node, inputs: readonly Bounded[], value: Value, apply: Apply): Float64Array {
  if (inputs.length === 0 || node.op === "random") return new Float64Array(value.data.length);
  const spread = Object.hasOwn(elementwise, node.op) ? elementwiseError(node, inputs, value, apply) : spreadOf(node, inputs, value, apply);
  return spread.map((error, i) => settled(error, value, i));
}

/** A value beyond f32 is not judged; nor is an infinity or NaN that stands at the edge of an interval. */
function settled(error: number, { data, dtype }: Value, i: number): number {
  if (dtype === "f32" && Number.isFinite(data[i]) && Math.abs(data[i] as number) > largest) return Number.POSITIVE_INFINITY;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

/** How far `b` is from `a`: 0 for the same infinity or NaN. */
export function gap(a: number, b: number): number {
  if (Object.is(a, b) || a === b) return 0;
  const distance = Math.abs(a - b);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}

const shifted = (x: Bounded, sign: number): Value =>
  sign === 0
    ? x
    : { ...x, data: x.data.map((v, i) => (x.dtype === "bool" ? Math.abs(v - (x.error[i] as number)) : v + sign * (x.error[i] as number))) };

/** All ways to shift some of `inputs` to an end of their intervals. */
function shifts(inputs: readonly Bounded[]): Value[][] {
  const ends = inputs.map((x) => (x.error.every((e) => e === 0) ? [x] : [-1, 0, 1].map((sign) => shifted(x, sign))));
  return ends.reduce<Value[][]>((lists, choices) => lists.flatMap((list) => choices.map((choice) => [...list, choice])), [[]]).slice(0);
}

function elementwiseError(node: Node, inputs: readonly Bounded[], value: Value, apply: Apply): Float64Array {
  const error = new Float64Array(value.data.length);
  for (const operands of shifts(inputs)) {
    const { data } = apply(operands);
    for (const i of error.keys()) error[i] = Math.max(error[i] as number, gap(value.data[i] as number, data[i] as number));
  }
  return error.map((ends, i) => {
    const e = Math.max(ends, insideError(node, inputs, i));
    return e + rounding(node, inputs, i, value.data[i] as number, e);
  });
}

/** What the ends of intervals do not show: waves between them, a divisor that may be 0, and two values that may be equal. */
function insideError(node: Node, inputs: readonly Bounded[], i: number): number {
  if (isOp(node, "compare") && /^(eq|ne)$/.test(node.params.relation)) {
    const [x, y] = inputs as readonly [Bounded, Bounded];
    const reach = (x.error[i] as number) + (y.error[i] as number);
    return reach > 0 && gap(x.data[i] as number, y.data[i] as number) <= reach ? 1 : 0;
  }
  const [e, x] = [inputs.at(-1)?.error[i] as number, inputs.at(-1)?.data[i] as number];
  // |sin a - sin b| <= |a - b|
  if (isOp(node, "sin") || isOp(node, "cos")) return Math.min(e, 2);
  // A power of a negative number is one at a whole exponent only.
  if (isOp(node, "pow") && e > 0 && (inputs[0]?.data[i] as number) < (inputs[0]?.error[i] as number) && Math.floor(x + e) >= Math.ceil(x - e))
    return Number.POSITIVE_INFINITY;
  return (isOp(node, "div") || isOp(node, "pow")) && e > 0 && 2 * e >= Math.abs(x) ? Number.POSITIVE_INFINITY : 0;
}

function rounding(node: Node, inputs: readonly Bounded[], i: number, value: number, error: number): number {
  if (node.dtype !== "f32" || !Number.isFinite(value)) return 0;
  const count = ulpsOf(node);
  if (count !== undefined) return 2 * count * (unit * (Math.abs(value) + error) + smallest);
  const exact = inputs.every((x) => x.error[i] === 0) && Math.fround(value) === value;
  return exact || isChoosing(node) ? 0 : unit * (Math.abs(value) + error) + smallest;
}

/** Whether the op gives what f32 holds exactly: a number that it is given, or a whole one. */
const isChoosing = ({ op }: Node): boolean => {
  const code = scalarNamed(op)?.f32.code;
  return op === "where" || (typeof code === "string" && !["add", "sub", "mul", "div", "sqrt"].includes(code));
};

const finite = (x: number) => (Number.isFinite(x) ? x : 0);
const errorsOf = (x: Bounded): Value => ({ ...x, data: x.error });
const magnitudes = (x: Bounded): Value => ({ ...x, data: x.data.map((v, i) => Math.abs(finite(v)) + (x.error[i] as number)) });
const ones = (x: Bounded): Value => ({ ...x, data: x.data.map(() => 1) });
const isCertain = (x: Bounded | undefined) => x?.error.every((e) => e === 0) ?? true;
const infinite = ({ data }: Value) => data.map(() => Number.POSITIVE_INFINITY);

/** The largest power of two that divides all of `x`; 0 where there is none to speak of. */
function grain(x: Bounded): number {
  let power = 1024;
  for (const v of x.data) {
    while (power > 2 ** -60 && Number.isFinite(v) && v % power !== 0) power /= 2;
  }
  return power > 2 ** -60 ? power : 0;
}

/** Errors of a sum whose terms have `error` and `magnitude`; `step` divides all terms if they are exact. */
function summed(error: Value, magnitude: Value, terms: Value, step: number): Float64Array {
  return error.data.map((e, i) => {
    const size = magnitude.data[i] as number;
    const exact = e === 0 && step > 0 && size / step <= 2 ** 24;
    return exact ? 0 : e + (terms.data[i] as number) * (unit * size + smallest);
  });
}

function reduced(inputs: readonly Bounded[], apply: Apply): Float64Array {
  const [x, ...indices] = inputs as readonly [Bounded, ...Bounded[]];
  const over = (operand: Value) => apply([operand, ...indices]);
  return summed(over(errorsOf(x)), over(magnitudes(x)), over(ones(x)), isCertain(x) ? grain(x) : 0);
}

function contracted([x, y]: readonly [Bounded, Bounded], apply: Apply): Float64Array {
  const parts = [apply([errorsOf(x), magnitudes(y)]), apply([magnitudes(x), errorsOf(y)])] as const;
  const error = { ...parts[0], data: parts[0].data.map((e, i) => e + (parts[1].data[i] as number)) };
  const step = isCertain(x) && isCertain(y) ? grain(x) * grain(y) : 0;
  const terms = apply([ones(x), ones(y)]);
  return summed(error, apply([magnitudes(x), magnitudes(y)]), { ...terms, data: terms.data.map((n) => n + 1) }, step);
}

/** The errors of ops that are not elementwise. */
function spreadOf(node: Node, inputs: readonly Bounded[], value: Value, apply: Apply): Float64Array {
  const [x, index] = inputs as readonly [Bounded, Bounded?];
  if (node.dtype === "f32" && (isOp(node, "gather") || isOp(node, "scatterAdd")) && !isCertain(index)) return infinite(value);
  if (isOp(node, "sum") || isOp(node, "fold") || isOp(node, "scatterAdd")) return reduced(inputs, apply);
  if (isOp(node, "contract")) return contracted(inputs as readonly [Bounded, Bounded], apply);
  if (isOp(node, "pad")) return apply([errorsOf(x)], { ...node.params, value: 0 }).data;
  if (isOp(node, "gather")) return apply([errorsOf(x), index as Value]).data.map((e) => (Number.isNaN(e) ? 0 : e));
  if (isOp(node, "max"))
    return [-1, 1]
      .map((sign) => apply([shifted(x, sign)]).data)
      .reduce(
        (error, data) => error.map((e, i) => Math.max(e, gap(value.data[i] as number, data[i] as number))),
        new Float64Array(value.data.length),
      );
  if (isOp(node, "argmax")) return isCertain(x) ? new Float64Array(value.data.length) : argmaxError(x, value, node.params.axis);
  if (isOp(node, "oneHot")) return apply([x]).data.map(() => (isCertain(x) ? 0 : 1));
  return apply(inputs.map(errorsOf)).data;
}

/** The winner is certain where no other interval reaches the lower end of its own. */
function argmaxError(x: Bounded, winner: Value, axis: number): Float64Array {
  const extentOf = x.shape[axis] as number;
  const inner = x.shape.slice(axis + 1).reduce((n, size) => n * size, 1);
  return winner.data.map((best, i) => {
    const start = Math.floor(i / inner) * inner * extentOf + (i % inner);
    const place = (k: number) => start + k * inner;
    const low = (x.data[place(best)] as number) - (x.error[place(best)] as number);
    const rivals = Array.from({ length: extentOf }, (_, k) => k).filter(
      (k) => k !== best && (x.data[place(k)] as number) + (x.error[place(k)] as number) >= low,
    );
    return rivals.every((k) => x.error[place(k)] === 0 && x.error[place(best)] === 0) ? 0 : extentOf;
  });
}
