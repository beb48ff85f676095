// Formulas of pages that are damaged in one place: the reader has to notice, unless the damaged one has the same value.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { ModelSource } from "../../src/definition-file.ts";
import { networkOf } from "../bits/networks.ts";
import { subjectsOf } from "./harness.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

const example = (path: string): ModelSource => fileURLToPath(new URL(`../../examples/${path}.model.ts`, import.meta.url));

const pages: readonly ModelSource[] = [
  ...["two-neurons/net", "iris/iris", "course/norms", "course/conv"].map(example),
  ...[0, 5, 8].map((number) => networkOf(number).model),
];

async function mutantsOn(page: ModelSource): Promise<Mutant[]> {
  const subjects = await Promise.all([7, 8].map((seed) => subjectsOf(page, undefined, seed)));
  return mutantsOf(subjects.map(([derived]) => derived));
}

test("what is damaged is noticed, but for what has the same value at two places", async () => {
  const mutants = (await Promise.all(pages.map(mutantsOn))).flat();
  const counts = new Map<string, number>();
  for (const { kind, isNoticed } of mutants) if (isNoticed) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  expect(Object.fromEntries([...counts].sort())).toMatchInlineSnapshot(`
    {
      "exchange": 44,
      "factor": 22,
      "letter": 118,
      "number": 71,
      "sign": 45,
      "transpose": 25,
    }
  `);
  expect(mutants.flatMap(({ line, isNoticed }) => (isNoticed ? [] : [line]))).toMatchInlineSnapshot(`
    [
      "loss = −(Σ_batch (Σ_j onehot(species) ⊙ logSoftmax(logits))) / N",
      "loss = mean((y − out)²)",
      "c = b_c[o] + Σ_i,u,v W_c[i,i,u,v]·x[n,i,q+u,r+v]",
      "p = max_u<2,v<2 relu(c)[n,o,q·2+u,2·r+v]",
      "p = max_u<2,v<2 relu(c)[n,o,2·q+u,r·2+v]",
      "loss = mean((y − p)²)",
      "δ_p = (p − y) / (2·batch)",
      "δ_c = [c[n,o,a,b] > 0]·Σ_q,r,u<2,v<2 δ_p[n,o,q,r]·[q·2+u = a]·[2·r+v = b]·[(u,v) = argmax_u,v relu(c)[n,o,2·q+u,2·r+v]]",
      "δ_c = [c[n,o,a,b] > 0]·Σ_q,r,u<2,v<2 δ_p[n,o,q,r]·[2·q+u = a]·[r·2+v = b]·[(u,v) = argmax_u,v relu(c)[n,o,2·q+u,2·r+v]]",
      "δ_c = [c[n,o,a,b] > 0]·Σ_q,r,u<2,v<2 δ_p[n,o,q,r]·[2·q+u = a]·[2·r+v = b]·[(u,v) = argmax_u,v relu(c)[n,o,q·2+u,2·r+v]]",
      "δ_c = [c[n,o,a,b] > 0]·Σ_q,r,u<2,v<2 δ_p[n,o,q,r]·[2·q+u = a]·[2·r+v = b]·[(u,v) = argmax_u,v relu(c)[n,o,2·q+u,r·2+v]]",
      "∂loss/∂W_c = Σ_n,q,r δ_c[n,i,q,r]·x[n,i,q+u,r+v]",
      "loss = mean(|y − z|)",
      "δ_linear_2 = sign(z − y) / (2·batch)",
      "δ_linear_0 = ((slice_0:5(δ_linear_1·W_linear_1ᵀ) + 2·slice_5:10(δ_linear_1·W_linear_1ᵀ) ⊙ (sin(z_linear_0) / 0.75)) / 0.75) ⊙ [random_4() ≥ 0.25] ⊙ cos(z_linear_0)",
      "loss = mean(|y − z|)",
      "δ_linear_4 = sign(z − y) / (2·batch)",
      "pool = max_u<2,v<2 erf(z_conv2d_0)[n,o,q·2+u,2·r+v]",
      "pool = max_u<2,v<2 erf(z_conv2d_0)[n,o,2·q+u,r·2+v]",
      "loss = −(Σ_batch (Σ_j onehot(c) ⊙ logSoftmax(z))) / N",
      "δ_conv2d_0 = 1.1283792·exp(−z_conv2d_0[n,o,a,b]²)·Σ_q,r,u<2,v<2 δ_pool[n,o,q,r]·[q·2+u = a]·[2·r+v = b]·[(u,v) = argmax_u,v erf(z_conv2d_0)[n,o,2·q+u,2·r+v]]",
      "δ_conv2d_0 = 1.1283792·exp(−z_conv2d_0[n,o,a,b]²)·Σ_q,r,u<2,v<2 δ_pool[n,o,q,r]·[2·q+u = a]·[r·2+v = b]·[(u,v) = argmax_u,v erf(z_conv2d_0)[n,o,2·q+u,2·r+v]]",
      "δ_conv2d_0 = 1.1283792·exp(−z_conv2d_0[n,o,a,b]²)·Σ_q,r,u<2,v<2 δ_pool[n,o,q,r]·[2·q+u = a]·[2·r+v = b]·[(u,v) = argmax_u,v erf(z_conv2d_0)[n,o,q·2+u,2·r+v]]",
      "δ_conv2d_0 = 1.1283792·exp(−z_conv2d_0[n,o,a,b]²)·Σ_q,r,u<2,v<2 δ_pool[n,o,q,r]·[2·q+u = a]·[2·r+v = b]·[(u,v) = argmax_u,v erf(z_conv2d_0)[n,o,2·q+u,r·2+v]]",
    ]
  `);
});
