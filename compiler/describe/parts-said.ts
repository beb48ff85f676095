// What lines below a formula leave open: W_qkv = concat(W_q, W_k, W_v) is known on its left, and says what its parts are.

import type { Line } from "../formula/equation.ts";
import type { PageSymbol } from "../formula/symbol.ts";
import { words } from "../words/words.ts";

/** A line for each parameter of `symbols` that definitions below `lines` cut into parts. */
export function partsSaid(lines: readonly Line[], symbols: readonly PageSymbol[]): string[] {
  const parameters = new Set(symbols.flatMap(({ name, kind }) => (kind === "parameter" ? [name] : [])));
  const said = [...lines, ...lines.flatMap(({ where }) => where)].flatMap(({ left, right }) => {
    if (left.kind !== "variable" || !parameters.has(left.name) || right.kind !== "call" || right.name !== "concat") return [];
    const names = right.args.flatMap((part) => (part.kind === "variable" ? [part.name] : []));
    return names.length === right.args.length ? [words.partsOf(names, left.name)] : [];
  });
  return [...new Set(said)];
}
