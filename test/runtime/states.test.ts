// Running statistics that a definition keeps by hand, against the same arithmetic in JavaScript.
import { f32, model, ops, optim, parameter, state, update } from "gradc";
import { compile, interpret } from "gradc/compiler";
import { load } from "gradc/runtime";
import { expect, test } from "vitest";

// Scales x by what was seen of it so far: a mean and a mean square, updated and then read.
const tracked = model("tracked", { x: f32("batch", 2) }, ({ x }) => {
  const mean = state("mean", [2], 0);
  const square = state("square", [2], 1);
  const w = parameter([2], { init: 1, name: "w" });
  update(mean, ops.add(ops.mul(0.75, mean), ops.mul(0.25, ops.mean(x, { dim: 0 }))));
  update(square, ops.add(ops.mul(0.75, square), ops.mul(0.25, ops.mean(ops.square(x), { dim: 0 }))));
  const scaled = ops.div(ops.sub(x, mean), ops.sqrt(square));
  const y = ops.mul(w, scaled);
  // A second update reads the value of the first.
  const doubled = state("doubled", [2], 3);
  update(doubled, ops.add(mean, 0));
  update(doubled, ops.mul(2, doubled));
  return { outputs: { y, shifted: ops.sub(x, doubled) }, loss: ops.mean(ops.square(y)) };
});

const batches = [
  [1, 2, 3, 6],
  [-2, 4, 0, 8],
];
const seen = [5, -1, 7, 3];

type Statistics = readonly { readonly mean: number; readonly square: number }[];
const column = (x: readonly number[], at: number) => x.filter((_, i) => i % 2 === at);
const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const start: Statistics = [
  { mean: 0, square: 1 },
  { mean: 0, square: 1 },
];
const updated = (statistics: Statistics, x: readonly number[]): Statistics =>
  statistics.map(({ mean, square }, at) => ({
    mean: 0.75 * mean + 0.25 * average(column(x, at)),
    square: 0.75 * square + 0.25 * average(column(x, at).map((value) => value * value)),
  }));
const scaled = (x: readonly number[], statistics: Statistics): number[] =>
  x.map((value, i) => (value - (statistics[i % 2]?.mean as number)) / Math.sqrt(statistics[i % 2]?.square as number));
const shifted = (x: readonly number[], statistics: Statistics, doubled = (at: number) => 2 * (statistics[at]?.mean as number)): number[] =>
  x.map((value, i) => value - doubled(i % 2));
const loss = (x: readonly number[], statistics: Statistics) => average(scaled(x, statistics).map((value) => value * value));

const near = (got: ArrayLike<number>, expected: readonly number[]) => {
  expect(got.length).toBe(expected.length);
  // A few roundings of 2^-24 of values below 10.
  for (const [i, value] of expected.entries()) expect(got[i]).toBeCloseTo(value, 5);
};

test("statistics kept by hand: a run that trains sees the batch's, evaluation those that are stored", async () => {
  const net = await load(await compile(tracked, { batch: 2, optimizer: optim.sgd({ lr: 0 }) }));
  let statistics = start;
  for (const x of batches) {
    const next = updated(statistics, x);
    const { loss: before, gradients } = net.gradients({ x });
    expect(before).toBeCloseTo(loss(x, next), 5);
    near(
      gradients.w ?? [],
      [0, 1].map((at) => average(column(scaled(x, next), at).map((value) => value * value))),
    );
    near(
      net.read("mean"),
      statistics.map(({ mean }) => mean),
    );
    expect(net.step({ x }).loss).toBeCloseTo(loss(x, next), 5);
    statistics = next;
    near(
      net.read("mean"),
      statistics.map(({ mean }) => mean),
    );
    near(
      net.read("square"),
      statistics.map(({ square }) => square),
    );
    near(
      net.read("doubled"),
      statistics.map(({ mean }) => 2 * mean),
    );
  }
  // More rows than the capacity: the rows no longer mix, so that they run in parts.
  const x = [...seen, ...batches.flat()];
  near(net.predict({ x }).y ?? [], scaled(x, statistics));
  near(net.predict({ x }).shifted ?? [], shifted(x, statistics));
  expect(net.evaluate({ x }).loss).toBeCloseTo(loss(x, statistics), 5);
  near(
    net.read("mean"),
    statistics.map(({ mean }) => mean),
  );
});

test("statistics kept by hand: the interpreter reads what is stored, and the batch's when asked to train", async () => {
  const still = await interpret(tracked, { x: seen });
  near(still.outputs.get("y") ?? [], scaled(seen, start));
  near(
    still.outputs.get("shifted") ?? [],
    shifted(seen, start, () => 3),
  );
  expect(still.loss).toBeCloseTo(loss(seen, start), 12);
  const training = await interpret(tracked, { x: seen }, { train: true });
  const batch = updated(start, seen);
  near(training.outputs.get("y") ?? [], scaled(seen, batch));
  expect(training.loss).toBeCloseTo(loss(seen, batch), 12);
  near(training.outputs.get("shifted") ?? [], shifted(seen, batch));
});

test("formulas of a state that is read after its update do not speak of the mode", async () => {
  const { formulas } = await compile(tracked, { optimizer: optim.sgd({ lr: 0 }) });
  expect(JSON.stringify(formulas)).not.toContain("training");
});
