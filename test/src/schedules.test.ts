import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { describe, expect, it } from "vitest";
import { elementwise, model, type Operand, ops, optim, parameter, type Schedule, schedules } from "../../src/index.ts";

const valuesOf = (schedule: Schedule, steps: number): number[] => Array.from({ length: steps }, (_, t) => schedule.at(t));

function expectValues(schedule: Schedule, wanted: readonly number[]): void {
  // Settings are f32 constants.
  for (const [t, value] of valuesOf(schedule, wanted.length).entries()) expect(value).toBeCloseTo(wanted[t] as number, 6);
}

describe("values by the formula", () => {
  it("rise in a line and fall in a line or a wave", () => {
    expectValues(schedules.warmupLinear(1, { warmupSteps: 2, totalSteps: 6 }), [0, 0.5, 1, 0.75, 0.5, 0.25, 0, 0]);
    const wave = [0.25, 0.5, 0.75].map((share) => (1 + Math.cos(Math.PI * share)) / 2);
    expectValues(schedules.warmupCosine(1, { warmupSteps: 2, totalSteps: 6 }), [0, 0.5, 1, ...wave, 0, 0]);
    expectValues(schedules.warmupLinear(1, { warmupSteps: 0, totalSteps: 2 }), [1, 0.5, 0]);
  });

  it("of noam are largest in the last step of the warm-up", () => {
    const wanted = Array.from({ length: 9 }, (_, t) => 2 * 16 ** -0.5 * Math.min((t + 1) ** -0.5, (t + 1) * 4 ** -1.5));
    expectValues(schedules.noam(2, { dModel: 16, warmupSteps: 4 }), wanted);
  });

  it("stay at the end of one cycle, and restart where cycles are long", () => {
    const { lr, momentum } = schedules.oneCycle({ maxLr: 1, totalSteps: 10 });
    expect(lr.at(50)).toBeCloseTo(1 / 25e4, 9);
    expect(momentum.at(50)).toBeCloseTo(0.95, 6);
    const restarts = schedules.cosineAnnealingWarmRestarts(1, { t0: 10, tMult: 2 });
    for (const start of [10, 30, 70, 150, 10 * (2 ** 19 - 1)]) expect([restarts.at(start - 1) < 0.03, restarts.at(start)]).toEqual([true, 1]);
  });

  it("are exact where they are the base", () => expect(schedules.step(0.1, { stepSize: 3 }).at(2)).toBe(0.1));

  it("of a sequence count from each milestone, and keep their own bases", () => {
    const parts = [
      schedules.constant(0.5, { factor: 0.5, totalIters: 2 }),
      schedules.exponential(2, { gamma: 0.5 }),
      schedules.lambda((t) => ops.add(t, 7)),
    ];
    expectValues(schedules.sequential(parts, { milestones: [3, 5] }), [0.25, 0.25, 0.5, 2, 1, 7, 8]);
    const slow = schedules.lambda((t) => ops.add(t, 1), { every: 2 });
    expectValues(schedules.sequential([slow, slow], { milestones: [3] }), [1, 1, 2, 1, 1, 2]);
  });
});

/** A net whose parameter w becomes what `rule` gives. */
const following = async (rule: Parameters<typeof optim.custom>[0], lr: Schedule) => {
  const one = model("one", {}, () => {
    const w = parameter([], { name: "w" });
    return { outputs: { w: ops.add(w, 0) }, loss: ops.square(w) };
  });
  const net = await load(await compile(one, { optimizer: optim.custom(rule, { lr }) }));
  const next = (): number => {
    net.step({});
    return net.read("w")[0] as number;
  };
  return { net, next };
};

describe("in a step", () => {
  it("setHyper sets the base, and a saved state has it", async () => {
    const parts = [schedules.constant(1, { factor: 0.5, totalIters: 1 }), schedules.constant(4, { factor: 0.5, totalIters: 1 })];
    const { net, next } = await following(({ lr }) => lr, schedules.sequential(parts, { milestones: [2] }));
    expect(next()).toBe(0.5);
    net.setHyper({ lr: 8 });
    expect([next(), next(), next()]).toEqual([8, 16, 32]);
    const { net: other, next: after } = await following(({ lr }) => lr, schedules.sequential(parts, { milestones: [2] }));
    other.restore(net.state());
    expect(after()).toBe(32);
  });

  it("a formula has no base to set", async () => {
    const { net, next } = await following(
      ({ lr }) => lr,
      schedules.lambda((t) => ops.mul(t, 3)),
    );
    expect([next(), next()]).toEqual([0, 3]);
    expect(() => net.setHyper({ lr: 1 })).toThrowError(expect.objectContaining({ code: "unknown-hyper" }));
  });

  it("any setting of an optimizer may be one", async () => {
    const half = schedules.exponential(0.5, { gamma: 0.5 });
    const { next } = await following(({ now, past }) => ops.add(now(half) as Operand, past()), half);
    expect([next(), next(), next()]).toEqual([0.5, 1.25, 2.125]);
  });
});

it.each([
  () => schedules.step(0.1, { stepSize: 0 }),
  () => schedules.step(0.1, {} as never),
  () => schedules.step("0.1" as never, { stepSize: 3 }),
  () => schedules.exponential(0.1, { gamma: 0.9, every: 0.5 }),
  () => schedules.multiStep(0.1, { milestones: [1.5] }),
  () => schedules.cyclic({ baseLr: 0.1, maxLr: 1, mode: "round" as never }),
  () => schedules.oneCycle({ maxLr: 1 } as never),
  () => schedules.lambda(3 as never),
  () => schedules.sequential([schedules.constant(1)], { milestones: [3] }),
  () => schedules.sequential([schedules.constant(1), 3 as never], { milestones: [3] }),
  () => schedules.constant(0.1).at(-1),
  () => optim.sgd({ lr: schedules as never }),
])("%s is refused", (make) => expect(make).toThrowError(expect.objectContaining({ code: "setting-out-of-range" })));

it("an arrow of numbers is for definitions only", async () => {
  const lr = schedules.lambda((t) => elementwise("8 / (1 + x)")(t));
  const { next } = await following((moment) => moment.lr, lr);
  expect([next(), next()]).toEqual([8, 4]);
  expect(() => lr.at(0)).toThrowError(expect.objectContaining({ code: "outside-definition" }));
});

it("an unknown setting is refused with the nearest", () => {
  expect(() => schedules.step(0.1, { stepsize: 3 } as never)).toThrowError(
    /"schedules.step": there is no option "stepsize", the nearest is "stepSize"/,
  );
  expect(() => schedules.cosineAnnealing(0.1, { T_max: 3 } as never)).toThrowError(/there is no option "T_max", the nearest is "tMax"/);
});
