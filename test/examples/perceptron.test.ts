// The perceptron's rule comes out of a loss, its derivative and plain gradient descent: the weights are the textbook's, example by example.
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { separable, xor } from "../../examples/perceptron/examples.ts";
import { type Example, learn } from "../../examples/perceptron/rule.ts";
import { load } from "../../runtime/index.ts";
import { type Built, compile } from "../../src/compile.ts";
import { f32, losses, model, nn, optim } from "../../src/index.ts";
import { define } from "../src/running.ts";

/** The textbook's rule: after an error, w += y·x and b += y. */
function byHand(examples: readonly Example[], epochs: number, isError: (agreement: number) => boolean, start: readonly number[]): number[][] {
  let [w1 = 0, w2 = 0, b = 0] = start;
  return Array.from({ length: epochs }, () => examples).flatMap((epoch) =>
    epoch.map(({ x, y }) => {
      if (isError(y * (w1 * x[0] + w2 * x[1] + b))) [w1, w2, b] = [w1 + y * x[0], w2 + y * x[1], b + y];
      return [w1, w2, b];
    }),
  );
}

const noSign = (weights: readonly number[]) => weights.map((weight) => weight + 0);

const definition = new URL("../../examples/perceptron/perceptron.model.ts", import.meta.url);
let built: Built;
beforeAll(async () => {
  built = await compile(definition, { batch: 1, optimizer: optim.sgd({ lr: 1 }) });
});

describe("the rule with ≤", () => {
  test("stops at an epoch without an error, by the textbook's weights all the way", async () => {
    const { epochs, cycle } = learn(await load(built), separable);
    expect(epochs.map((epoch) => epoch.filter(({ isError }) => isError).length)).toEqual([4, 2, 3, 0]);
    expect(cycle).toBeUndefined();
    const expected = byHand(separable, 4, (agreement) => agreement <= 0, [0, 0, 0]);
    expect(epochs.flat().map(({ weights }) => noSign(weights))).toEqual(expected);
  });

  test("goes round on exclusive or", async () => {
    const { epochs, cycle } = learn(await load(built), xor);
    expect(cycle).toBe(1);
    expect(epochs.flat().map(({ weights }) => noSign(weights))).toEqual([
      [0, 0, -1],
      [0, 1, 0],
      [1, 1, 1],
      [0, 0, 0],
    ]);
    const net = await load(built);
    net.write("score.weight", [3, -2]);
    net.write("score.bias", [0.5]);
    const started = learn(net, xor, 40);
    expect(started.cycle).toBe(1);
    expect(started.epochs.flat().map(({ weights }) => noSign(weights))).toEqual(
      byHand(xor, started.epochs.length, (agreement) => agreement <= 0, [3, -2, 0.5]),
    );
  });
});

test("with < as on the slide, weights of 0 stay, others follow the textbook", async () => {
  const strict = model("strict", { x: f32("batch", 2), y: f32("batch", 1) }, ({ x, y }) => {
    const score = nn.linear(x, 1, { init: { weight: "zeros", bias: "zeros" }, name: "score" });
    return { outputs: { score }, loss: losses.perceptron(score, y) };
  });
  const net = await load(await compile(strict, { batch: 1, optimizer: optim.sgd({ lr: 1 }) }));
  const { epochs } = learn(net, separable);
  expect(epochs.flat().every(({ isError, weights }) => !isError && weights.every((weight) => weight === 0))).toBe(true);
  net.write("score.weight", [1, -1]);
  const started = learn(net, separable);
  expect(started.epochs.at(-1)?.some(({ isError }) => isError)).toBe(false);
  expect(started.epochs.flat().map(({ weights }) => noSign(weights))).toEqual(
    byHand(separable, started.epochs.length, (agreement) => agreement < 0, [1, -1, 0]),
  );
});

test("a strictness that is none is refused", () => {
  const of = (options: object) => () => define({ x: f32(2) }, ({ x }) => ({ outputs: { x }, loss: losses.perceptron(x, 1, options) }));
  expect(of({ strict: "no" })).toThrow(/strict/);
  expect(of({ strickt: false })).toThrow(/the nearest is "strict"/);
});

test("the pictures are those that the program draws", async () => {
  const files = ["separable.svg", "xor.svg"].map((name) => new URL(`../../examples/perceptron/${name}`, import.meta.url));
  const before = await Promise.all(files.map((file) => readFile(file, "utf8")));
  const log = vi.spyOn(console, "log").mockReturnValue(undefined);
  await import("../../examples/perceptron/main.ts");
  log.mockRestore();
  expect(await Promise.all(files.map((file) => readFile(file, "utf8")))).toEqual(before);
});
