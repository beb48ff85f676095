import { f32, losses, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { afterEach, describe, expect, test, vi } from "vitest";
import { callOf } from "../../../compiler/kernel/call.ts";
import { constantExpr } from "../../../compiler/kernel/kernel.ts";
import { checkKernels } from "../../../compiler/pipeline/check-kernels.ts";
import { passNames } from "../../../compiler/pipeline/pass.ts";
import { Pipeline } from "../../../compiler/pipeline/pipeline.ts";
import { axis, buffer, kernel, load, op, parallel, store } from "../kernel/kernels.ts";

const net = model("net", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const out = nn.linear(nn.standardize(x), 1);
  return { outputs: { out }, loss: losses.mse(out, y) };
});

const printed = () => vi.spyOn(console, "error").mockImplementation(() => undefined);
afterEach(() => vi.restoreAllMocks());

describe("a compilation", () => {
  test("tells the time of every pass, in their order", async () => {
    const passes = new Set<string>();
    await compile(net, { optimizer: optim.adam(), debug: { time: (pass, milliseconds) => void (milliseconds >= 0 && passes.add(pass)) } });
    expect([...passes]).toEqual([...passNames]);
  });

  test.each(passNames)("prints what %s makes", async (name) => {
    const error = printed();
    await compile(net, { optimizer: optim.sgd({ lr: 0.1 }), debug: { dump: [name], level: 0 } });
    expect(error.mock.calls.flat().join("\n").length).toBeGreaterThan(20);
  });

  test("prints how often each rule was used from level 5 on", async () => {
    const error = printed();
    await compile(net, { optimizer: optim.sgd({ lr: 0.1 }), debug: { level: 5, dump: ["layout"] } });
    expect(error.mock.calls.flat()).toContainEqual(expect.stringMatching(/^gradc simplify +\d+ x x \+ x = x·2$/));
  });

  test.each([
    [1, false],
    [2, true],
  ] as const)("with DEBUG=%d formulas and gradients are printed: %s", async (level, isPrinted) => {
    const error = printed();
    await compile(net, { debug: { level } });
    const lines = error.mock.calls.flat().join("\n").split("\n");
    expect(lines.some((line) => line.startsWith("∂loss/∂W_linear_0 = "))).toBe(isPrinted);
    expect(lines.includes("loss = mean((out − y)²)")).toBe(isPrinted);
  });

  test("a pass that there is not is an error with the nearest", async () => {
    await expect(compile(net, { debug: { dump: ["diferentiate"] } })).rejects.toThrow(
      'there is no pass "diferentiate", the nearest is "differentiate"',
    );
  });
});

describe("Pipeline", () => {
  test("an error of a check names the pass", () => {
    const check = () => {
      throw new Error("it is wrong");
    };
    const pipeline = new Pipeline({ level: 0, dump: [], check: 0 });
    expect(() => pipeline.run({ name: "trim", run: (x: number) => x + 1, check }, 1)).toThrow('The pass "trim" broke the program: it is wrong');
  });
});

describe("checkKernels", () => {
  const [x, y] = [buffer("x", [4], "input"), buffer("y", [4], "result")];
  const add = (addend: number) => {
    const i = axis("i", 4);
    return [{ name: "run", results: [], calls: [callOf(kernel("add", parallel(i, store(y, [i], op("add", load(x, i), constantExpr(addend))))))] }];
  };
  const check = checkKernels({}, () => 1);

  test("kernels that leave other values are found, and those before are shown", () => {
    expect(() => check(add(1), add(2), 2)).toThrow(/"y" of "run" is \[[\s\S]*before it:\nkernel add\(x\) -> y/);
    expect(() => check(add(1), add(1), 2)).not.toThrow();
    expect(() => check(add(1), add(2), 1)).not.toThrow();
  });
});
