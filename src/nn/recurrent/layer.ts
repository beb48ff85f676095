// Recurrent layers: a cell that runs over the steps of a sequence, in several layers and both directions.
import { shapeMismatch } from "../../../compiler/diagnostics/tensors.ts";
import { formatShape, sameShape, type Shape as TensorShape } from "../../../compiler/ir/type.ts";
import * as build from "../../../compiler/ops/build.ts";
import { ops } from "../../ops/index.ts";
import { anything, aTensor, checkOptions, count, flag, type Kinds } from "../../settings.ts";
import { float, index, read, type Tensor } from "../../tensor.ts";
import { dropped, probability } from "../dropout.ts";
import { createLayer, type LayerOf, type Named, namedKinds } from "../layer.ts";
import type { Parts } from "../parts.ts";
import { checkCount, type LayerInit } from "../weights.ts";
import type { Carry, Cell } from "./cells.ts";
import { type Direction, directionsOf, letterOf, partName, partsOf, type RecurrentRows } from "./parts.ts";

/** What is of one sequence: it may be given where a layer is applied, `layer(x, { h0 })`, and then stands before that of the layer. */
export interface SequenceOptions {
  /** What h is before the first step, `[batch, layers · directions, hiddenSize]`; 0 unless stated. */
  readonly h0?: Tensor;
  /** i32 `[batch]`: how many steps of each row count, from the first. */
  readonly lengths?: Tensor;
  /** `[batch, T]`: which steps count, those that are true or not 0. At others h stays and `output` is 0. */
  readonly mask?: Tensor;
}

/** What is of one sequence, for an lstm too. */
type AnySequence = SequenceOptions & { readonly c0?: Tensor };

/** Settings of `nn.rnn`, `nn.gru` and `nn.lstm`. */
export interface RecurrentOptions extends Named, SequenceOptions {
  /** Layers on top of each other; 1 unless stated. */
  readonly numLayers?: number;
  /** Whether a second cell runs from the end to the start beside the first. */
  readonly bidirectional?: boolean;
  /** Whether x is `[batch, T, width]`, not `[T, batch, width]`; true unless stated (PyTorch: false). */
  readonly batchFirst?: boolean;
  /** The share that training drops of what one layer gives to the next; 0 unless stated. */
  readonly dropout?: number;
  /** Whether there are biases; true unless stated. */
  readonly bias?: boolean;
  readonly init?: LayerInit;
}

/** What a recurrent layer gives: h of the last layer at each step, `[batch, T, directions · hiddenSize]`, and the last h of each layer. */
export interface Recurrent {
  readonly [name: string]: Tensor;
  readonly output: Tensor;
  readonly hn: Tensor;
}

/** Everything that one application of a layer needs. */
interface Course {
  readonly attempt: string;
  readonly cell: Cell;
  readonly hiddenSize: number;
  readonly rows: TensorShape[number];
  /** `[batch, T, 1]` */
  readonly counts: Tensor | undefined;
  /** Before the first step: of each layer and direction. */
  readonly start: Readonly<Record<"h" | "c", Tensor | undefined>>;
  readonly parts: Parts<RecurrentRows>;
  readonly directions: readonly Direction[];
}

export const sequenceKinds: Kinds<SequenceOptions> = { h0: aTensor, lengths: aTensor, mask: aTensor };

export const recurrentKinds: Kinds<RecurrentOptions> = {
  ...namedKinds,
  numLayers: count,
  bidirectional: flag,
  batchFirst: flag,
  dropout: probability,
  bias: flag,
  ...sequenceKinds,
  init: anything,
};

/** A kind of recurrent layer in both forms; `Given` is what a layer takes with each sequence. */
export interface RecurrentForms<Options, Given, Results> {
  (x: Tensor, hiddenSize: number, options?: Options): Results;
  (hiddenSize: number, options?: Options): LayerOf<[x: Tensor, options?: Given], Results>;
}

/** The settings that a layer and a call of it may have. */
export interface RecurrentKinds {
  readonly layer: Kinds<RecurrentOptions>;
  readonly call: Kinds<SequenceOptions>;
}

/** What holds for one sequence: what a call says, else what the layer does. */
function ofSequence(layer: AnySequence, call: AnySequence): AnySequence {
  const counts = call.lengths || call.mask ? call : layer;
  return { h0: call.h0 ?? layer.h0, c0: call.c0 ?? layer.c0, lengths: counts.lengths, mask: counts.mask } as AnySequence;
}

/** The layer of `cell`; `c0` is where an lstm starts from. @throws GradcError `shape-mismatch`, `setting-out-of-range`, `unknown-option` */
export function recurrentLayer(
  cell: Cell,
  hiddenSize: number,
  options: RecurrentOptions & AnySequence,
  kinds: RecurrentKinds,
): LayerOf<[x: Tensor], Recurrent> {
  const attempt = `Cannot apply "nn.${cell.kind}"`;
  checkCount(attempt, "hiddenSize", hiddenSize);
  checkOptions(attempt, options, kinds.layer);
  const { numLayers = 1, bidirectional = false, batchFirst = true, dropout = 0, bias = true, init } = options;
  const directions = directionsOf(numLayers, bidirectional);
  const turned = (x: Tensor) => (batchFirst ? x : build.permute(x, [1, 0, 2]));
  return createLayer<[x: Tensor, options?: AnySequence], readonly [x: Tensor], Recurrent, RecurrentRows>({
    kind: cell.kind,
    name: options.name,
    width: ([x]) => `[..., ${x.shape.at(-1)}]`,
    parts: partsOf(attempt, { cell, hiddenSize, numLayers, bidirectional, bias, init }),
    apply([sequence], parts, [, call = {}]): Recurrent {
      checkOptions(attempt, call, kinds.call);
      const { h0, c0, ...steps } = ofSequence(options, call);
      const given = turned(sequenceOf(attempt, sequence, batchFirst));
      const counts = countsOf(attempt, given, steps);
      // What stands at steps that do not count may be anything, NaN too: no gradient reads it.
      const x = counts ? ops.where(counts, given, 0) : given;
      const start = (state: Tensor | undefined) =>
        state && startOf(attempt, turned(read(attempt, state)), [x.shape[0] ?? 1, directions.length, hiddenSize]);
      const course: Course = {
        attempt,
        cell,
        hiddenSize,
        rows: x.shape[0] ?? 1,
        counts,
        start: { h: start(h0), c: start(c0) },
        parts,
        directions,
      };
      const { output, last } = layered(x, course, dropout);
      const lasts = (part: "h" | "c") =>
        turned(
          ops.stack(
            last.map((carry) => carry[part]),
            { dim: 1 },
          ),
        );
      return { output: turned(output), hn: lasts("h"), ...(cell.keeps.includes("c") ? { cn: lasts("c") } : {}) };
    },
  });
}

function sequenceOf(attempt: string, given: Tensor, batchFirst: boolean): Tensor {
  const x = float(attempt, given);
  if (x.shape.length !== 3) throw shapeMismatch(attempt, [x.shape], batchFirst ? "[batch, T, width]" : "[T, batch, width]");
  return x;
}

function startOf(attempt: string, state: Tensor, shape: TensorShape): Tensor {
  if (!sameShape(state.shape, shape)) throw shapeMismatch(attempt, [state.shape], `${formatShape(shape)} before the first step`);
  return state;
}

/** Which steps count, as `[batch, T, 1]`. */
function countsOf(attempt: string, { shape, graph }: Tensor, { lengths, mask }: SequenceOptions): Tensor | undefined {
  const [rows = 1, steps = 1] = shape;
  const column = (x: Tensor): Tensor => build.reshape(x, [...x.shape, 1]);
  if (mask) {
    const value = read(attempt, mask);
    if (!sameShape(value.shape, [rows, steps])) throw shapeMismatch(attempt, [value.shape], `a mask of ${formatShape([rows, steps])}`);
    return column(value.dtype === "bool" ? value : ops.compare(value, 0, "ne"));
  }
  if (!lengths) return undefined;
  const value = index(attempt, lengths);
  if (!sameShape(value.shape, [rows])) throw shapeMismatch(attempt, [value.shape], `lengths of ${formatShape([rows])}`);
  return column(ops.compare(build.iota(graph, [rows, steps], 1), column(value), "lt"));
}

/** All layers, each on what the one below gives. */
function layered(x: Tensor, course: Course, dropout: number): { output: Tensor; last: Carry[] } {
  const { directions } = course;
  const last: Carry[] = [];
  const layers = Math.max(...directions.map(({ layer }) => layer)) + 1;
  let output = x;
  for (let layer = 0; layer < layers; layer++) {
    const input = layer === 0 ? output : dropped(output, dropout);
    const own = directions.filter((direction) => direction.layer === layer);
    const runs = own.map((direction) => runOf(input, direction, directions.indexOf(direction), course));
    last.push(...runs.map(({ carry }) => carry));
    output = ops.concat(
      runs.map((run) => run.output),
      { dim: 2 },
    );
  }
  return { output, last };
}

/** One direction of one layer over all steps: the products of the inputs are one product, outside of the loop. */
function runOf(input: Tensor, direction: Direction, at: number, course: Course): { output: Tensor; carry: Carry } {
  const { cell, counts, parts } = course;
  const part = (name: Parameters<typeof partName>[0]) => parts[partName(name, direction)];
  const shifted = (product: Tensor, bias: Tensor | undefined) => (bias ? ops.add(product, bias) : product);
  const products = shifted(ops.matmul(input, part("weight_ih") as Tensor), part("bias_ih"));
  const kept = ["h", ...cell.keeps] as const;
  // Formulas call gates and what is handed on by the direction too: `rec.h_1` of one, `rec.h_l0r_1` of several.
  const mark = letterOf("", direction, course.directions);
  const marked = <V>(carry: Readonly<Record<string, V>>) =>
    Object.fromEntries(Object.entries(carry).map(([name, value]) => [`${name}${mark}`, value]));
  const unmarked = (carry: Readonly<Record<string, Tensor>>) => Object.fromEntries(kept.map((name) => [name, carry[`${name}${mark}`]])) as Carry;
  const start = Object.fromEntries(kept.map((name) => [name, firstOf(name, at, course)]));
  const { carry, outputs } = ops.scan(
    ({ carry: given, inputs }) => {
      const carry = unmarked(given);
      const past = shifted(ops.matmul(carry.h, part("weight_hh") as Tensor), part("bias_hh"));
      const next = cell.next(inputs.x as Tensor, past, carry, mark);
      const counted = (value: Tensor, otherwise: Tensor | number) => (inputs.counts ? ops.where(inputs.counts, value, otherwise) : value);
      const held = Object.fromEntries(Object.entries(next).map(([name, value]) => [name, counted(value, carry[name as "h"])]));
      return { carry: marked(held), outputs: { h: counted(next.h, 0) } };
    },
    {
      carry: marked(start),
      inputs: { x: products, ...(counts && { counts }) } as Readonly<Record<string, Tensor>>,
      dim: 1,
      reverse: direction.reverse,
    },
  );
  return { output: outputs.h, carry: unmarked(carry) };
}

/** What is carried into the first step. */
function firstOf(name: "h" | "c", at: number, { start, rows, hiddenSize }: Course): Tensor | number {
  const state = start[name];
  if (!state) return ops.broadcast(0, [rows, hiddenSize]);
  return build.reshape(build.slice(state, [0, at, 0], [rows, 1, hiddenSize]), [rows, hiddenSize]);
}
