// What g and g′ mean on a page of scalars, however they are written: g₁′(a), g_1'(a), tanh′(a).
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { element, type Formula } from "../../../compiler/formula/tree.ts";
import { read } from "../../../compiler/reading/parse.ts";
import type { Meaning } from "../../../compiler/reading/scope.ts";
import { spelled } from "../../../compiler/reading/spelling.ts";
import type { Call } from "../../../compiler/reading/tree.ts";
import { functionOf } from "../../../compiler/scalars/functions.ts";
import type { Written } from "../../../compiler/scalars/page.ts";
import { meaningKey } from "../page.ts";

/** The argument in what a function means. */
const argument = element("a", []);

/** A name of a function, and what stands below it. */
type Called = readonly [name: string, subscript?: string | undefined];

/** The ways to write a function and its derivative. */
function waysToCall(name: string): { readonly own: readonly Called[]; readonly slope: readonly Called[] } {
  const [, letter = name, number] = /^(\D+?)(\d+)$/.exec(spelled(name)) ?? [];
  if (number === undefined) return { own: [[name]], slope: [[`${name}′`]] };
  return {
    own: [[name], [letter + number], [letter, number]],
    slope: [[`${name}′`], [`${letter}${number}′`], [`${letter}′`, number], [letter, `${number}′`], [letter, `${number}'`]],
  };
}

/** The ways to write the derivative of a function that has a name: `tanh′`, `leakyRelu′_0.1`, `leakyRelu_0.1′`. */
const slopesOf = ({ name, subscript }: Pick<Call, "name" | "subscript">): readonly Called[] => [
  [`${name}′`, subscript],
  ...(subscript === undefined ? [] : ["′", "'"].map((prime): Called => [name, subscript + prime])),
];

const meaningOf = (formula: Formula): Meaning => ({ formal: ["a"], body: read(print(formula, text)) });

/** What the functions of a network mean, by the keys of calls. */
export function functionsOf({ network, activations }: Written): Map<string, Meaning> {
  const found = new Map<string, Meaning>();
  const add = (ways: readonly Called[], formula: Formula) => {
    const meaning = meaningOf(formula);
    for (const [name, subscript] of ways) found.set(meaningKey({ name, subscript, args: [argument] }), meaning);
  };
  for (const at of network.layers.keys()) {
    const own = functionOf(network, at + 1);
    if (!own) continue;
    const value = own.value.steps({ first: argument });
    const slope = own.slope.steps({ first: argument, value });
    const named = own.value.named({ first: argument });
    const ways = waysToCall(activations.gOf(at + 1));
    add(ways.own, value);
    add(ways.slope, slope);
    if (named.kind === "call" && named.args.length === 1) add(slopesOf(named), slope);
  }
  return found;
}

/** The names in those keys, with ' for ′ too. */
export function functionNames(meanings: ReadonlyMap<string, unknown>): Set<string> {
  const names = [...meanings.keys()].map((key) => key.split(" ")[0] as string);
  return new Set(names.flatMap((name) => [name, name.replaceAll("′", "'")]));
}
