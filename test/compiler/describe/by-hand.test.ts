// Pages and pictures of what was written by hand say it by the names that there are.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadFile } from "../../../src/definition-file.ts";
import type { Model } from "../../../src/model.ts";
import { faultsIn, verdictsOn } from "../../reader/compare.ts";
import { derivedOf, subjectsOf } from "../../reader/harness.ts";
import { command } from "../../support/command.ts";

const path = fileURLToPath(new URL("./by-hand.model.ts", import.meta.url));
const { exports } = await loadFile(path);
const names = Object.keys(exports);

test.each(names)("%s is read from its page alone", async (name) => {
  for (const subject of await subjectsOf(exports[name] as Model)) {
    const verdicts = verdictsOn(subject);
    expect(faultsIn(verdicts)).toEqual([]);
    expect(verdicts.filter(({ verdict }) => verdict === "right").length).toBeGreaterThan(4);
  }
});

test.each([
  ["attention", ["δ_S = A ⊙ (", "δ_k = (δ_S/√(3))ᵀ·q", "δ_q = δ_S/√(3)·k"]],
  ["twins", ["{0 if d = 0, else (ea − eb) / d}"]],
  ["sums", ["dropped_1 = ((x·W_one + b_one) / 0.8) ⊙ [", "out = (middle + dropped_2)·W_out + b_out"]],
  ["smaller", ["(step(clipped ⊙ gain − ratio ⊙ gain) + step(ratio ⊙ gain − clipped ⊙ gain) ⊙ [ratio ≥ 0.8] ⊙ [ratio ≤ 1.2])"]],
  ["quantiles", ["δ_q = −(step(tau ⊙ e − (tau − 1) ⊙ e) ⊙ tau + step((tau − 1) ⊙ e − tau ⊙ e) ⊙ (tau − 1)) / batch"]],
  ["paths", ["δ_both_t = softmax_j(both_t) ⊙ ε_{t+1}[i,k]"]],
  ["decoder", ["δ_scores_t = a_t ⊙ (δ_a_t − Σ_j δ_a_t ⊙ a_t)"]],
  ["looked", ["A_out = softmax((q·kᵀ) / √(3))", "δ_A_out = A_out ⊙ (", "∂loss by A_out before its activation"]],
  ["shifted", ["δ_beta = (δ_out·W_outᵀ) ⊙ [", "∂loss/∂beta = Σ_batch δ_beta", "∂loss by the sum with beta"]],
  ["alike", ["δ_v = (∂loss/∂v − (Σ_j ∂loss/∂v ⊙ v) ⊙ v ⊙ [", "δ_u = (∂loss/∂u − (Σ_j ∂loss/∂u ⊙ u) ⊙ u ⊙ ["]],
  ["gated", ["δ_mixed = δ_out·W_outᵀ", "δ_T = δ_mixed ⊙ (H − x) ⊙ T ⊙ (1 − T)"]],
  ["mixture", ["δ_pi = pi ⊙ ((1 − density/likelihood) / batch)"]],
  ["beside", ["powers = stack_j(1, u, u²)", "V = W + b[j]", "∂loss by what the layer of value gives"]],
  ["worth", ["q = take_j(values, action)"]],
  ["normalised", ["variance = mean_batch((z − mu)²)", "δ_shaped − mean_batch(δ_shaped) − zhat ⊙ mean_batch(δ_shaped ⊙ zhat)"]],
  ["apart", ["loss = std(z)", "δ_z = 2·((z − mean(z)) / (2·std(z)·(batch·3 − 1)))"]],
  ["deviations", ["− mean_batch(z)) / std_batch(z)", "(batch − 1)", " / std_batch(z)\n\nGradients"]],
])("the page of %s has the lines of a book, and no other name", async (name, lines) => {
  const { text } = await derivedOf(exports[name] as Model);
  for (const line of lines) expect(text).toContain(line);
  expect(text).not.toMatch(/\bv\d/);
});

test("what is taken at places has its error where these are", async () => {
  const { text } = await derivedOf(exports.worth as Model);
  expect(text).toContain("δ_values = (2/batch·(q − goal)) ⊙ onehot(action)");
});

test("a picture calls layers whose output is dropped by their own names, and says no formula of others than its boxes", async () => {
  const { out } = await command("inspect", path, "--model", "sums", "--format", "svg");
  for (const said of ["one (linear → dropout, ", "tanh(x + one)", "two (linear → dropout, ", "middle + two, "]) expect(out).toContain(said);
  expect(out).not.toContain("dropped");
});
