// What the outputs of a model mean, found by trying: which output tells the numbers or the classes of which target.

import { elementAt } from "../../compiler/ir/element.ts";
import type { InputNode, Node } from "../../compiler/ir/node.ts";
import type { Constant } from "./best.ts";
import type { ConstantModel } from "./model.ts";
import { inputsOf, rowSize } from "./predictions.ts";
import { type Rows, sampleOf } from "./rows.ts";

type Values = ArrayLike<number>;

/** How an output tells a target. */
export interface Reading {
  readonly output: string;
  /** The name of the input. */
  readonly target: string;
  readonly kind: "number" | "class";
  /** What values of the output say of the target, element by element. */
  read(values: Values): Values;
}

/** How values of an output are read. */
type Meaning = Pick<Reading, "kind" | "read">;

/** Rows that tell what an output means. */
const enough = 1000;

/** The readings of a model with fitted constants, at most one for each target; `all` are the targets. The constants stay as they are. */
export function readingsOf(model: ConstantModel, constants: readonly Constant[], all: Rows): Reading[] {
  const { net, predictions } = model;
  const rows = sampleOf(net, all, enough);
  const outputs = net.manifest.outputs.flatMap((name) => (name.startsWith("constant.") ? [name.slice("constant.".length)] : []));
  const perfect = net.predict(rows);
  const found = predictions.flatMap(({ node, targets }, at) => {
    const trial: Trial = { model, at, node, constant: elementAt(constants, at), rows, perfect };
    const kept = net.read(`constant.${at}`);
    const readings = inputsOf(targets).flatMap((target) => outputs.flatMap((output) => readingOf(trial, output, target) ?? []));
    net.write(`constant.${at}`, kept);
    return readings;
  });
  return found.filter(({ target }, i) => found.findIndex((other) => other.target === target) === i);
}

/** One prediction of a model, which is set to this and that. */
interface Trial {
  readonly model: ConstantModel;
  readonly at: number;
  readonly node: Node;
  readonly constant: Constant;
  readonly rows: Rows;
  /** Outputs on the rows, among them those of perfect predictions. */
  readonly perfect: Readonly<Record<string, Values>>;
}

function readingOf(trial: Trial, output: string, target: InputNode): Reading | undefined {
  const found = target.dtype === "i32" ? classesIn(trial, output) : (answersIn(trial, output, target) ?? numbersIn(trial, output, target));
  return found && { ...found, output, target: target.params.name };
}

/** Classes, where the output tells of each the number once it is the prediction's largest: by its own largest, or as it is. */
function classesIn(trial: Trial, output: string): Meaning | undefined {
  const size = rowSize(trial.node.shape);
  const classes = Number(trial.node.shape.at(-1));
  const isWide = valuesAt(trial, new Array(size).fill(0), output).length === size;
  const read = (values: Values) => (isWide ? largest(values, classes) : values);
  for (let k = 0; k < classes; k++) {
    const prediction = Array.from({ length: size }, (_, i) => (i % classes === k ? 2 : 0));
    const told = read(valuesAt(trial, prediction, output));
    if (told.length !== size / classes || !Array.from(told).every((one) => one === k)) return undefined;
  }
  return { kind: "class", read };
}

/** The index of the largest of every `width` values. */
const largest = (values: Values, width: number): number[] =>
  Array.from({ length: values.length / width }, (_, row) => {
    let most = 0;
    for (let k = 1; k < width; k++) if ((values[row * width + k] as number) > (values[row * width + most] as number)) most = k;
    return most;
  });

/** Yes or no, where the target holds nothing else as 1 and 0: yes above the value for an undecided prediction. */
function answersIn(trial: Trial, output: string, target: InputNode): Meaning | undefined {
  const size = rowSize(trial.node.shape);
  const values = Array.from(trial.rows[target.params.name] ?? []);
  if (rowSize(target.shape) !== size || !values.every((value) => value === 0 || value === 1)) return undefined;
  const [no, undecided, yes] = trial.constant.guess.answers.map((answer) => Array.from(valuesAt(trial, new Array(size).fill(answer), output)));
  if (!no || !undecided || !yes || undecided.length !== size) return undefined;
  const grows = undecided.every((value, i) => (no[i] as number) < value && value < (yes[i] as number));
  return grows ? { kind: "class", read: (told) => Array.from(told, (value, i) => Number(value > (undecided[i % size] as number))) } : undefined;
}

/** Differences up to this share of the largest value are rounding. */
const tolerance = 1e-3;

/** Numbers, where a perfect prediction makes the output equal to the target. */
function numbersIn({ constant, rows, perfect }: Trial, output: string, target: InputNode): Meaning | undefined {
  const values = Array.from(rows[target.params.name] ?? []);
  const told = perfect[`perfect.${constant.target}.${output}`];
  const most = values.reduce((large, value) => Math.max(large, Math.abs(value)), 0);
  const isEqual = told?.length === values.length && values.every((value, i) => Math.abs(value - (told[i] as number)) <= tolerance * most);
  return isEqual ? { kind: "number", read: (own) => own } : undefined;
}

/** One row of an output for one row of a prediction. */
function valuesAt({ model: { net }, at, rows }: Trial, prediction: Values, output: string): Values {
  net.write(`constant.${at}`, prediction);
  return net.predict(sampleOf(net, rows, 1))[`constant.${output}`] ?? [];
}
