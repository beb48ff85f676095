// The derivation of one gradient as text.
import { type DerivationStep, derivation, sourceOf, waypointsOf } from "../../../compiler/derivation/derive.ts";
import { type Described, sectionsOf } from "../../../compiler/describe/describe.ts";
import { pageOf } from "../../../compiler/describe/page.ts";
import { readableAt } from "../../../compiler/describe/readable.ts";
import { measured } from "../../../compiler/formula/decimals.ts";
import { type Line, writeEquation } from "../../../compiler/formula/equation.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { readable } from "../../../compiler/index.ts";
import type { Node } from "../../../compiler/ir/node.ts";
import { printPosition } from "../../../compiler/ir/print.ts";
import { partsToRead } from "../../described.ts";
import { evaluatorOf } from "../../interpret.ts";
import type { Opened } from "../../open.ts";
import { paint } from "../visible.ts";
import type { Inputs } from "./given.ts";

/** Digits of a value, and elements that are shown of a table. */
const shown = { digits: 5, elements: 12 };

/** The full name of a gradient of `described` by that or by the name that formulas have. */
export function gradientNamed(described: Described, name: string): string | undefined {
  const { lines } = sectionsOf(described).gradients;
  return [...lines].find(([full, { left }]) => full === name || print(left, text) === `∂loss/∂${name}`)?.[0];
}

/** The steps to the gradient by the full name `name`, at `inputs` with their values. */
export function writeDerivation({ program, variables }: Opened, name: string, inputs: Inputs | undefined): string {
  const page = partsToRead(readable(program));
  const sections = sectionsOf(page, { explain: true });
  const described = partsToRead(readableAt(program, waypointsOf));
  const loss = (described.stable?.get("loss") ?? described.values.get("loss")) as Node;
  const by = sourceOf(described.graph, name) ?? described.stable?.get(name) ?? (described.values.get(name) as Node);
  const left = print((sections.gradients.lines.get(name) as Pick<Line, "left">).left, text);
  const last = pageOf(page).gradients.find((line) => print(line.left, text) === left) as Line;
  const own = sectionsOf(described);
  const steps = derivation({
    ...{ described, symbols: own.symbols, lines: own.forward.lines, loss, last, by, gradient: described.gradients.get(name) as Node },
  });
  const values = inputs && evaluatorOf(program, inputs, variables)(steps.map(({ node }) => node));
  const written = described.stable?.has("loss")
    ? [`${print((pageOf(page).forward.at(-1) as Line).left, text)} is taken in the form that runs, which is equal and does not overflow`]
    : [];
  const parts = steps.map((step, at) => writeStep(step, at + 1, values?.get(step.node)));
  return [paint("bold", `${left}, from the loss down`), ...written, ...parts].join("\n\n");
}

function writeStep({ forward, rules, result, node }: DerivationStep, number: number, value: ArrayLike<number> | undefined): string {
  const lines = forward.map(({ left, right, place }, i) => {
    const mark = forward.length > 1 ? `${"abcdefghijklmnopqrstuvwxyz"[i] ?? ""} ` : "";
    return `${mark}${print(left, text)} = ${print(right, text)}${place ? `    ${printPosition(place)}` : ""}`;
  });
  const equation = writeEquation({ ...result, more: false }, "text").split("\n");
  const below = [...lines.slice(1), ...rules, ...equation, ...(value ? [`= ${elementsOf(value, node.shape.at(-1))}`] : [])];
  return [`${String(number).padEnd(3)}${lines[0] ?? ""}`, ...below.map((line) => `   ${line}`)].join("\n");
}

/** `2.25`, `(1.7695, −1.0575)`, `(1.7695, −1.0575; 3.5390, −2.1150)` in rows of `width`. */
function elementsOf(data: ArrayLike<number>, width: unknown): string {
  const all = Array.from(data);
  const few = all.slice(0, shown.elements).map((x) => (x < 0 ? `−${measured(-x, shown.digits)}` : measured(x, shown.digits)));
  if (all.length === 1) return few[0] as string;
  const text = few.reduce((row, x, i) => `${row}${i === 0 ? "" : i % Number(width) === 0 ? "; " : ", "}${x}`, "");
  return `(${text}${all.length > few.length ? `, … ${all.length} in all` : ""})`;
}
