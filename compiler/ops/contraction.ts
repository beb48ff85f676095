import { invalidLabels, shapeMismatch } from "../diagnostics/tensors.ts";
import type { Formula } from "../formula/tree.ts";
import type { Dim } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import { type Labels, readLabels, writeLabels } from "../ir/labels.ts";
import type { Node } from "../ir/node.ts";
import { formatShape, type Shape, type TensorType } from "../ir/type.ts";
import * as build from "./build.ts";
import { checkDtypes } from "./check.ts";
import type { Op, Value } from "./op.ts";
import type { OpParams } from "./params.ts";
import { count, forEachIndex, tabulate } from "./value.ts";

/** Reads `ik,kj->ij`, with the letters that are summed over. Throws `invalid-labels` where the text is not in the normal form that `build.contract` states. */
export function parseLabels(spec: string): Labels & { readonly summed: string } {
  const labels = readLabels(spec);
  if (!labels) throw invalidLabels(spec, 'expected the form "ik,kj->ij"');
  const { x, y, result } = labels;
  for (const word of [x, y, result]) if (new Set(word).size < word.length) throw invalidLabels(spec, `a letter stands twice in "${word}"`);
  const stranger = [...result].find((letter) => !x.includes(letter) && !y.includes(letter));
  if (stranger) throw invalidLabels(spec, `"${stranger}" is in no operand`);
  const single = [...x, ...y].find((letter) => !result.includes(letter) && !(x.includes(letter) && y.includes(letter)));
  if (single) throw invalidLabels(spec, `"${single}" is summed over but stands in one operand only`);
  return { ...labels, summed: [...x].filter((letter) => !result.includes(letter)).join("") };
}

/** The extent of each letter. */
function extentsOf(spec: string, { x, y }: Labels, shapes: readonly [Shape, Shape]): ReadonlyMap<string, Dim> {
  const extents = new Map<string, Dim>();
  const words = [x, y] as const;
  const fits = words.every((word, operand) => {
    const shape = elementAt(shapes, operand);
    return (
      word.length === shape.length &&
      [...word].every((letter, axis) => (extents.get(letter) ?? shape[axis]) === shape[axis] && extents.set(letter, elementAt(shape, axis)))
    );
  });
  if (!fits) throw shapeMismatch(`Cannot contract along "${spec}"`, shapes, words.map((word) => formatShape([...word])).join(" and "));
  return extents;
}

/** Where an operand labelled `word` has its element for each index of `letters`, row-major; a letter that it lacks moves nothing. */
function offsetsOf(letters: string, word: string, extents: ReadonlyMap<string, Dim>): number[] {
  const extentOf = (letter: string) => extents.get(letter) as number;
  const strides = [...letters].map((letter) => (word.includes(letter) ? count([...word.slice(word.indexOf(letter) + 1)].map(extentOf)) : 0));
  const offsets: number[] = [];
  forEachIndex([...letters].map(extentOf), (index) => {
    offsets.push(strides.reduce((offset, stride, axis) => offset + stride * (index[axis] as number), 0));
  });
  return offsets;
}

function evaluateContraction(x: Value, y: Value, spec: string, shape: readonly number[]): Value {
  const labels = parseLabels(spec);
  const extents = extentsOf(spec, labels, [x.shape, y.shape]);
  const outer = [labels.x, labels.y].map((word) => offsetsOf(labels.result, word, extents)) as [number[], number[]];
  const inner = [labels.x, labels.y].map((word) => offsetsOf(labels.summed, word, extents)) as [number[], number[]];
  const element = (operand: 0 | 1, position: number, term: number) =>
    (operand === 0 ? x : y).data[(outer[operand][position] as number) + (inner[operand][term] as number)] as number;
  // A sum begins with 0; a product that is not summed keeps the sign of its zero.
  const start = labels.summed.length > 0 ? 0 : -0;
  return tabulate("f32", shape, (_, position) =>
    inner[0].reduce((total, _, term) => total + element(0, position, term) * element(1, position, term), start),
  );
}

const matrix = { shape: [2, 3], data: [1, -2, 0.5, 0, 3, -1] } as const;

const contract: Op<OpParams["contract"]> = {
  type(inputs, { spec }) {
    checkDtypes("contract", inputs, ["f32"]);
    const [x, y] = inputs as readonly [TensorType, TensorType];
    const labels = parseLabels(spec);
    const extents = extentsOf(spec, labels, [x.shape, y.shape]);
    return { dtype: "f32", shape: [...labels.result].map((letter) => extents.get(letter) as Dim) };
  },
  evaluate(inputs, { spec }, { shape }) {
    const [x, y] = inputs as readonly [Value, Value];
    return evaluateContraction(x, y, spec, shape);
  },
  // z = Σ x·y: dx = Σ dz·y over the letters that x lacks, dy = Σ dz·x
  gradient(g, [x, y], _, { spec }) {
    const labels = parseLabels(spec);
    const gx = build.contract(g, y as Node, writeLabels({ x: labels.result, y: labels.y, result: labels.x }));
    const gy = build.contract(g, x as Node, writeLabels({ x: labels.result, y: labels.x, result: labels.y }));
    return [gx, gy];
  },
  formula: (xs, { spec }) => ({ kind: "contraction", spec, args: xs as readonly [Formula, Formula] }),
  samples: [
    { inputs: [matrix, { shape: [3, 2], data: [2, 1, 0, -1, 4, 0.5] }], params: { spec: "ik,kj->ij" }, note: "matrix product" },
    { inputs: [matrix, { shape: [2, 3], data: [2, 1, 0, -1, 4, 0.5] }], params: { spec: "ik,jk->ji" }, note: "transposed" },
    { inputs: [matrix, matrix], params: { spec: "ij,ij->" }, note: "one number" },
    { inputs: [{ shape: [2], data: [1, -2] }, matrix], params: { spec: "a,bc->cab" }, note: "outer product" },
    { inputs: [matrix, { shape: [2, 3, 1], data: [2, 1, 0, -1, 4, 0.5] }], params: { spec: "bk,bkj->bj" }, note: "batched" },
    { inputs: [matrix, { shape: [], data: [2] }], params: { spec: "ij,->ji" }, note: "by a scalar" },
    {
      inputs: [
        { shape: [2, 0], data: [] },
        { shape: [0, 1], data: [] },
      ],
      params: { spec: "ik,kj->ij" },
      note: "empty sum",
    },
    {
      inputs: [
        { shape: [1, 2], data: [Infinity, 1] },
        { shape: [2], data: [0, NaN] },
      ],
      params: { spec: "ik,k->i" },
      smooth: false,
    },
  ],
};

/** Products summed over shared labels. */
export const contraction = { contract };
