// Where a step stops being finite: each case is a model, its rows, and what is said of them.
import { describe, expect, test } from "vitest";
import type { Source } from "../../../compiler/interpret.ts";
import { withBodies } from "../../../compiler/ir/walk.ts";
import { load } from "../../../runtime/index.ts";
import { compile } from "../../../src/compile.ts";
import { brief, causeOf, steepSlope } from "../../../src/divergence/cause.ts";
import { valueIn } from "../../../src/divergence/origin.ts";
import { traceStep } from "../../../src/divergence/trace.ts";
import { whereaboutsOf } from "../../../src/divergence/whereabouts.ts";
import { f32, losses, model, nn, ops, optim, type Tensor } from "../../../src/index.ts";
import { openModule } from "../../../src/open.ts";

interface Case {
  readonly body: (x: Tensor) => Tensor;
  readonly x: readonly number[];
  readonly lr?: number;
  /** Values of variables in place of their initial ones. */
  readonly written?: Readonly<Record<string, readonly number[]>>;
}

/** What a step on rows of two numbers, whose targets are 0, does first that is not finite. */
async function traced({ body, x, lr = 0.1, written = {} }: Case) {
  const definition = model("net", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const out = body(x);
    return { outputs: { out }, loss: losses.mse(out, y) };
  });
  const { wasm } = await compile(definition, { optimizer: optim.sgd({ lr }) });
  const net = await load(wasm);
  for (const [name, values] of Object.entries(written)) net.write(name, values);
  const { program } = await openModule(wasm.slice());
  const rows = x.length / 2;
  const sources = new Map<string, Source>([
    ["x", { shape: [rows, 2], data: x }],
    ["y", { shape: [rows, 1], data: Array<number>(rows).fill(0) }],
  ]);
  for (const { name, dtype, shape } of net.manifest.variables) sources.set(name, { dtype, shape, data: net.read(name) });
  return traceStep(program, { sources, rows });
}

const said = async (one: Case) => {
  const found = await traced(one);
  if (!found) return undefined;
  const { value, layer } = whereaboutsOf(found);
  return { op: found.node.op, phase: found.phase, value, layer, text: causeOf(found).text };
};

const linear = (x: Tensor, name = "out", options = {}): Tensor => nn.linear(x, 1, { name, ...options });
const rows = [1, 2, 3, 4];
const ones = { "d.weight": [1, 1] };

describe("a step is not finite first", () => {
  test.each<readonly [what: string, one: Case, expected: object]>([
    [
      "in a logarithm of 0",
      { body: (x) => linear(ops.log(x)), x: [1, 2, 0, 4] },
      { op: "log", phase: "forward pass", layer: 'before layer "out"', text: "log(0) is -Infinity: a logarithm of 0" },
    ],
    [
      "in a logarithm of a negative number",
      { body: (x) => linear(ops.log(x)), x: [1, 2, 3, -0.25] },
      { op: "log", text: "log(-0.25) is NaN: a logarithm of a negative number" },
    ],
    ["in exp of a large number", { body: (x) => linear(ops.exp(x)), x: [1, 2, 104.5, 4] }, { op: "exp", text: /^exp\(104.5\) is Infinity: beyond/ }],
    [
      "in 0 over 0, not in what came of it",
      { body: (x) => linear(ops.tanh(ops.div(x, ops.sub(x, x)))), x: [1, 2, 0, 4] },
      { op: "div", text: /^\d \/ 0 is \w+: / },
    ],
    [
      "in a root of a negative number",
      { body: (x) => ops.sqrt(linear(x, "d", { bias: false })), x: [-1, -2, 3, 4], written: ones },
      { op: "sqrt", layer: 'after layer "d"', text: "sqrt(-3) is NaN: a root of a negative number" },
    ],
    [
      "in a fractional power",
      { body: (x) => ops.pow(linear(x, "d", { bias: false }), 1.5), x: [-1, -2, 3, 4], written: ones },
      { op: "pow", text: "(-3)^1.5 is NaN: a fractional power of a negative number" },
    ],
    [
      "in a sum of products",
      { body: (x) => linear(x), x: rows, written: { "out.weight": [3e38, 3e38] } },
      { op: "contract", layer: 'layer "out"', text: /^a sum of products of numbers up to 3e38 is Infinity/ },
    ],
    [
      "in what a loss squares",
      { body: (x) => linear(x), x: rows, written: { "out.weight": [1e30, 0] } },
      { phase: "forward pass", layer: 'after layer "out"', value: 'what "loss" is computed from' },
    ],
    [
      "in an update",
      { body: (x) => linear(x), x: rows, lr: 3e38, written: { "out.weight": [1, 1] } },
      { phase: "updates", layer: 'layer "out"', text: /^3e38 · / },
    ],
    [
      "in weights that were not before",
      { body: (x) => linear(x), x: rows, written: { "out.bias": [Number.NaN] } },
      { text: "it is NaN before the step" },
    ],
  ])("%s", async (_, one, expected) => {
    const got = await said(one);
    for (const [key, value] of Object.entries(expected)) {
      const own = got?.[key as keyof typeof got];
      if (value instanceof RegExp) expect(own).toMatch(value);
      else expect(own).toBe(value);
    }
  });

  test("in the slope of a root at 0, though the loss is finite", async () => {
    const found = await traced({ body: (x) => ops.sqrt(ops.square(linear(x, "d", { init: "zeros", bias: false }))), x: rows });
    if (!found) throw new Error("nothing found");
    expect(found.phase).toBe("gradients");
    expect(whereaboutsOf(found).value).toBe('the gradient of "d.weight"');
    expect(steepSlope(found, new Set(withBodies([found.parts.loss])))?.of.op).toBe("sqrt");
  });

  test("in a step of a loop", async () => {
    const grown = (x: Tensor) => {
      const { carry } = ops.scan(({ carry: { h } }) => ({ carry: { h: ops.mul(h, ops.mul(h, 10)) } }), { carry: { h: linear(x, "d") }, length: 20 });
      return ops.tanh(carry.h);
    };
    // 10·h² of 1 is 1e1, 1e3, 1e7, 1e15, 1e31, and then too much.
    const found = await traced({ body: grown, x: rows, written: { "d.weight": [0, 0], "d.bias": [1] } });
    expect(found?.frame.step?.at).toBe(5);
    expect(found && brief(valueIn(found.frame, found.node.inputs[0] as never).data[0] as number)).toBe("1e31");
  });

  test("nowhere, where infinities are meant", async () => {
    const masked = (x: Tensor) => linear(ops.softmax(ops.where(ops.compare(x, 2, "gt"), x, Number.NEGATIVE_INFINITY), { dim: 1 }));
    expect(await traced({ body: masked, x: [1, 3, 3, 4] })).toBeUndefined();
    // A row that is masked as a whole is NaN where its largest number, which is infinite, is taken off.
    expect(await said({ body: masked, x: [1, 1, 3, 4] })).toMatchObject({ op: "sub", text: "-Infinity - (-Infinity) is NaN" });
  });
});
