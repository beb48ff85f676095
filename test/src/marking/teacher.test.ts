// Lines as a teacher writes them, of networks that are no chain of layers, which both the page and a claim say.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadFile } from "../../../src/definition-file.ts";
import type { Model } from "../../../src/model.ts";
import { faultsIn, verdictsOn } from "../../reader/compare.ts";
import { subjectsOf } from "../../reader/harness.ts";
import { netOf } from "./nets.ts";

const { exports } = await loadFile(fileURLToPath(new URL("./teacher.model.ts", import.meta.url)));
const read = (definition: string) => netOf(exports[definition] as Model);

const lines: readonly (readonly [name: string, right: string, definition: string])[] = [
  ["nearest", "gather(table, argmin_j(d))", "codes"],
  ["loss", "mean(softplus(score))", "judge"],
  ["H", "tanh(A·(X·W))", "neighbours"],
  ["e", "tanh(left + rightᵀ)", "pairs"],
  ["logits", "score − cut", "ranks"],
  ["∂loss/∂steps", "flip_i(cumsum_i(flip_i(δ_cut))) ⊙ sigmoid(steps)", "ranks"],
  ["c", "h − m", "centred"],
  ["∂loss/∂g[n,j]", "(0.02·load[j]) / batch + Σ_s opinions[n,j,s]·δ_out[n,s]", "experts"],
  ["δ_g", "g ⊙ (∂loss/∂g − Σ_j ∂loss/∂g ⊙ g)", "experts"],
  ["∂loss/∂pieces[n,i,j]", "[j = argmax_k(pieces)[n,i]]·Σ_s W_yhat[i,s]·δ_yhat[n,s]", "maxout"],
  ["δ_one", "slice_0:2((δ_out·W_outᵀ) / 16)[i,j] ⊙ [one > 0]", "branches"],
  ["∂loss/∂W_three[o,i,u,v]", "Σ_n,p,q δ_three[n,o,p,q]·x[n,i,p+u−1,q+v−1]", "branches"],
  ["all", "concat_j(broadcast(cls[j,k], [batch, 1, 3]), tokens)", "before"],
  ["P", "softmax(Sᵀ)ᵀ + softmax(S)", "bothWays"],
  ["rest", "mean(logSumExp_batch(S))", "bothWays"],
  ["∂loss/∂A", "4·xᵀ·(δ_out·Bᵀ)", "lowRank"],
];

test.each(lines)("%s = %s", async (name, right, definition) => {
  const net = await read(definition);
  expect(net.lines.get(name)).toBe(right);
  const verdicts = net.mark([...net.lines].map(([left, line]) => `${left} = ${line}`).join("\n"));
  expect(verdicts.filter(({ verdict }) => verdict !== "right")).toEqual([]);
});

test.each(Object.keys(exports))("the page of %s is read from its text alone", async (definition) => {
  for (const subject of await subjectsOf(exports[definition] as Model)) expect(faultsIn(verdictsOn(subject))).toEqual([]);
});

test("the nearest is not the furthest", async () => {
  const net = await read("codes");
  expect(net.mark("nearest = gather(table, argmax_j(d))")[0]).toMatchObject({ kind: "exchanged", hint: "argmax stands where argmin belongs" });
});

const wrong: readonly (readonly [claim: string, kind: string, hint: string, definition: string])[] = [
  ["∂loss/∂W_field_0 = xᵀ·δ_field_0_2 + middleᵀ·δ_field_0_1", "exchanged", "middleᵀ and xᵀ are exchanged", "twice"],
  ["above = max(0.1 − length, 0)²", "sign", "the sign of length − 0.1 is wrong", "margins"],
  ["∂loss/∂b_c[o] = Σ_n δ_c[n,o,p]", "missing", "the sum over p is missing", "sequence"],
  ["∂loss/∂b_c[o] = δ_c[n,o,p]", "missing", "the sum over n,p is missing", "sequence"],
  ["h = H ⊙ T + x ⊙ T", "exchanged", "T stands where 1 − T belongs", "highway"],
  ["h = H ⊙ (1 − T) + x ⊙ (1 − T)", "exchanged", "1 − T stands where T belongs", "highway"],
  ["cost = 0.1·h²", "missing", "tanh is missing", "highway"],
  ["δ_score = ((p − y) / batch) ⊙ p ⊙ (1 − p)", "extra", "the factor p ⊙ (1 − p) is one too many", "highway"],
  ["kept = z", "missing", "the choice by y > 0.25 is missing", "hidden"],
  ["c[n,o,p] = b_c[o] + Σ_u W_c[o,i,u]·s[n,i,p+u]", "missing", "the sum over i is missing", "sequence"],
];

test.each(wrong)("%s: %s", async (claim, kind, hint, definition) => {
  const net = await read(definition);
  expect(net.mark(claim)[0]).toMatchObject({ verdict: "wrong", kind, hint });
});
