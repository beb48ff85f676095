// What lines below a formula leave open: W_qkv = concat(W_q, W_k, W_v) is known on its left, and says what its parts are.

import type { Line } from "../formula/equation.ts";
import { words } from "../words/words.ts";

/** A line for each of `parameters`, which are names, that definitions below `lines` cut into parts. */
export function partsSaid(lines: readonly Line[], parameters: readonly string[]): string[] {
  const said = [...lines, ...lines.flatMap(({ where }) => where)].flatMap(({ left, right }) => {
    if (left.kind !== "variable" || !parameters.includes(left.name) || right.kind !== "call" || right.name !== "concat") return [];
    const names = right.args.flatMap((part) => (part.kind === "variable" ? [part.name] : []));
    return names.length === right.args.length ? [words.partsOf(names, left.name)] : [];
  });
  return [...new Set(said)];
}
