// Formulas of pages that are damaged in one place: the reader has to notice, unless the damaged one has the same value.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { ModelSource } from "../../src/definition-file.ts";
import { networkOf } from "../bits/networks.ts";
import { derivedOf } from "./harness.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

const example = (path: string): ModelSource => fileURLToPath(new URL(`../../examples/${path}.model.ts`, import.meta.url));

const pages: readonly ModelSource[] = [
  ...["two-neurons/net", "iris/iris", "course/norms", "course/conv"].map(example),
  ...[0, 5, 8].map((number) => networkOf(number).model),
];

async function mutantsOn(page: ModelSource): Promise<Mutant[]> {
  return mutantsOf(await Promise.all([7, 8].map((seed) => derivedOf(page, undefined, seed))));
}

test("what is damaged is noticed, but for what has the same value at two places", async () => {
  const mutants = (await Promise.all(pages.map(mutantsOn))).flat();
  const counts = new Map<string, number>();
  for (const { kind, isNoticed } of mutants) if (isNoticed) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  expect(Object.fromEntries([...counts].sort())).toMatchInlineSnapshot(`
    {
      "exchange": 41,
      "factor": 19,
      "letter": 120,
      "number": 66,
      "sign": 68,
      "transpose": 20,
    }
  `);
  expect(mutants.flatMap(({ line, isNoticed }) => (isNoticed ? [] : [line]))).toMatchInlineSnapshot(`
    [
      "loss = (y − yhat)²",
      "loss = −(Σ_batch (Σ_j onehot(species) ⊙ logSoftmax(logits))) / N",
      "loss = mean((y − out)²)",
      "c = b_c[o] + Σ_i,u,v W_c[i,i,u,v]·x[n,i,q+u,r+v]",
      "loss = mean((y − p)²)",
      "δ_p = (p − y) / (2·batch)",
      "∂loss/∂W_c = Σ_n,q,r δ_c[n,i,q,r]·x[n,i,q+u,r+v]",
      "loss = mean(|y − z|)",
      "δ_linear_2 = sign(z − y) / (2·batch)",
      "loss = mean(|y − z|)",
      "δ_linear_4 = sign(z − y) / (2·batch)",
      "loss = −(Σ_batch (Σ_j onehot(c) ⊙ logSoftmax(z))) / N",
    ]
  `);
});
