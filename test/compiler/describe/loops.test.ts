// Pages of loops: what steps are handed, and what all of them have, is said so that both readers find its value.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadFile } from "../../../src/definition-file.ts";
import type { Model } from "../../../src/model.ts";
import { faultsIn, verdictsOn } from "../../reader/compare.ts";
import { derivedOf, subjectsOf } from "../../reader/harness.ts";
import { bothOf } from "../../src/marking/nets.ts";

const { exports } = await loadFile(fileURLToPath(new URL("./loops.model.ts", import.meta.url)));
const names = Object.keys(exports);
const pageOf = async (name: string): Promise<string> => (await derivedOf(exports[name] as Model)).text;

test.each(names)("%s is read from its page alone", async (name) => {
  for (const subject of await subjectsOf(exports[name] as Model)) {
    const verdicts = verdictsOn(subject);
    expect(faultsIn(verdicts)).toEqual([]);
    expect(verdicts.filter(({ verdict }) => verdict === "right").length).toBeGreaterThan(4);
  }
});

test.each(names)("the lines of %s are right where they are claimed", async (name) => {
  for (const net of await bothOf(exports[name] as Model)) {
    const claims = [...net.lines].map(([left, right]) => `${left} = ${right}`);
    const found = net.mark(claims.join("\n"));
    expect(found.filter(({ verdict }) => verdict !== "right" && verdict !== "carried")).toEqual([]);
    expect(found.length).toBe(claims.length);
  }
});

test.each([
  ["lastByName", ["h_0 = x", "h_t = h_{t−1} + tanh(h_{t−1}·W)", "h = h_T", "  h     value      batch×2 at 4 steps"]],
  ["lastBesideAll", ["h = h_T", "s′_t = h_t"]],
  ["counted", ["δ_rec_c_t = ε_c_{t+1} + ", "δ_rec_f_t = δ_rec_c_t ⊙ rec_c_{t−1} ⊙ rec_f_t ⊙ (1 − rec_f_t) ⊙ s"]],
  ["countedGates", ["⊙ (1 − rec_z_t) ⊙ (1 − rec_n_t²) ⊙ s′_t", "δ_rec_U_t = concat(δ_rec_r_t, δ_rec_z_t, δ_rec_n_t ⊙ rec_r_t)"]],
  ["spring", ["δ_path_halfForce_t = 0.5·ε_speed_{t+1}", "δ_path_force_t = 0.125·δ_path_place_t"]],
  ["unnamed", ["ε_c_t = δ_out_1_c_t", "ε_t = δ_out_h_t ⊙ out_z_t", "δ_out_t = concat(δ_out_r_t, δ_out_z_t, δ_out_n_t)", "out_output = "]],
  ["unnamedLast", ["ε_out_1_t = ", "ε_out_t = δ_out_t·U_outᵀ", "δ_out_t = ε_out_{t+1} ⊙ (1 − out_h_t²)"]],
  ["directions", ["dropped_rec = ", "∂loss/∂W_l1r_rec = Σ_t dropped_rec_tᵀ·δ_rec_l1r_t"]],
  ["filter", ["P_0 = broadcast(1, [batch])", "v1_t = ((1 − run_e_t² / (run_Pm_t + R)) / (batch·5) − δ_run_K_t ⊙ run_K_t) / (run_Pm_t + R)"]],
  ["letters", ["h_t = ε_{t+1} + δ_scores_t·W_scoresᵀ", "∂loss/∂W_scores = Σ_t "]],
  ["learnedStart", ["h_0 = broadcast(first, [batch, 3])"]],
  ["cell", ["δ_run_a_t = ε_{t+1} ⊙ (1 − ", "∂loss/∂V = Σ_t run_h_{t−1}ᵀ·δ_run_a_t"]],
  ["handedOn", ["ε_e_t = ε_e_{t+1}", "δ_rest_t = ε_a_{t+1}"]],
])("the page of %s has the lines of a book", async (name, lines) => {
  const text = await pageOf(name);
  for (const line of lines) expect(text).toContain(line);
});
