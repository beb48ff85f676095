// A derivation as one `aligned`: of each step the line of the forward pass, then what holds after it with the names of the rules at the right.
import { aligned, type Definition, leftOf } from "../formula/equation.ts";
import { latex } from "../formula/latex.ts";
import { print } from "../formula/notation.ts";
import type { Derivation, DerivationStep } from "./derivation.ts";

const side = (definition: Definition): string => `${print(leftOf(definition), latex)} &${latex.infix("=")}${print(definition.right, latex)}`;

/** The derivation in LaTeX, to be pasted as it is; the conventions stand before it as comments. */
export function latexDerivation({ steps, conventions }: Derivation): string {
  const said = conventions.map((line) => `% ${line}\n`).join("");
  return said + aligned([steps.map((step) => rowsOf(step).join(" \\\\\n")).join(" \\\\[4pt]\n")], "\n");
}

function rowsOf({ paths, lines }: DerivationStep): string[] {
  const before = paths.flatMap(({ line, stable }) => [side(line), ...(stable ? [side({ left: line.left, right: stable })] : [])]);
  const names = [...new Set(paths.flatMap(({ rules }) => rules.map(({ words }) => nameOf(words))))];
  // A form that is known for a reason of its own is not what the rules give.
  const named = lines.find(({ because }) => because !== undefined) ? lines[0] : lines.at(-1);
  const after = lines.flatMap((line) => {
    const reasons = [...(line === named ? names : []), ...(line.because === undefined ? [] : [line.because])];
    return [...line.where.map(side), `${side(line)}${reasons.length > 0 ? ` && \\text{${reasons.join("; ")}}` : ""}`];
  });
  return [...before, ...after];
}

/** The name of a rule without what it says of functions. */
export const nameOf = (words: string): string => words.split(/[:,;]/)[0] as string;
