// A rule of differentiation as a teacher says it.
import type { Formula } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { words } from "../words/words.ts";

/** A rule as it is used at one place. */
export interface Rule {
  /** The op, or the named form, that it is the rule of. */
  readonly of: string;
  /** Its name in words, and the derivative that it takes. */
  readonly words: string;
  /** The paths whose contributions are added up, where there are several. */
  readonly paths?: readonly string[];
  /** The operands that it goes through, where there are several and no words for each. */
  readonly through?: readonly Formula[];
  /** What runs instead, where it is written in another form there. */
  readonly note?: string;
}

/** What is known of a rule: its words, by the numbers of the operands through which it goes where they differ. */
export interface Saying {
  readonly words: string | ((node: Node, operands: readonly number[]) => string);
  readonly paths?: readonly string[];
  /** What is said where the largest value is taken away first. */
  readonly shifted?: string;
  /** Beside other rules nobody says this one where it goes through one operand, or through this one. */
  readonly isQuiet?: true | number;
}

/** The chain rule with the derivative of a function of u. */
export const chain = (derivative: string, kink?: string): Saying => ({
  words: words.rules.chain(derivative, kink),
});

/** The power rule for a power of u, where the exponent is no number u^p. */
export function powerRule(exponent: number | undefined): string {
  const rule = words.rules.ops.pow.base;
  if (exponent === undefined) return rule("uᵖ", "p·u^(p − 1)");
  if (exponent === 2) return rule("u²", "2·u");
  const [power, derivative] = [`u^${exponent}`, `${exponent}·u^${exponent - 1}`].map((text) => text.replaceAll("^-", "^−")) as [string, string];
  return rule(power, derivative);
}

/** What only moves values. */
export const moved = (said: string): Saying => ({ words: said, isQuiet: true });

/** The words for the one operand, for the other, and for both. */
export const byOperand =
  ({ first, second, both }: Readonly<Record<"first" | "second" | "both", string>>): Exclude<Saying["words"], string> =>
  (_, operands) =>
    operands.length > 1 ? both : operands[0] === 0 ? first : second;

/** Where a rule is used. */
export interface Use {
  readonly node: Node;
  /** The numbers of the operands through which it goes. */
  readonly operands: readonly number[];
  /** Whether the largest value is taken away first. */
  readonly isShifted: boolean;
  /** What they are called, where there are several. */
  readonly through?: readonly Formula[] | undefined;
}

/** The rule that `saying` is where it is used. */
export const ruleAt = (of: string, { words: said, paths, shifted }: Saying, { node, operands, isShifted, through }: Use): Rule => ({
  of,
  words: typeof said === "string" ? said : said(node, operands),
  ...(paths && { paths }),
  ...(!paths && through && { through }),
  ...(shifted !== undefined && isShifted && { note: shifted }),
});
