import { type PlateauOptions, plateau } from "gradc/runtime";
import { expect, it } from "vitest";
import { expectClose, type Golden, readGolden, single } from "./golden.ts";

const {
  plateaus: { metrics, ...wanted },
} = readGolden<{ plateaus: Readonly<Record<string, Golden>> }>("optimizers");

const cases: Readonly<Record<string, Omit<PlateauOptions, "lr">>> = {
  defaults: {},
  patience: { patience: 2 },
  threshold: { patience: 1, factor: 0.5, threshold: 0.25, minLr: 0.125 },
  difference: { patience: 1, factor: 0.5, threshold: 0.25, thresholdMode: "abs" },
  cooldown: { patience: 0, factor: 0.5, cooldown: 3 },
  most: { mode: "max", patience: 3, threshold: 0.125 },
};

it("covers every case", () => expect(Object.keys(cases)).toEqual(Object.keys(wanted)));

it.each(Object.entries(wanted))("%s has PyTorch's rates", (name, golden) => {
  const rateAfter = plateau({ lr: 0.5, ...cases[name] });
  expectClose(Array.from(metrics?.data ?? [], rateAfter), golden, single, "rate");
});

it("refuses odd options", () => {
  const refused = (code: string) => expect.objectContaining({ code });
  expect(() => plateau({ lr: 0.1, factor: 1 })).toThrowError(refused("bad-option"));
  expect(() => plateau({} as never)).toThrowError(refused("bad-option"));
  expect(() => plateau({ lr: 0.1, mode: "least" as never })).toThrowError(refused("bad-option"));
  expect(() => plateau({ lr: 0.1, paitence: 3 } as never)).toThrowError(/No option "paitence", the nearest is "patience"/);
});
