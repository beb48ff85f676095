// Numbers put in: each formula for every neuron and example, with the numbers that its signs have here, and what that gives.
//
//   a₁ = 0.5·1 + (−0.25)·2 + 0.5 = 0.5
import { InternalError } from "../../runtime/error.ts";
import { noClass, noNeurons, oneExample, tooManyLines } from "../diagnostics/scalars.ts";
import type { Line } from "../formula/equation.ts";
import { type Element, type Formula, number, operator } from "../formula/tree.ts";
import { elementAt } from "../ir/element.ts";
import { words } from "../words/words.ts";
import { alone, type Examples } from "./examples.ts";
import { type Instance, instancesOf, writtenOut } from "./instances.ts";
import { lossSign, type ScalarLines } from "./line.ts";
import { linesOf } from "./lines.ts";
import type { Network } from "./network.ts";
import { filled, makingOf, type Part, type Written } from "./page.ts";
import { type Notation, type Signing, widthOf } from "./signs.ts";
import { keyOf, replaced, valueAt } from "./trees.ts";
import { titles } from "./words.ts";

/** The data of inputs and parameters, row-major, by their names. */
export type Given = ReadonlyMap<string, ArrayLike<number>>;

/** Significant digits of numbers that are put in. */
const digits = 5;

/** Most lines of numbers. */
const mostLines = 500;

const dataOf = (given: Given, name: string): ArrayLike<number> => {
  const data = given.get(name);
  if (!data) throw new InternalError(`No number is known of "${name}"`);
  return data;
};

/** The examples of `given` that count. @throws GradcError `no-neurons` */
export function examplesIn(network: Network, notation: Notation, given: Given): Examples {
  const { input, rows, loss } = network;
  const count = rows === undefined ? 1 : dataOf(given, input.params.name).length / widthOf(network, 0);
  if (notation !== "index" && count > 1) throw oneExample(count);
  const all = Array.from({ length: count }, (_, at) => at + 1);
  if (loss?.kind !== "classes" || loss.ignored === undefined) return rows === undefined ? alone : { ...alone, numbers: all };
  const classes = dataOf(given, loss.target.params.name);
  const width = widthOf(network, network.layers.length);
  const numbers = all.filter((n) => elementAt(classes, n - 1) !== loss.ignored);
  if (numbers.length === 0) throw noNeurons("the loss", `is of no example: all are of class ${loss.ignored}, which does not count`);
  for (const n of numbers) {
    const own = elementAt(classes, n - 1);
    if (!(own >= 0 && own < width)) throw noClass(n, own, width);
  }
  return { numbers: rows === undefined ? undefined : numbers, classOf: (n) => elementAt(classes, n - 1) + 1 };
}

/** The numbers of the signs of a page. */
class Numbers {
  private readonly known = new Map<string, number>();

  set(sign: Element, value: number): void {
    this.known.set(keyOf(sign), value);
  }

  valueOf(sign: Element): number {
    const value = this.known.get(keyOf(sign));
    if (value === undefined) throw new InternalError(`No number is known of "${keyOf(sign)}"`);
    return value;
  }
}

/** Each weight with its sign and where it is among the data of its parameter. */
function* weightsOf(network: Network, signs: Signing): Generator<{ sign: Element; name: string; at: number }> {
  const own = signs.of(undefined);
  for (const [at, { weight, bias, inputs, outputs }] of network.layers.entries()) {
    for (let j = 0; j < outputs; j++) {
      for (let i = 0; i < inputs; i++)
        yield { sign: own.weight(at + 1, String(i + 1), String(j + 1)), name: weight.params.name, at: i * outputs + j };
      if (bias) yield { sign: own.bias(at + 1, String(j + 1)), name: bias.params.name, at: j };
    }
  }
}

/** The numbers of inputs, targets and weights. */
function numbersIn({ network, signs, examples }: Written, given: Given): Numbers {
  const known = new Numbers();
  for (const { sign, name, at } of weightsOf(network, signs)) known.set(sign, elementAt(dataOf(given, name), at));
  const { loss, standardized } = network;
  const depth = network.layers.length;
  if (loss?.kind === "classes")
    for (const [at, weight] of (loss.weights ?? []).entries()) known.set(signs.of(undefined).classWeight(String(at + 1)), weight);
  for (let i = 0; standardized && i < widthOf(network, 0); i++) {
    const own = signs.of(undefined);
    known.set(own.mean(String(i + 1)), elementAt(dataOf(given, standardized.mean.params.name), i));
    known.set(own.deviation(String(i + 1)), elementAt(dataOf(given, standardized.deviation.params.name), i));
  }
  const each = examples.numbers ?? [1];
  for (const n of each) {
    const own = signs.of(examples.numbers && String(n));
    const row = (name: string, width: number, put: (j: string) => Element) => {
      for (let j = 0; j < width; j++) known.set(put(String(j + 1)), elementAt(dataOf(given, name), (n - 1) * width + j));
    };
    row(network.input.params.name, widthOf(network, 0), own.input);
    if (loss?.kind === "elements" && loss.target) row(loss.target.params.name, widthOf(network, depth), own.target);
    if (loss?.kind === "classes" && loss.ignored === undefined) row(loss.target.params.name, widthOf(network, depth), own.truth);
    if (loss?.kind === "classes" && examples.classOf)
      for (let k = 1; k <= widthOf(network, depth); k++) known.set(own.truth(String(k)), examples.classOf(n) === k ? 1 : 0);
  }
  return known;
}

/** A number as it is put in. */
const measured = (value: number): Formula => ({ kind: "number", value, digits, scalar: true });

/** A number with something beside it. */
const beside = (value: number): Formula => (value < 0 ? { kind: "group", body: measured(value), scalar: true } : measured(value));

/** `formula` with numbers for its signs, those below 0 in parentheses where something stands beside them. */
function putIn(formula: Formula, known: Numbers): Formula {
  const alone = (part: Formula): Formula => (part.kind === "element" ? measured(known.valueOf(part)) : putIn(part, known));
  return replaced(formula, (part) => {
    if (part.kind === "call") return { ...part, args: part.args.map(alone) };
    if (part.kind !== "element") return undefined;
    return beside(known.valueOf(part));
  });
}

/** The line of numbers of an instance, whose value is known from then on. */
function lineOf({ left, shown, steps, ranges }: Instance, known: Numbers): Line {
  const value = valueAt(steps, { valueOf: (sign) => known.valueOf(sign), ranges });
  const result = measured(value);
  const whole = writtenOut(shown, ranges);
  const right = whole.kind === "element" || whole.kind === "number" ? result : operator("=", putIn(whole, known), result);
  if (left.kind === "element") known.set(left, value);
  return { left, sign: "=", right, where: [] };
}

type Instances = Readonly<Record<keyof ScalarLines, readonly Instance[]>>;

function allInstances(written: Written): Instances {
  const [shown, steps] = [linesOf(makingOf(written, "named")), linesOf(makingOf(written, "steps"))];
  const of = (part: keyof ScalarLines) => shown[part].flatMap((line, at) => instancesOf(line, elementAt(steps[part], at)));
  return { forward: of("forward"), errors: of("errors"), gradients: of("gradients") };
}

function checkSize(written: Written): void {
  const { network, examples } = written;
  const neurons = network.layers.reduce((all, { outputs }) => all + outputs, 0) * (examples.numbers?.length ?? 1);
  const weights = network.layers.reduce((all, { inputs, outputs }) => all + inputs * outputs, 0);
  if (neurons + weights > mostLines) throw tooManyLines(neurons + weights, mostLines);
}

/** The page of numbers, with those after a step of gradient descent at a learning rate. @throws GradcError `no-neurons` */
export function numberParts(written: Written, given: Given, rate: number | undefined): Part[] {
  checkSize(written);
  const known = numbersIn(written, given);
  const { forward, errors, gradients } = allInstances(written);
  const lines = [...forward, ...errors].map((instance) => lineOf(instance, known));
  const slopes = new Map<string, number>();
  const last = gradients.map((instance) => {
    const line = lineOf(instance, known);
    slopes.set(
      keyOf((instance.left as Extract<Formula, { kind: "partial" }>).by),
      valueAt(instance.steps, { valueOf: (sign) => known.valueOf(sign), ranges: instance.ranges }),
    );
    return line;
  });
  const after = rate === undefined || gradients.length === 0 ? [] : [afterOne(written, { known, slopes, forward, rate })];
  return filled([{ title: titles.numbers, lines: [...lines, ...last] }, ...after]);
}

interface Step {
  readonly known: Numbers;
  /** The gradient by each weight. */
  readonly slopes: ReadonlyMap<string, number>;
  readonly forward: readonly Instance[];
  readonly rate: number;
}

/** The weights after a step, and what the network gives then. */
function afterOne({ network, signs }: Written, { known, slopes, forward, rate }: Step): Part {
  const weights = [...weightsOf(network, signs)].flatMap(({ sign }): Line[] => {
    const slope = slopes.get(keyOf(sign));
    if (slope === undefined) return [];
    const before = known.valueOf(sign);
    const now = before - rate * slope;
    known.set(sign, now);
    return [{ left: sign, sign: "=", right: operator("=", stepOf(before, slope, rate), measured(now)), where: [] }];
  });
  const told = forward.map((instance) => ({ left: instance.left, line: lineOf(instance, known) }));
  const values = told.filter(({ left }) => left.kind === "element" && isTold(network, signs, left));
  const results = values.map(({ left, line }): Line => ({ ...line, right: measured(known.valueOf(left as Element)) }));
  return { title: words.scalars.afterStep(String(rate)), lines: [...weights, ...results] };
}

/** `0.5 − 0.1·1.7695` */
const stepOf = (before: number, slope: number, rate: number): Formula => operator("-", beside(before), operator("*", number(rate), beside(slope)));

/** Whether a sign is the loss or what is predicted. */
function isTold({ layers, loss }: Network, signs: Signing, { name, layer }: Element): boolean {
  if (name === lossSign.name) return true;
  const last = signs.of(undefined).after(layers.length, "1");
  return loss?.kind === "elements" && name === last.name && layer === last.layer;
}
