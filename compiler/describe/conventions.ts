// What a page must say of its signs and functions, so that it can be read alone: a line for each that occurs.
import { productForm } from "../formula/contraction.ts";
import { shortest } from "../formula/decimals.ts";

import { type Line, sidesOf } from "../formula/equation.ts";
import { exactOf, isOfPi } from "../formula/exact.ts";
import { unviewed } from "../formula/guards.ts";
import type { Place } from "../formula/sliding.ts";
import { type Call, type Formula, isReshaped, isScalar, partsIn } from "../formula/tree.ts";
import { type Words, words } from "../words/words.ts";

type Sign = keyof Words["signs"];

/** The signs in one part of a formula. */
function signsOf(part: Formula): Sign[] {
  if (part.along || part.kind === "place") return ["place"];
  if (part.kind === "contraction") return signsOfProduct(part.spec);
  if (isOfPi(part)) return ["pi"];
  if (part.kind === "sum") return ["series"];
  if (part.kind === "ranged") return part.op === "argmax" ? ["largest"] : [];
  if (part.kind === "indexed") return signsOfPlaces(part.at);
  if (part.kind === "indicator") return ["indicator"];
  if (part.kind === "number") return Number.isNaN(part.value) ? ["noNumber"] : isDecimal(part) ? ["decimal"] : [];
  if (part.kind === "transpose") return ["transposed"];
  if (part.kind === "operator") return part.args.length > 1 && part.args.some((arg) => !isScalar(arg)) ? ["hadamard"] : [];
  if (part.kind === "call") return signsOfCall(part);
  if (part.kind === "view") return isReshaped(part) && part.shape.every((dim) => dim === 1) ? ["single"] : [];
  return part.kind === "variable" ? signsOfName(part.name, part.step) : [];
}

const signsOfCall = ({ name, subscript }: Call): Sign[] => [
  ...(name === "held" ? ["held" as const] : []),
  ...(subscript?.startsWith("group") ? ["groups" as const] : []),
];

const isDecimal = ({ value, digits }: Extract<Formula, { kind: "number" }>): boolean =>
  digits === undefined &&
  Number.isFinite(value) &&
  !Number.isInteger(value) &&
  Number(shortest(value)) !== value &&
  exactOf(Math.abs(value)) === undefined;

/** What may be outside of a table, and whole parts. */
function signsOfPlaces(places: readonly Place[]): Sign[] {
  const isPlain = places.every(({ terms, plus }) => terms.length < 2 && plus === 0);
  const isWhole = places.some(({ terms }) => terms.some(({ over }) => over !== undefined));
  return [...(isPlain ? [] : ["outside" as const]), ...(isWhole ? ["wholePart" as const] : [])];
}

function signsOfProduct(spec: string): Sign[] {
  const form = productForm(spec);
  if (!form) return ["series", "indexed"];
  const sign: Sign = form.sign === "outer" ? "outer" : form.sign === "matrix" ? "product" : "hadamard";
  return [
    sign,
    ...(form.factors.some(({ transposed }) => transposed) ? ["transposed" as const] : []),
    ...(form.over.length > 0 ? ["series" as const] : []),
  ];
}

function signsOfName(name: string, step: string | undefined): Sign[] {
  const kinds: Sign[] = name.startsWith("δ_") ? ["error"] : name.endsWith("⁺") ? ["next"] : [];
  return step === undefined ? kinds : [...kinds, "time"];
}

/** Whether it says that all elements of a gradient are one number. */
const isConstant = ({ left, right }: Line): boolean => left.kind === "derivative" && unviewed(right).kind === "number";

/** A function with what stands below it. */
const keyOf = ({ name, subscript }: Call): string => `${name}_${subscript ?? ""}`;

/** What words say of a function, of so many `classes`. */
export function wordsFor({ name, subscript, sliding }: Call, classes?: number): string | undefined {
  const meanings = { ...words.forms, ...words.functions };
  const meaning = Object.hasOwn(meanings, name) ? meanings[name] : undefined;
  return typeof meaning === "function" ? meaning(subscript?.split(",") ?? [], sliding?.kernel.length ?? 2, classes) : meaning;
}

/** What is said of the signs and functions of a page, each once, in the order of the table. */
export function conventionsOf(lines: readonly Line[]): string[] {
  const { signs } = words;
  const parts = lines.flatMap(sidesOf).flatMap(partsIn);
  const isLettered = [...lines, ...lines.flatMap(({ where }) => where)].some(({ letters }) => letters);
  const used = new Set([
    "rows",
    ...(isLettered ? ["lettered"] : []),
    ...(lines.some(({ rule }) => rule) ? ["rule"] : []),
    ...(lines.some(isConstant) ? ["constant"] : []),
    ...parts.flatMap(signsOf),
  ]);
  const ofSigns = Object.entries(signs).flatMap(([sign, meaning]) => (used.has(sign) ? [meaning] : []));
  const told = new Set(lines.flatMap(({ where }) => where).flatMap(({ left }) => (left.kind === "call" ? [keyOf(left)] : [])));
  const calls = parts.flatMap((part) => (part.kind === "call" ? [part] : []));
  const [classes, ...others] = new Set(calls.flatMap((called) => called.classes ?? []));
  const known = others.length === 0 ? classes : undefined;
  const ofFunctions = calls.flatMap((called) => {
    const said = told.has(keyOf(called)) ? undefined : wordsFor(called, known);
    return said === undefined ? [] : [said];
  });
  return [...ofSigns, ...new Set(ofFunctions)];
}
