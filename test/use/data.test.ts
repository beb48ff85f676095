// Data that do not fit a net, in every call: refused before anything changes.
import { f32, i32, losses, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { fit, load, type Net } from "gradc/runtime";
import { beforeAll, describe, expect, test } from "vitest";
import { codeOf, codeOfAsync } from "../support/code-of.ts";

const flower = model("flower", { x: f32("batch", 3), kind: i32("batch") }, ({ x, kind }) => {
  const logits = nn.linear(nn.standardize(x), 3, { name: "logits" });
  return { outputs: { logits }, loss: losses.crossEntropy(logits, kind) };
});

let net: Net;
beforeAll(async () => {
  net = await load(await compile(flower, { batch: 4, optimizer: optim.sgd() }));
});

const odd = (value: unknown) => value as never;
const good = { x: [1, 2, 3, 4, 5, 6], kind: [0, 2] };

describe.each(["step", "gradients", "evaluate", "predict"] as const)("%s", (call) => {
  test.each<[string, string, unknown]>([
    ["nothing", "missing-input", undefined],
    ["null", "missing-input", null],
    ["a number", "shape-mismatch", { ...good, x: 3 }],
    ["text", "shape-mismatch", { ...good, x: "1,2,3" }],
    [
      "rows and columns exchanged",
      "shape-mismatch",
      {
        x: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
        kind: [0, 1],
      },
    ],
    [
      "no value in a row",
      "bad-value",
      {
        x: [
          [1, 2, undefined],
          [4, 5, 6],
        ],
        kind: [0, 1],
      },
    ],
  ])("%s: %s", (_, code, inputs) => {
    expect(codeOf(() => net[call](odd(inputs)))).toBe(code);
  });
});

test("lists of rows may be flat, nested or typed", () => {
  const forms = [
    good.x,
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
    Float64Array.from(good.x),
    [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)],
  ];
  const [first, ...others] = forms.map((x) => net.predict({ x }).logits);
  for (const logits of others) expect(logits).toEqual(first);
});

test.each<[string, unknown]>([
  ["null", null],
  ["nothing", undefined],
  ["text", "abc"],
  [
    "rows and columns exchanged",
    [
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
])("a write of %s changes nothing", (_, data) => {
  const before = net.read("logits.bias");
  expect(codeOf(() => net.write("logits.bias", odd(data)))).toBe("shape-mismatch");
  expect(net.read("logits.bias")).toEqual(before);
});

describe("fit", () => {
  const data = { x: new Float32Array(30).map((_, i) => i % 7), kind: new Int32Array(10).map((_, i) => i % 3) };

  test.each<[string, string, unknown, unknown]>([
    ["no data", "missing-input", null, { epochs: 1 }],
    ["no options", "bad-option", data, undefined],
    ["no epochs", "bad-option", data, {}],
    ["a seed that is no whole number", "bad-option", data, { epochs: 1, seed: 0.5 }],
    ["no rows to validate with", "missing-input", data, { epochs: 1, validation: null }],
    ["an input that validation lacks", "missing-input", data, { epochs: 1, validation: { x: [1, 2, 3] } }],
    ["a class out of range in validation", "index-range", data, { epochs: 1, validation: { x: [1, 2, 3], kind: [3] } }],
    ["validation of no rows", "no-rows", data, { epochs: 1, validation: { x: [], kind: [] } }],
  ])("%s: %s, before the first step", async (_, code, rows, options) => {
    const before = net.state();
    expect(await codeOfAsync(fit(net, odd(rows), odd(options)))).toBe(code);
    expect(net.state()).toEqual(before);
  });

  test("something that is no net", async () => {
    expect(await codeOfAsync(fit(odd({}), data, { epochs: 1 }))).toBe("bad-option");
    expect(await codeOfAsync(fit(odd(undefined), data, { epochs: 1 }))).toBe("bad-option");
  });
});
