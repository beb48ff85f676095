// What is made of the figures of trials: stages, order, importance.
import { describe, expect, test } from "vitest";
import { trainCommand } from "../../../../src/cli/sweep/command.ts";
import { epochsAt, rungsOf } from "../../../../src/cli/sweep/halving.ts";
import { importanceOf, ranksOf } from "../../../../src/cli/sweep/importance.ts";
import { resultOf, sorted } from "../../../../src/cli/sweep/results.ts";
import { spaceOf } from "../../../../src/cli/sweep/space.ts";
import type { Outcome } from "../../../../src/cli/sweep/task.ts";

describe("successive halving", () => {
  test("stages keep one in eta, up to all epochs", () => {
    expect(rungsOf(27, 81, 3)).toEqual([
      { trials: 27, share: 1 / 27 },
      { trials: 9, share: 1 / 9 },
      { trials: 3, share: 1 / 3 },
      { trials: 1, share: 1 },
    ]);
    expect(rungsOf(8, 100, 2).map(({ trials, share }) => [trials, epochsAt({ trials, share }, 100)])).toEqual([
      [8, 13],
      [4, 25],
      [2, 50],
      [1, 100],
    ]);
  });

  test("few trials or few epochs make few stages", () => {
    expect(rungsOf(2, 100, 3)).toEqual([{ trials: 2, share: 1 }]);
    expect(rungsOf(100, 5, 3)).toEqual([
      { trials: 100, share: 1 / 3 },
      { trials: 33, share: 1 },
    ]);
  });
});

describe("importance", () => {
  const axes = spaceOf(["lr=0.1,1", "batch=8,16"]);
  const samples = (figures: readonly (readonly number[])[]) =>
    figures.map((each, at) => ({ settings: { lr: at < 2 ? 0.1 : 1, batch: at % 2 ? 16 : 8 }, figures: each }));

  test("of a grid, by hand", () => {
    // Ranks 1 2 3 4 around 2.5: a variance of 5/4. Means by lr are 1.5 and 3.5, which make 1 of it; those by batch 2 and 3, which make 1/4.
    const { effects, seeds } = importanceOf(axes, samples([[10], [11], [20], [900]]));
    expect(effects.map(({ name, share, best }) => [name, share, best])).toEqual([
      ["lr", 0.8, "0.1"],
      ["batch", 0.2, "8"],
    ]);
    expect(effects[0]?.chance).toBeCloseTo(1 / 3);
    expect(seeds).toBeNaN();
  });

  test("with seeds, what lies between those of a trial is told apart", () => {
    // Ranks 1 3, 2 4, 5 7, 6 8 around 4.5: a sum of squares of 42, of which each trial has 2 within it.
    const { effects, seeds } = importanceOf(
      axes,
      samples([
        [1, 3],
        [2, 4],
        [5, 7],
        [6, 8],
      ]),
    );
    expect(seeds).toBeCloseTo(8 / 42);
    expect(effects.map(({ share }) => share)).toEqual([expect.closeTo(32 / 42), expect.closeTo(2 / 42)]);
  });

  test("what diverged is last, and equal", () => {
    expect(ranksOf([3, Number.NaN, 1, 3, Number.NaN])).toEqual([2.5, 4.5, 1, 2.5, 4.5]);
    expect(importanceOf(axes, samples([[1], [1], [Number.NaN], [Number.NaN]])).effects[0]?.share).toBe(1);
    expect(importanceOf(axes, samples([[1], [1], [1], [1]])).effects[0]?.share).toBeNaN();
  });

  test("a range is cut into parts of as many trials each", () => {
    const values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
    const { effects } = importanceOf(
      spaceOf(["lr=0.1..1"]),
      values.map((lr) => ({ settings: { lr }, figures: [-lr] })),
    );
    // Ranks 6 5 4 | 3 2 1: means 5 and 2 around 3.5, 13.5 of 17.5.
    expect(effects).toEqual([{ name: "lr", share: expect.closeTo(13.5 / 17.5), chance: 0.2, best: "0.4 to 0.6" }]);
  });
});

test("order: the stage, the figure, ties by number, what has no figure last; more is better where that is so", () => {
  const trained = (loss: number): Outcome => ({ kind: "trained", kept: { epoch: 1, loss, validation: { loss } }, seconds: 0 });
  const result = (number: number, rung: number, ...outcomes: Outcome[]) =>
    resultOf({ number, settings: {} }, rung, outcomes, { name: "loss", sign: 1 });
  const diverged: Outcome = { kind: "diverged", epoch: 2, seconds: 0 };
  const all = [
    result(1, 0, trained(1)),
    result(2, 1, trained(3), diverged),
    result(3, 1, trained(5)),
    result(4, 1, trained(4)),
    result(5, 1, trained(4)),
  ];
  expect(sorted(all, { name: "loss", sign: 1 }).map(({ trial }) => trial.number)).toEqual([4, 5, 3, 2, 1]);
  expect(sorted(all, { name: "loss", sign: -1 }).map(({ trial }) => trial.number)).toEqual([3, 4, 5, 2, 1]);
  expect(result(6, 0, trained(1), trained(3))).toMatchObject({ mean: 2, spread: Math.SQRT2 });
});

test("the command line of a training is quoted for a shell", () => {
  const options = {
    data: "my table.csv",
    target: ["a, b", "c"],
    input: { x: ["d", "e"] },
    header: false,
    delimiter: "\t",
    lr: 1e-7,
    seed: 0,
    freeze: ["hidden.*"],
    allow: [],
  };
  expect(trainCommand("it's.ts", options)).toBe(
    `gradc train 'it'\\''s.ts' --data 'my table.csv' --target '"a, b",c' --input x=d,e --delimiter tab --no-header --lr 1e-7 --freeze 'hidden.*' --seed 0`,
  );
});
