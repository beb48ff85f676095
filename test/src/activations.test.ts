// Settings of activations, by position and by name, and the wrong ones refused in the words of the call.
import { describe, expect, it, test } from "vitest";
import { GradcError } from "../../runtime/error.ts";
import { f32, nn, type Tensor } from "../../src/index.ts";
import { define } from "./running.ts";

const odd = (value: unknown) => value as never;

type Body = (x: Tensor) => Tensor;

const made = (body: Body): Tensor => define({ x: f32("batch", 3) }, ({ x }) => ({ outputs: { y: body(x) } })).outputs.y as Tensor;

function refusal(body: Body): string {
  try {
    made(body);
  } catch (error) {
    if (error instanceof GradcError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("There was no error");
}

describe("settings of activations", () => {
  it("are by position or by name, in both forms", () => {
    // Equal nodes of one graph are one object.
    const same = (...bodies: readonly Body[]) =>
      define({ x: f32("batch", 3) }, ({ x }) => {
        const results = bodies.map((body) => body(x));
        expect(new Set(results).size).toBe(1);
        return { outputs: { x } };
      });
    same(
      (x) => nn.leakyRelu(x, 0.25),
      (x) => nn.leakyRelu(x, { negativeSlope: 0.25 }),
      nn.leakyRelu(0.25),
      nn.leakyRelu(0.25, { name: "a" }),
      nn.leakyRelu({ negativeSlope: 0.25, name: "b" }),
    );
    same(nn.hardtanh, nn.hardtanh(-1), nn.hardtanh(-1, { maxVal: 1 }), nn.hardtanh(undefined, 1), (x) => nn.hardtanh(x, undefined, { maxVal: 1 }));
    same(nn.celu, nn.elu(1), nn.elu({ name: "c" }));
    same(nn.softplus, nn.softplus({ beta: 1, threshold: 20 }));
  });

  test.each<[string, Body]>([
    [
      'unknown-option: Cannot apply "nn.leakyRelu": there is no option "negative_slope", the nearest is "negativeSlope"',
      (x) => nn.leakyRelu(x, odd({ negative_slope: 1 })),
    ],
    ['setting-out-of-range: Cannot apply "nn.leakyRelu": "negativeSlope"', (x) => nn.leakyRelu(x, odd("0.1"))],
    ['setting-out-of-range: Cannot apply "nn.leakyRelu": "options"', (x) => nn.leakyRelu(x, 0.1, odd(0.2))],
    ['setting-out-of-range: Cannot apply "nn.elu": "alpha"', (x) => nn.elu(x, Number.NaN)],
    ['setting-out-of-range: Cannot apply "nn.celu": "alpha"', (x) => nn.celu(x, { alpha: 0 })],
    ['setting-out-of-range: Cannot apply "nn.hardtanh": "maxVal"', (x) => nn.hardtanh(x, 1, -1)],
    ['setting-out-of-range: Cannot apply "nn.softplus": "beta"', (x) => nn.softplus(x, { beta: 0 })],
    ['setting-out-of-range: Cannot apply "nn.gelu": "approximate"', (x) => nn.gelu(x, { approximate: odd("erf") })],
    ['setting-out-of-range: Cannot apply "nn.glu": "dim"', (x) => nn.glu(x)],
    ['setting-out-of-range: Cannot apply "nn.glu": "dim"', (x) => nn.glu(x, { dim: 0 })],
    ['axis-out-of-range: Cannot apply "nn.logSoftmax"', (x) => nn.logSoftmax(x, { dim: 2 })],
    ['setting-out-of-range: Cannot apply "nn.prelu": "numParameters"', (x) => nn.prelu(x, { numParameters: 0 })],
    ['shape-mismatch: Cannot apply "nn.prelu"', (x) => nn.prelu(x, { numParameters: 2 })],
  ])("%s", (message, body) => expect(refusal(body)).toContain(message));
});
