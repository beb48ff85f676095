import { ops } from "gradc";
import type { Sorted } from "../../src/ops/sorting.ts";
import type { Tensor } from "../../src/tensor.ts";
import { type Bodies, type Groups, type Operands, readGolden, testGroup } from "./golden.ts";

const groups = readGolden<Groups>("composed");

type Function = (...args: readonly unknown[]) => Tensor | Sorted;
type Call = { readonly function: string; readonly call: readonly unknown[] };

/** Where sorting puts the indices in place of the values. */
const places = (...args: Parameters<typeof ops.sort>): Tensor => ops.sort(...args).indices;

const functions = { ...ops, places } as unknown as Readonly<Record<string, Function>>;

/** Each case by the call that it keeps: "$x" is the operand x. */
function testCalls(group: string): void {
  const cases = groups[group] ?? {};
  const bodies = Object.entries(cases).map(([name, each]) => {
    const { function: of, call } = each as unknown as Call;
    const body = (operands: Operands) => {
      const given = call.map((part) => (typeof part === "string" && part.startsWith("$") ? operands[part.slice(1) as keyof Operands] : part));
      const result = (functions[of] as Function)(...given);
      return "values" in result ? result.values : result;
    };
    return [name, body] as const;
  });
  testGroup(group, cases, Object.fromEntries(bodies) as Bodies, Object.keys(cases));
}

for (const group of ["cumulative", "sorting", "lengths", "cells", "picks"]) testCalls(group);
