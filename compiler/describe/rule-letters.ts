// What a rule calls a parameter, its gradient and its states: letters that nothing else on the page has.

import { distinct } from "./names.ts";

export interface RuleLetters {
  readonly w: string;
  readonly g: string;
  /** What a rule calls the state `name`. */
  state(name: string): string;
}

/** `w`, `g` and the names of states; where the page has another by that name θ, and `g_w`, `m_w` … */
export function ruleLetters(taken: ReadonlySet<string>): RuleLetters {
  const free = (plain: string, other: string): string => (taken.has(plain) ? distinct(other, new Set(taken)) : plain);
  const w = free("w", "θ");
  const state = (name: string): string => free(name, `${name}_${w}`);
  return { w, g: state("g"), state };
}
