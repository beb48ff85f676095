// Mistakes in lines for each step of a loop, and in the arguments of functions, are named.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadFile } from "../../../src/definition-file.ts";
import { f32, losses, model, nn, ops } from "../../../src/index.ts";
import type { Model } from "../../../src/model.ts";
import { netOf } from "./nets.ts";

const { exports } = await loadFile(fileURLToPath(new URL("./steps.model.ts", import.meta.url)));

const claims = [
  ["recurrent", "h_t = tanh(u_t·W_r + b_r + h_{t−1}·U_r)", "the term c_r is missing"],
  ["recurrent", "h_t = tanh(u_t·W_r + b_r − h_{t−1}·U_r + c_r)", "the sign of h_{t−1}·U_r is wrong"],
  ["recurrent", "h_t = tanh(u_t·W_r + b_r + h_{t−1}·U_rᵀ + c_r)", "U_rᵀ stands where U_r belongs"],
  ["recurrent", "δ_r_t = ε_t ⊙ (1 − h_t²)", "ε_t stands where ε_{t+1} belongs"],
  ["recurrent", "δ_r_t = ε_{t+1} ⊙ (1 − h_t)", "the exponent 2 is missing"],
  ["recurrent", "∂loss/∂U_r = Σ_t h_tᵀ·δ_r_t", "h_t stands where h_{t−1} belongs"],
  ["attention", "a = softmax(k·qᵀ)", "(q·kᵀ)ᵀ stands where q·kᵀ belongs"],
  ["attention", "g = sigmoid(−a)", "the sign of a is wrong"],
  ["attention", "g = sigmoid(2·a)", "2 ⊙ a stands where a belongs"],
] as const;

test.each(claims)("%s: %s", async (name, claim, hint) => {
  const [verdict] = (await netOf(exports[name] as Model)).mark(claim.replaceAll("h_", "r_h_"));
  expect(verdict).toMatchObject({ verdict: "wrong", hint: hint.replaceAll("h_", "r_h_") });
});

test("an input called t is primed beside steps, whose letter that is", async () => {
  const timed = model("timed", { x: f32("batch", 3, 2), t: f32("batch", 1), y: f32("batch", 2) }, ({ x, t, y }) => {
    const h = ops.mean(nn.gru(x, 2).output, { dim: 1 });
    return { outputs: { h }, loss: losses.mse(ops.mul(h, t), y) };
  });
  const net = await netOf(timed);
  expect(net.lines.get("loss")).toBe("mean((h ⊙ t′ − y)²)");
  const found = net.mark([...net.lines].map(([name, right]) => `${name} = ${right}`).join("\n"));
  expect(found.map(({ verdict }) => verdict)).toEqual(found.map(() => "right"));
});
