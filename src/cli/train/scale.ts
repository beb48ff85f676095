// Columns whose numbers are far from what an optimizer's steps are made for.

import { elementAt } from "../../../compiler/ir/element.ts";
import { withoutBodies } from "../../../compiler/ir/walk.ts";
import { isOp } from "../../../compiler/ops/table.ts";
import type { Assignment } from "../../../data/assign.ts";
import { counted } from "../../../data/diagnostics.ts";
import type { Manifest } from "../../../runtime/index.ts";
import { rowSize } from "../../constant/predictions.ts";
import { type Rows, sampleOf } from "../../constant/rows.ts";
import type { Rival } from "./constant.ts";
import { nameOf } from "./figures.ts";
import type { Warning } from "./warning.ts";

/** A feature whose mean is further than this from 0 or whose deviation is this many times off 1 slows training down. */
const farFeature = 5;

/** A target is reached by the last bias alone, which moves by about the learning rate in a step of adam. */
const farTarget = 30;

/** Rows that tell whether a target is far off. */
const mostRows = 10_000;

/** Columns that a warning names. */
const mostNamed = 3;

type Values = ArrayLike<number>;

/** Warnings about columns of inputs that the model does not standardize. */
export function unscaledInputs({ inputs, targets, standardize }: Manifest, columns: Assignment, data: Rows): Warning[] {
  const scaled = new Set([...targets, ...standardize.flatMap(({ inputs: read }) => read)]);
  return inputs.flatMap(({ name, dtype }): Warning[] => {
    if (dtype !== "f32" || scaled.has(name)) return [];
    const text = describeFar(columns[name] ?? [], data[name] as Values, farFeature);
    if (text === undefined) return [];
    return [
      {
        kind: "input",
        text: `the input "${name}" is not standardized, which slows training down: ${text}`,
        help: `const scaled = nn.standardize(${name});`,
      },
    ];
  });
}

/** Warnings about targets as the loss compares them, where the model does not standardize them. */
export function unscaledTargets({ model, constants }: Rival, columns: Assignment, data: Rows): Warning[] {
  const compared = model.net.predict(sampleOf(model.net, data, mostRows));
  return model.predictions.flatMap(({ node, targets }, at): Warning[] => {
    const { kind, target, inputs } = elementAt(constants, at);
    const value = targets[target];
    const [input = ""] = inputs;
    const isStandardized = !value || withoutBodies([value]).some((part) => isOp(part, "state"));
    if (kind === "frequencies" || isStandardized) return [];
    const names = isOp(value, "input") ? (columns[input] ?? []) : [`what is made of ${nameOf(input, columns)}`];
    const text = describeFar(names.length === rowSize(value.shape) ? names : [input], compared[`target.${at}.${target}`] as Values, farTarget);
    if (text === undefined) return [];
    const [{ text: prediction } = { text: "out" }] = [...(node.graph.names.get(node) ?? [])];
    const help = `const scale = nn.standardize();
        const target = scale(${input});
        return { outputs: { ${prediction}: scale.inverse(${prediction}) }, loss: losses.mse(${prediction}, target) };`;
    return [{ kind: "target", text: `the target "${input}" is not standardized, which slows training down: ${text}`, help }];
  });
}

/** The columns that are far off; undefined for none. */
function describeFar(columns: readonly string[], values: Values, far: number): string | undefined {
  const texts = columns.flatMap((column, at) => {
    const { mean, deviation } = statistics(values, at, columns.length);
    const isFar = Math.abs(mean) > far || deviation > far || (deviation > 0 && deviation < 1 / far ** 2);
    return isFar ? [`"${column}" has mean ${mean.toPrecision(3)}, deviation ${deviation.toPrecision(3)}`] : [];
  });
  const more = texts.length > mostNamed ? [`${counted(texts.length - mostNamed, "column")} more`] : [];
  return texts.length > 0 ? [...texts.slice(0, mostNamed), ...more].join(", ") : undefined;
}

function statistics(values: Values, first: number, stride: number): { readonly mean: number; readonly deviation: number } {
  const count = values.length / stride;
  const average = (term: (value: number) => number) => {
    let sum = 0;
    for (let at = first; at < values.length; at += stride) sum += term(values[at] as number);
    return sum / count;
  };
  const mean = average((value) => value);
  return { mean, deviation: Math.sqrt(average((value) => (value - mean) * (value - mean))) };
}
