// What a function of tensors computes and its gradients, as gradc prints them of a model that calls it and does nothing else.

import { GradcError } from "../../runtime/error.ts";
import type { InputType, Tensor } from "../../src/index.ts";
import { f32, i32, losses, nn, ops } from "../../src/index.ts";
import { dense, norms } from "./examples/dense.ts";
import type { Example, Examples } from "./examples/example.ts";
import { language } from "./examples/language.ts";
import { judged } from "./examples/metrics.ts";
import { movement } from "./examples/movement.ts";
import { reduction } from "./examples/reduction.ts";
import { selection } from "./examples/selection.ts";
import { sequence } from "./examples/sequences.ts";
import { spatial } from "./examples/spatial.ts";
import type { Described } from "./exports.ts";
import { type Run, written } from "./run.ts";

type Call = (...xs: readonly Tensor[]) => Tensor;

const functions = Object.entries({ losses, nn, ops }).flatMap(([space, members]) =>
  Object.entries(members).map(([name, f]) => [`${space}.${name}`, f as Call] as const),
);
const calls: ReadonlyMap<string, Call> = new Map(functions);

/** Examples of functions that take more than tensors of one shape. */
const examples: Examples = { ...dense, ...norms, ...spatial, ...sequence, ...movement, ...selection, ...reduction, ...judged, ...language };

/** What all arguments are, and what the last may be in its place: a class or a number for each row. */
const matrix = f32("batch", 3);
const lasts: readonly InputType[] = [matrix, i32("batch"), f32("batch")];

/** Arguments of losses that are data: nobody asks for their gradients. */
const data: ReadonlySet<string> = new Set(["target", "y"]);

/** A run with the code that the page shows of it. */
interface Shown extends Run {
  readonly code: string;
}

/** The names of what must be given by this signature, if all of it is tensors. */
function tensorsOf(signature: string): string[] | undefined {
  const [required = ""] = signature.replace(/^[^(]*\(|\): Tensor$/g, "").split(/, \w+\?: /);
  const names = required.split(", ").map((parameter) => /^(\w+): (?:Tensor|Operand)$/.exec(parameter)?.[1]);
  return names.every((name) => name !== undefined) ? names : undefined;
}

/** Calls of the function `name` with `args`, of which the first that is not refused is shown. */
function callsWith(name: string, args: readonly string[]): Shown[] {
  const isLoss = name.startsWith("losses.");
  return lasts.map((last) => ({
    inputs: Object.fromEntries(args.map((arg, i) => [arg, i > 0 && i === args.length - 1 ? last : matrix])),
    call: (given) => (calls.get(name) as Call)(...args.map((arg) => given[arg] as Tensor)),
    code: `${name}(${args.join(", ")})`,
    left: isLoss ? "loss" : "z",
    loss: isLoss ? "itself" : "sum",
    data: isLoss ? data : new Set(),
    detail: { expand: name.startsWith("nn.") },
  }));
}

const typeText = ({ dtype, shape }: InputType): string => `${dtype}(${shape.map((dim) => JSON.stringify(dim)).join(", ")})`;

/** `a, b: f32("batch", 3), c: i32("batch")` */
function inputsText(inputs: Shown["inputs"]): string {
  const byType = new Map<string, string[]>();
  for (const [name, type] of Object.entries(inputs)) byType.set(typeText(type), [...(byType.get(typeText(type)) ?? []), name]);
  return [...byType].map(([type, names]) => `${names.join(", ")}: ${type}`).join(", ");
}

function headOf({ code, left, loss, inputs }: Shown): string {
  const of = Object.keys(inputs).length > 0 ? ` of \`${inputsText(inputs)}\`` : "";
  const isBody = code.includes(";\n");
  if (code.includes("\n")) return `Example${of}:\n\n\`\`\`ts\n${isBody ? code : `${left} = ${code}`}\n\`\`\``;
  return `Example: \`${left} = ${code}\`${loss === "sum" ? ", `loss = ops.sum(z)`" : ""}${of}.`;
}

/** More lines than this are not read by anybody. */
const most = 18;

async function textOf(shown: Shown): Promise<string> {
  const { forward, gradients } = await written(shown);
  const lines = gradients.split("\n").length;
  const block = `\`\`\`\n${lines > most || gradients === "" ? forward : `${forward}\n${gradients}`}\n\`\`\``;
  const cut = lines > most ? [`Its gradients take ${lines} lines: \`gradc inspect\` prints them.`] : [];
  return [headOf(shown), block, ...cut].join("\n\n");
}

/** Nothing for a call that is refused. */
async function attempt(shown: Shown): Promise<string | undefined> {
  try {
    return await textOf(shown);
  } catch (error) {
    if (error instanceof GradcError) return undefined;
    throw error;
  }
}

/** The example of a table. */
function shownOf(name: string, example: Example, code: string): Shown {
  const isMetric = name.startsWith("metrics.");
  return {
    ...example,
    code,
    left: isMetric ? name.replace("metrics.", "") : example.left,
    loss: isMetric ? "none" : "weighed",
    data: new Set(),
    detail: { expand: name.startsWith("nn.") },
  };
}

/** An example for each signature of `described` that takes tensors and nothing else, with its formula and gradients. */
export async function formulaExamples(described: Described, codes: ReadonlyMap<string, string>): Promise<string[]> {
  const { name, code } = described;
  const [own, example] = [codes.get(name), examples[name]];
  if (own && example) return [await textOf(shownOf(name, example, own))];
  if (!calls.has(name)) return [];
  const signatures = [...new Set(code.split("\n").flatMap((signature) => tensorsOf(signature)?.join() ?? []))];
  const found = signatures.map(async (args) => {
    for (const shown of callsWith(name, args.split(","))) {
      const text = await attempt(shown);
      if (text !== undefined) return [text];
    }
    return [];
  });
  return (await Promise.all(found)).flat();
}
