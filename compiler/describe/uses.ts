// What the names in a formula stand for.
import type { Definition } from "../formula/equation.ts";
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import { type Call, type Formula, partsIn } from "../formula/tree.ts";
import { keyOfLeft, type Outline } from "./outline.ts";

/** Something that a formula uses: a name that had to be introduced, or a function that says what it means. */
export interface Use {
  readonly definition: Definition;
  /** The same for the same name, and for the same meaning. */
  readonly key: string;
  readonly isMeaning: boolean;
}

type Named = Extract<Formula, { kind: "variable" | "derivative" | "call" }>;

const isNamed = (part: Formula): part is Named => part.kind === "variable" || part.kind === "derivative" || part.kind === "call";

const keyOf = ({ left, right }: Definition): string => keyOfLeft(left) || `${print(left, text)} = ${print(right, text)}`;

const meaningOf = ({ meaning, ...named }: Call): Definition[] =>
  meaning === undefined ? [] : [{ left: { ...named, args: meaning.formal }, right: meaning.body }];

/** What `formula` uses, from left to right. */
export const usesIn = (formula: Formula, { introduced }: Outline): Use[] =>
  partsIn(formula)
    .filter(isNamed)
    .flatMap((part) => {
      const isMeaning = part.kind === "call";
      const definitions = isMeaning ? meaningOf(part) : (introduced.get(keyOfLeft(part)) ?? []);
      return definitions.map((definition) => ({ definition, key: keyOf(definition), isMeaning }));
    });
