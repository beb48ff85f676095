// The gradients of the parts of a parameter stand under Gradients, in front of that of the whole, and may be claimed.
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { readable } from "../../../compiler/index.ts";
import { partsToRead } from "../../../src/described.ts";
import { f32, losses, model, nn } from "../../../src/index.ts";
import { openDefinition } from "../../../src/open.ts";
import { netOf } from "./nets.ts";

const attention = model("attention", { x: f32("batch", 5, 4), y: f32("batch", 5, 4) }, ({ x, y }) => {
  const z = nn.multiheadAttention(x, x, x, 2, { name: "z" });
  return { outputs: { z }, loss: losses.mse(z, y) };
});

test("they stand in front of the gradient that they are parts of", async () => {
  const { errors, gradients, nodes, results } = pageOf(partsToRead(readable((await openDefinition(attention)).program)));
  const lefts = gradients.map(({ left }) => print(left, text));
  for (const letter of ["b", "W"]) {
    const whole = lefts.indexOf(`∂loss/∂${letter}_qkv_z`);
    expect(lefts.slice(whole - 3, whole)).toEqual(["q", "k", "v"].map((part) => `∂loss/∂${letter}_${part}_z`));
    expect(print(gradients[whole]?.right as (typeof gradients)[0]["right"], text)).toContain(`(∂loss/∂${letter}_q_z, ∂loss/∂${letter}_k_z`);
  }
  expect(errors.map(({ left }) => print(left, text)).filter((left) => /δ_[Wb]_/u.test(left))).toEqual([]);
  expect(gradients.map(({ left }) => results.get(left)?.shape.length)).not.toContain(undefined);
  expect([...nodes.keys()].filter((name) => name.startsWith("∂"))).toEqual([]);
});

test("claims of them are read, right or wrong", async () => {
  const net = await netOf(attention);
  const claims = ["∂loss/∂W_q_z[i,j] = Σ_n,s joined(δ_q_z)[n,s,j]·x[n,s,i]", "∂loss/∂W_k_z[i,j] = Σ_n,s joined(δ_q_z)[n,s,j]·x[n,s,i]"];
  const swapped = "∂loss/∂W_qkv_z = concat_j(∂loss/∂W_k_z, ∂loss/∂W_q_z, ∂loss/∂W_v_z)";
  const found = net.mark([...claims, swapped].join("\n"));
  expect(found.map(({ verdict }) => verdict)).toEqual(["right", "wrong", "wrong"]);
});
