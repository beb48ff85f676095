// Losses and activations written from ops, with the errors that a teacher writes for them; each line is right as a claim.
import { expect, test } from "vitest";
import { f32, i32, losses, model, nn, ops, parameter } from "../../../src/index.ts";
import type { Verdict } from "../../../src/marking/verdict.ts";
import type { Tensor } from "../../../src/tensor.ts";
import { netOf } from "./nets.ts";

const activated = (apply: (z: Tensor) => Tensor) =>
  model("net", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
    const a = apply(nn.linear(x, 2, { name: "z" }));
    return { outputs: { a }, loss: ops.sum(ops.mul(a, y)) };
  });

const crossEntropy = model("net", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const p = nn.sigmoid(nn.linear(x, 1, { name: "z" }));
  const each = ops.add(ops.mul(y, ops.log(p)), ops.mul(ops.sub(1, y), ops.log(ops.sub(1, p))));
  return { outputs: { p }, loss: ops.neg(ops.mean(each)) };
});

const huber = model("net", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const z = nn.linear(x, 1, { name: "z" });
  const r = ops.sub(z, y);
  const each = ops.where(ops.compare(ops.abs(r), 1, "le"), ops.mul(0.5, ops.square(r)), ops.sub(ops.abs(r), 0.5));
  return { outputs: { z }, loss: ops.mean(each) };
});

const unitVectors = model("net", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x, y }) => {
  const z = nn.linear(x, 2, { name: "z" });
  const length = ops.norm(z, { dim: 1, keepDim: true });
  return { outputs: { z }, loss: losses.mse(ops.div(z, length), y) };
});

const cases = [
  ["z·sigmoid(z)", activated((z) => ops.mul(z, ops.sigmoid(z))), "y ⊙ sigmoid(z) ⊙ (z ⊙ (1 − sigmoid(z)) + 1)"],
  ["exp(z) − 1 below 0", activated((z) => ops.where(ops.compare(z, 0, "gt"), z, ops.sub(ops.exp(z), 1))), "y ⊙ {1 if z > 0, else exp(z)}"],
  ["max(z, 0)", activated((z) => ops.maximum(z, 0)), "y ⊙ step(z)"],
  ["z − tanh(z)", activated((z) => ops.sub(z, ops.tanh(z))), "y ⊙ tanh(z)²"],
  ["a clamp", activated((z) => ops.clamp(z, 0, 1)), "y ⊙ [z ≥ 0] ⊙ [z ≤ 1]"],
  ["binary cross-entropy", crossEntropy, "(p − y) / batch"],
  ["Huber's loss", huber, "{z − y if |z − y| ≤ 1, else sign(z − y)} / batch"],
  ["unit vectors", unitVectors, undefined],
] as const;

test.each(cases)("%s has the error that a teacher writes", async (_, source, error) => {
  const net = await netOf(source);
  const { lines } = net;
  if (error !== undefined) expect(String(lines.get("δ_z")).replaceAll("z_z", "z")).toBe(error);
  const verdicts = net.mark([...lines].map(([name, line]) => `${name} = ${line}`).join("\n"));
  expect(verdicts.filter(({ verdict }) => verdict !== "right").map(({ claim }) => claim)).toEqual([]);
});

test("a part that is missing beside rows that are scattered is named", async () => {
  const tied = model("tied", { x: i32("batch"), y: f32("batch", 7) }, ({ x, y }) => {
    const E = parameter([7, 4], { name: "E" });
    const h = ops.exp(ops.gather(E, x));
    return { outputs: { h }, loss: losses.mse(ops.matmul(h, ops.transpose(E, 0, 1)), y) };
  });
  const { lines, mark } = await netOf(tied);
  const [kept, scattered] = String(lines.get("∂loss/∂E")).split(" + ");
  const [{ verdict, hint }] = mark(`∂loss/∂E = ${kept}`) as [Verdict];
  expect([verdict, hint]).toEqual(["wrong", `the term ${scattered} is missing`]);
});

test("a derivative of sigmoid that is missing is named, alone and among factors", async () => {
  const alone = activated((z) => ops.sigmoid(z));
  const hint = async (source: typeof alone, claim: string) => (await netOf(source)).mark(claim)[0]?.hint;
  expect(await hint(alone, "δ_z = y")).toBe("the factor a ⊙ (1 − a) is missing");
  const plain = model("net", { x: f32("batch", 3), y: f32("batch", 2) }, ({ x }) => {
    const a = nn.sigmoid(nn.linear(x, 2, { name: "z" }));
    return { outputs: { a }, loss: ops.sum(a) };
  });
  expect(await hint(plain, "δ_z = 1 − a²")).toBe("tanh′ stands where sigmoid′ belongs");
  expect(await hint(plain, "∂loss/∂W_z = Σ_batch x")).not.toBe("relu′ stands where sigmoid′ belongs");
});

test("a sum without the axis that is kept is told by its shape", async () => {
  const kept = model("net", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
    const z = nn.linear(x, 3, { name: "z" });
    const s = ops.sum(z, { dim: 1, keepDim: true });
    return { outputs: { s }, loss: losses.mse(ops.tanh(s), y) };
  });
  const [verdict] = (await netOf(kept)).mark("s = Σ_j (x·W_z + b_z)") as [Verdict];
  expect([verdict.verdict, verdict.kind]).toEqual(["wrong", "shape"]);
});
