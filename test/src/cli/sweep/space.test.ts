// What `--set` says, and what is drawn of it.
import { describe, expect, test } from "vitest";
import { trialsOf } from "../../../../src/cli/sweep/draw.ts";
import { planOf } from "../../../../src/cli/sweep/plan.ts";
import { spaceOf } from "../../../../src/cli/sweep/space.ts";
import { codeOf } from "../../../support/code-of.ts";

const settingsOf = (specs: readonly string[], trials = 0, seed = 0) => trialsOf(spaceOf(specs), trials, seed).map(({ settings }) => settings);

describe("lists", () => {
  test("all combinations, in order", () => {
    expect(settingsOf(["lr=0.1,1e-2", "optimizer=adam,sgd", "clip=none,2"])).toEqual([
      { lr: 0.1, optimizer: "adam" },
      { lr: 0.1, optimizer: "adam", clip: 2 },
      { lr: 0.1, optimizer: "sgd" },
      { lr: 0.1, optimizer: "sgd", clip: 2 },
      { lr: 0.01, optimizer: "adam" },
      { lr: 0.01, optimizer: "adam", clip: 2 },
      { lr: 0.01, optimizer: "sgd" },
      { lr: 0.01, optimizer: "sgd", clip: 2 },
    ]);
  });

  test.each([
    ["lrr=1", "unknown-option", 'there is no option "lrr", the nearest is "lr"'],
    ["learning_rate=1", "unknown-option", 'the nearest is "lr"'],
    ["weightDecay=1", "unknown-option", 'the nearest is "weight-decay"'],
    ["lr", "bad-values", "a list, lr=0.001,0.01, or a range, lr=0.001..0.1:log"],
    ["lr=0", "bad-values", 'got       "0"\n  expected  a number above 0'],
    ["lr=0.1,x", "bad-values", 'got       "x"'],
    ["lr=0.1..0.01", "bad-values", "the smaller end first"],
    ["lr=0.1..", "bad-values", 'got       ""'],
    ["lr=0.1..1:lin", "bad-values", "nothing behind the range, or :log"],
    ["lr=log(0.1..1)", "bad-values", 'got       "log(0.1"'],
    ["weight-decay=0..1:log", "bad-values", "begins above 0"],
    ["batch=1.5,2", "bad-values", "a whole number from 1"],
    ["batch=2,2", "bad-values", "each value once"],
    ["optimizer=adm", "bad-values", 'the nearest is "adam"'],
  ])("%s is refused", (spec, code, text) => {
    expect(codeOf(() => spaceOf([spec]))).toBe(code);
    expect(() => spaceOf([spec])).toThrow(text);
  });

  test.each([
    [{ set: ["lr=1,2", "lr=3"] }, "given-twice"],
    [{ set: ["lr=1,2"], lr: 3 }, "given-twice"],
    [{ set: ["seed=1,2"], seeds: 3 }, "given-twice"],
    [{ set: ["epochs=1,2"], halving: true }, "given-twice"],
    [{ set: ["lr=1,2"], trials: 3 }, "missing-option"],
    [{ set: ["lr=1,2"], eta: 3 }, "missing-option"],
  ])("%j do not go together", (options, code) => {
    expect(codeOf(() => planOf({ data: "t.csv", ...options }))).toBe(code);
  });
});

describe("ranges", () => {
  const specs = ["lr=1e-4..1e-1:log", "clip=1..5", "batch=4..7", "optimizer=adam,sgd"];

  test("a draw is of its seed, its trial and its setting alone", () => {
    const all = settingsOf(specs, 40, 3);
    expect(settingsOf(specs, 10, 3)).toEqual(all.slice(0, 10));
    expect(settingsOf(specs, 40, 4)).not.toEqual(all);
    expect(settingsOf(["lr=1e-4..1e-1:log"], 7, 3).map(({ lr }) => lr)).toEqual(all.slice(0, 7).map(({ lr }) => lr));
    expect(all.slice(0, 2)).toMatchInlineSnapshot(`
      [
        {
          "batch": 4,
          "clip": 1.598,
          "lr": 0.03156,
          "optimizer": "adam",
        },
        {
          "batch": 5,
          "clip": 2.786,
          "lr": 0.005603,
          "optimizer": "adam",
        },
      ]
    `);
  });

  test("values lie in their ranges, evenly, and are written with few digits", () => {
    const all = settingsOf(specs, 1000);
    const shareBelow = (key: "lr" | "clip" | "batch", limit: number) => all.filter((each) => Number(each[key]) <= limit).length / all.length;
    // Five standard errors of a share of 1000 are 0.08.
    expect(shareBelow("lr", 1e-4 * 10 ** 1.5)).toBeCloseTo(0.5, 1);
    expect(shareBelow("clip", 2)).toBeCloseTo(0.25, 1);
    expect(shareBelow("batch", 4)).toBeCloseTo(0.25, 1);
    expect(shareBelow("batch", 7)).toBe(1);
    for (const { lr = 0, clip = 0, batch = 0 } of all) {
      expect(lr >= 1e-4 && lr <= 0.1 && clip >= 1 && clip <= 5 && batch >= 4).toBe(true);
      expect(String(lr).replace(/^0\.0*|e.*$|\./g, "").length).toBeLessThanOrEqual(4);
    }
  });

  test("what was drawn before is left out, and trials keep their numbers", () => {
    const trials = trialsOf(spaceOf(["batch=1..2"]), 20, 0);
    expect(trials.map(({ settings }) => settings.batch).sort()).toEqual([1, 2]);
    expect(trials[0]?.number).toBe(1);
  });
});
