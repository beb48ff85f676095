import { describe, expect, test } from "vitest";
import { checkModule } from "../../fuzz/lowered-checks.ts";
import { newTally } from "../../fuzz/values.ts";
import { fusedCase, fusedCases } from "../../support/fused-cases.ts";

describe("compiled entry points agree with the interpreter for every batch, with garbage in the rows beyond", () => {
  for (const name of Object.keys(fusedCases)) {
    test(name, async () => {
      const tally = newTally();
      await checkModule(fusedCase(name).program, tally);
      expect(tally.judged).toBeGreaterThan(0);
    });
  }
});
