import { describe, expect, test } from "vitest";
import { compileEntry } from "../../support/compiled.ts";
import { fusedCase, fusedCases } from "../../support/fused-cases.ts";

// Values are of order 1 to 30 and sums have at most 72 terms, so that 3e-6 of the largest value is some 25 roundings of it.
const tolerance = 3e-6;

describe("compiled entry points agree with the interpreter for every batch, with garbage in the rows beyond", () => {
  for (const name of Object.keys(fusedCases)) {
    test(name, async () => {
      const { program, entry } = fusedCase(name);
      const { run } = await compileEntry(program, entry);
      for (let batch = 1; batch <= 8; batch++) {
        for (const { name: value, got, exact } of run({ batch })) {
          const scale = exact.reduce((most, one) => Math.max(most, Math.abs(one)), 1);
          const worst = exact.reduce(
            (most, one, i) => Math.max(most, Math.abs(one - (got[i] as number)) || (Object.is(one, got[i]) ? 0 : Number(Number.isNaN(got[i])))),
            0,
          );
          expect(worst, `${value}, batch ${batch}`).toBeLessThan(tolerance * scale);
        }
      }
    });
  }
});
