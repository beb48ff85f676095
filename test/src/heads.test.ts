// What the manifest says of outputs that a cross-entropy compares, and of its targets.
import { elementwise, f32, i32, losses, model, nn, ops, optim } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { describe, expect, test } from "vitest";
import type { Result, Tensor } from "../../src/index.ts";
import { codeOf } from "../support/code-of.ts";
import { define } from "./running.ts";

type Inputs = Parameters<Parameters<typeof model<{ x: ReturnType<typeof f32>; y: ReturnType<typeof f32>; k: ReturnType<typeof i32> }, string>>[2]>[0];

const unit = { lower: 0, upper: 1 };

const heads = (body: (inputs: Inputs) => Result) => {
  const { heads: found, binary } = define({ x: f32("batch", 3), y: f32("batch", 3), k: i32("batch") }, body as never);
  return [found, binary];
};

describe("heads", () => {
  test("logits, and their probabilities", () => {
    const found = heads(({ x, k }) => {
      const logits = nn.linear(x, 3);
      return { outputs: { logits, p: nn.softmax(logits), other: ops.mul(logits, 2) }, loss: losses.crossEntropy(logits, k) };
    });
    const target = "k";
    expect(found).toEqual([
      [
        { output: "logits", target, link: "softmax" },
        { output: "p", target, link: "identity" },
      ],
      {},
    ]);
  });

  test("of yes and no", () => {
    expect(
      heads(({ x, y }) => {
        const z = nn.linear(x, 3);
        return { outputs: { z, p: nn.sigmoid(z) }, loss: losses.bceWithLogits(z, y) };
      }),
    ).toEqual([
      [
        { output: "z", target: "y", link: "sigmoid" },
        { output: "p", target: "y", link: "identity" },
      ],
      { y: unit },
    ]);
    expect(
      heads(({ x, y }) => {
        const p = nn.sigmoid(nn.linear(x, 3));
        return { outputs: { p }, loss: losses.bce(p, y) };
      }),
    ).toEqual([[{ output: "p", target: "y", link: "identity" }], { y: unit }]);
  });

  test("a target that is converted or has another form", () => {
    expect(heads(({ x, k }) => ({ outputs: { z: x }, loss: losses.bceWithLogits(nn.linear(x, 1), ops.reshape(k, ["batch", 1])) }))[1]).toEqual({
      k: unit,
    });
  });

  test.each<[string, (inputs: Inputs) => Tensor, object]>([
    ["half of it", ({ y }) => ops.mul(y, 0.5), { y: { lower: 0, upper: 2 } }],
    ["smoothed labels", ({ y }) => ops.add(ops.mul(0.9, y), 0.05), { y: { lower: -0.0555556, upper: 1.05556 } }],
    ["-1 and 1", ({ y }) => elementwise("(y + 1)/2")(y), { y: { lower: -1, upper: 1 } }],
    ["the other one", ({ y }) => ops.neg(ops.sub(y, 1)), { y: unit }],
    ["what is left of 1", ({ y }) => ops.sub(1, y), { y: unit }],
    ["bytes", ({ y }) => ops.reshape(ops.div(y, 255), ["batch", 3]), { y: { lower: 0, upper: 255 } }],
    ["a tenth, which f32 has not", ({ y }) => ops.mul(y, 0.1), { y: { lower: 0, upper: 10 } }],
    ["nothing of it", ({ y }) => ops.add(ops.mul(y, 0), 0.5), {}],
    ["another function of it", ({ y }) => ops.square(y), {}],
    ["a sum of inputs", ({ x, y }) => ops.add(x, y), {}],
    ["a comparison", ({ y }) => ops.cast(ops.compare(y, 3, "gt"), "f32"), {}],
  ])("a target that is %s says where its input lies", (_, target, interval) => {
    expect(heads((inputs) => ({ outputs: { z: inputs.x }, loss: losses.bceWithLogits(nn.linear(inputs.x, 3), target(inputs)) }))[1]).toEqual(
      interval,
    );
  });

  test("of two targets of one input both hold", () => {
    const loss = ({ x, y }: Inputs) => {
      const z = nn.linear(x, 3);
      return ops.add(losses.bceWithLogits(z, ops.mul(y, 2)), losses.bceWithLogits(z, ops.add(y, 0.25)));
    };
    expect(heads((inputs) => ({ outputs: { z: inputs.x }, loss: loss(inputs) }))[1]).toEqual({ y: { lower: 0, upper: 0.5 } });
  });

  test("other losses have none", () => {
    expect(heads(({ x, y }) => ({ outputs: { x }, loss: losses.mse(nn.linear(x, 3), y) }))).toEqual([[], {}]);
  });
});

describe("targets of yes and no lie in [0, 1]", () => {
  test("and are checked in every call that compares, before anything changes", async () => {
    const binary = model("binary", { x: f32("batch", 1), y: f32("batch", 1), k: i32("batch", 1) }, ({ x, y, k }) => {
      const z = nn.linear(x, 1);
      return { outputs: { z }, loss: ops.add(losses.bceWithLogits(z, y), losses.bce(nn.sigmoid(z), k)) };
    });
    const net = await load(await compile(binary, { optimizer: optim.sgd() }));
    const before = net.state();
    for (const call of ["step", "gradients", "evaluate"] as const) {
      expect(() => net[call]({ x: [1, 2], y: [1, 2], k: [0, 1] })).toThrow('"y", row 1: 2 is outside [0, 1]');
      expect(codeOf(() => net[call]({ x: [1], y: [-0.1], k: [0] }))).toBe("bad-value");
      expect(codeOf(() => net[call]({ x: [1], y: [Number.NaN], k: [0] }))).toBe("bad-value");
      expect(() => net[call]({ x: [1, 2], y: [0, 1], k: [0, 2] })).toThrow('"k", row 1: 2 is outside [0, 2)');
      expect(net.state()).toEqual(before);
      expect(net[call]({ x: [1, 2, 3], y: [0, 0.5, 1], k: [0, 1, 1] }).loss).toBeGreaterThan(0);
      net.restore(before);
    }
    expect(net.manifest.inputs.find(({ name }) => name === "y")?.range).toEqual({ lower: 0, upper: 1 });
  });

  test("so does what a target is made of", async () => {
    const doubled = model("doubled", { x: f32("batch", 1), y: f32("batch", 1) }, ({ x, y }) => {
      const z = nn.linear(x, 1);
      return { outputs: { z }, loss: losses.bceWithLogits(z, ops.mul(y, 2)) };
    });
    const net = await load(await compile(doubled, { optimizer: optim.sgd() }));
    expect(() => net.step({ x: [1, 2], y: [0.5, 1] })).toThrow('"y", row 1: 1 is outside [0, 0.5]');
    expect(net.step({ x: [1, 2], y: [0.5, 0] }).loss).toBeGreaterThan(0);
  });

  test("where they are inputs of the outputs too, a prediction takes any", async () => {
    const copied = model("copied", { x: f32("batch", 2) }, ({ x }) => {
      const z = nn.linear(x, 2);
      return { outputs: { z }, loss: losses.bceWithLogits(z, x) };
    });
    const net = await load(await compile(copied, { optimizer: optim.sgd() }));
    expect(net.predict({ x: [3, -4] }).z).toHaveLength(2);
    expect(codeOf(() => net.step({ x: [3, -4] }))).toBe("bad-value");
  });
});
