import { describe, expect, it } from "vitest";
import { load } from "../../runtime/index.ts";
import { compile } from "../../src/compile.ts";
import type { ProgramOptions } from "../../src/compile-options.ts";
import { program } from "../../src/entries.ts";
import { f32, model, ops, optim, parameter, schedules, type Tensor, update } from "../../src/index.ts";
import { naturalLogarithm } from "../../src/optim/logarithm.ts";
import type { Optimizer } from "../../src/optim/optimizer.ts";
import { define, initialise, run, source, variableIn } from "./running.ts";

// The loss 1/2 Σ a w² has the gradient a·w.
const slopes = [1, 3];
const start = [2, -1];

const quadratic = () =>
  define({ a: f32(2) }, ({ a }) => {
    const w = parameter([2], { init: start, name: "w" });
    return { outputs: { w: ops.add(w, 0) }, loss: ops.mul(0.5, ops.sum(ops.mul(a, ops.square(w)))) };
  });

/** The parameter after each of `steps` steps. */
function trajectory(optimizer: Optimizer, steps: number, options: ProgramOptions = {}): number[][] {
  const built = program(quadratic(), { optimizer, ...options });
  let memory = initialise(built);
  return Array.from({ length: steps }, () => {
    memory = run(built, "step", memory, { a: source(slopes) }).memory;
    return variableIn(memory, "w");
  });
}

/** The same by the rule of one element: `next(w, g, t, state)`. */
function expected(steps: number, next: (w: number, g: number, t: number, state: Record<string, number>) => number): number[][] {
  const states: Record<string, number>[] = [{}, {}];
  let w = start;
  return Array.from({ length: steps }, (_, i) => {
    w = w.map((value, k) => next(value, value * (slopes[k] as number), i + 1, states[k] as Record<string, number>));
    return w;
  });
}

function expectClose(found: number[][], wanted: number[][]): void {
  // Settings such as 0.1 and 0.9 are f32 constants: each step has relative error 2⁻²⁴.
  for (const [i, row] of wanted.entries()) for (const [k, value] of row.entries()) expect(found[i]?.[k]).toBeCloseTo(value, 6);
}

describe("sgd", () => {
  it("follows the gradient", () => {
    expectClose(
      trajectory(optim.sgd({ lr: 0.1 }), 3),
      expected(3, (w, g) => w - 0.1 * g),
    );
  });

  it("keeps a buffer that is the gradient in the first step", () => {
    const momentum = (dampening: number, nesterov: boolean) => (w: number, g0: number, t: number, state: Record<string, number>) => {
      const g = g0 + 0.01 * w;
      state.b = t === 1 ? g : 0.9 * (state.b as number) + (1 - dampening) * g;
      return w - 0.1 * (nesterov ? g + 0.9 * state.b : state.b);
    };
    const common = { lr: 0.1, momentum: 0.9, weightDecay: 0.01 };
    expectClose(trajectory(optim.sgd(common), 5), expected(5, momentum(0, false)));
    expectClose(trajectory(optim.sgd({ ...common, dampening: 0.5 }), 5), expected(5, momentum(0.5, false)));
    expectClose(trajectory(optim.sgd({ ...common, nesterov: true }), 5), expected(5, momentum(0, true)));
    expect(() => optim.sgd({ nesterov: true })).toThrowError(expect.objectContaining({ code: "setting-out-of-range" }));
  });

  it("has settings that can change at run time, and states of the parameter's name", () => {
    const { graph } = program(quadratic(), { optimizer: optim.sgd({ lr: 0.1, momentum: 0.9 }) });
    const declared = [...graph.declarations.values()].map(({ name, role }) => `${name}: ${role}`);
    expect(declared).toEqual(expect.arrayContaining(["lr: hyper", "momentum: hyper", "w.momentum: optimizer", "#step: counter", "#seed: counter"]));
    expect(declared).not.toContain("weightDecay: hyper");
  });
});

describe("adam", () => {
  const rule = (lambda: number, decoupled: boolean, amsgrad: boolean) => (w0: number, g0: number, t: number, state: Record<string, number>) => {
    const g = decoupled ? g0 : g0 + lambda * w0;
    const w = decoupled ? w0 * (1 - 0.1 * lambda) : w0;
    state.m = 0.9 * (state.m ?? 0) + 0.1 * g;
    state.v = 0.999 * (state.v ?? 0) + 0.001 * g * g;
    state.top = Math.max(state.top ?? 0, state.v);
    const spread = Math.sqrt(amsgrad ? state.top : state.v) / Math.sqrt(1 - 0.999 ** t) + 1e-8;
    return w - ((0.1 / (1 - 0.9 ** t)) * state.m) / spread;
  };

  it("follows the corrected moments", () => {
    expectClose(trajectory(optim.adam({ lr: 0.1 }), 20), expected(20, rule(0, false, false)));
    expectClose(trajectory(optim.adam({ lr: 0.1, weightDecay: 0.5 }), 20), expected(20, rule(0.5, false, false)));
    expectClose(trajectory(optim.adam({ lr: 0.1, amsgrad: true }), 40), expected(40, rule(0, false, true)));
    expectClose(trajectory(optim.adamw({ lr: 0.1, weightDecay: 0.5 }), 20), expected(20, rule(0.5, true, false)));
    expect(() => optim.adam({ betas: [0.9, 1] })).toThrowError(expect.objectContaining({ code: "setting-out-of-range" }));
  });

  it("corrects with a logarithm of its own", () => {
    for (const x of [1e-300, 0.001, 0.5, 0.9, 0.999, 0.999999, 1, 3, 1e10]) expect(naturalLogarithm(x)).toBeCloseTo(Math.log(x), 12);
    expect(naturalLogarithm(0.999)).toBe(Math.log(0.999));
  });
});

describe("custom", () => {
  it("is a graph of the user's with states that `update` assigns", () => {
    const heavy = optim.custom(
      ({ w, g, state, lr, t }) => {
        const v = state("v");
        update(v, ops.add(ops.mul(0.5, v), g));
        return ops.sub(w, ops.div(ops.mul(lr, v), t));
      },
      { lr: 0.25 },
    );
    const wanted = expected(4, (w, g, t, state) => {
      state.v = 0.5 * (state.v ?? 0) + g;
      return w - (0.25 * state.v) / t;
    });
    expectClose(trajectory(heavy, 4), wanted);
  });

  it("has settings of its own, which schedules and groups set, and setHyper", async () => {
    const rule = optim.custom(({ w, g, lr, hyper }) => ops.sub(w, ops.mul(lr, ops.add(ops.mul(hyper.share, g), hyper.shift))), {
      lr: 1,
      hyper: { share: schedules.step(0.5, { stepSize: 1, gamma: 0.5 }), shift: 0 },
      groups: [{ params: "b", shift: 0.25 }],
    });
    const definition = model("own", {}, () => {
      const [a, b] = ["a", "b"].map((name) => parameter([], { name, init: 0 })) as [Tensor, Tensor];
      return { outputs: { a }, loss: ops.add(a, b) };
    });
    const net = await load(await compile(definition, { optimizer: rule }));
    const step = () => {
      net.step({});
      return [net.read("a")[0], net.read("b")[0]];
    };
    expect(step()).toEqual([-0.5, -0.75]);
    expect(step()).toEqual([-0.75, -1.25]);
    net.setHyper({ share: 8, shift: 1, "groups.0.shift": 0 });
    expect(step()).toEqual([-3.75, -3.25]);
  });

  it("refuses settings that are none", () => {
    const next = ({ w }: { readonly w: Tensor }) => w;
    for (const hyper of [{ lr: 1 }, { beta: "0.9" }, 3])
      expect(() => optim.custom(next, { hyper } as never)).toThrowError('Cannot use "optim.custom": "hyper" is out of range');
    expect(() => optim.custom(next, { beta: 0.9 } as never)).toThrowError('there is no option "beta"');
    expect(() => optim.custom(next, 3 as never)).toThrowError('"options" is out of range');
  });
});

describe("clipping and penalties", () => {
  const gradient = ([a, b]: readonly number[] = []) => [a as number, 3 * (b as number)];
  const moved = (options: ProgramOptions) => (trajectory(optim.sgd({ lr: 1 }), 1, options)[0] as number[]).map((w, i) => (start[i] as number) - w);

  it("clip by one norm, by value, or not at all below the bound", () => {
    const norm = Math.hypot(...gradient(start));
    const [a, b] = moved({ clip: { norm: 1 } });
    expect(a).toBeCloseTo(2 / (norm + 1e-6), 6);
    expect(b).toBeCloseTo(-3 / (norm + 1e-6), 6);
    expect(moved({ clip: { norm: 100 } })).toEqual([2, -3]);
    expect(moved({ clip: { value: 2.5 } })).toEqual([2, -2.5]);
    expect(moved({ clip: { norm: 5, normType: 1 } })).toEqual([2, -3].map((g) => g * (Math.fround(5) / (5 + Math.fround(1e-6)))));
    for (const odd of [{ norm: 1, normType: 3 }, { norm: 0 }, { value: 1, norm: 1 }, { normType: 1 }, { value: 1, normType: 1 }]) {
      expect(() => moved({ clip: odd as never })).toThrowError(/"clip" is out of range/);
    }
  });

  it("take both penalties of one weight: elastic", () => {
    expect(moved({ penalties: [optim.l1(0.25, "w"), optim.l2(0.5, "w")] })).toEqual([2 + 0.25 + 2, -3 - 0.25 - 1]);
  });

  it("add l2 and l1 of the named parameters to loss and gradients, not to evaluate", () => {
    const built = program(quadratic(), { optimizer: optim.sgd({ lr: 1 }), penalties: [optim.l2(0.5, "w"), optim.l1(2, ["*"])] });
    const memory = initialise(built);
    const { results } = run(built, "gradients", memory, { a: source(slopes) });
    expect(results.loss).toEqual([3.5 + 0.5 * 5 + 2 * 3]);
    expect(results.w).toEqual([2 + 2 + 2, -3 - 1 - 2]);
    expect(run(built, "step", memory, { a: source(slopes) }).results.loss).toEqual(results.loss);
    expect(run(built, "evaluate", memory, { a: source(slopes) }).results.loss).toEqual([3.5]);
    expect(() => program(quadratic(), { penalties: [optim.l2(1, "v")] })).toThrowError(expect.objectContaining({ code: "unknown-name" }));
  });
});

describe("groups", () => {
  const declared = (optimizer: Optimizer) =>
    [...program(quadratic(), { optimizer }).graph.declarations.values()].map(({ name, role }) => `${name}: ${role}`);

  it("have settings of their own that can change at run time, and share the others", () => {
    const optimizer = optim.sgd({ lr: 0.1, momentum: 0.9, weightDecay: 0.5, groups: [{ params: ["v", "w"].slice(1), lr: 0.5, weightDecay: 0 }] });
    expect(declared(optimizer)).toEqual(expect.arrayContaining(["lr: hyper", "momentum: hyper", "groups.0.lr: hyper"]));
    expect(declared(optimizer)).not.toContain("groups.0.momentum: hyper");
    expectClose(
      trajectory(optimizer, 4),
      expected(4, (w, g, _, state) => {
        state.b = 0.9 * (state.b ?? 0) + g;
        return w - 0.5 * state.b;
      }),
    );
  });

  it("train a parameter by the first that names it", () => {
    const optimizer = optim.sgd({
      lr: 0.1,
      groups: [
        { params: "w", lr: 0.25 },
        { params: "*", lr: 9 },
      ],
    });
    expectClose(
      trajectory(optimizer, 2),
      expected(2, (w, g) => w - 0.25 * g),
    );
  });

  it("are refused where they fit nothing or have an odd setting", () => {
    expect(() => program(quadratic(), { optimizer: optim.adam({ groups: [{ params: "*.bias", weightDecay: 0 }] }) })).toThrowError(
      expect.objectContaining({ code: "unknown-name" }),
    );
    expect(() => optim.adam({ groups: [{ params: "w", weightDecays: 0 } as never] })).toThrowError(
      /"optim.adam", group 1: there is no option "weightDecays"/,
    );
    expect(() => optim.adam({ groups: [{ lr: 0.1 } as never] })).toThrowError(/group 1: "params" is out of range/);
    expect(() => optim.sgd({ momentum: 0.9, nesterov: true, groups: [{ params: "w", momentum: 0 }] })).toThrowError(/group 1: "nesterov"/);
  });
});

describe("settings that are out of range", () => {
  it.each([
    () => optim.rmsprop({ alpha: 1 }),
    () => optim.adadelta({ rho: -0.5 }),
    () => optim.rprop({ etas: [1.2, 0.5] }),
    () => optim.rprop({ stepSizes: [1, 0.5] }),
    () => optim.lion({ betas: [0.9] as never }),
    () => optim.adagrad({ initialAccumulatorValue: -1 }),
    () => optim.asgd({ t0: -1 }),
  ])("%s", (make) => expect(make).toThrowError(expect.objectContaining({ code: "setting-out-of-range" })));
});

describe("average", () => {
  it("keeps the mean of each trained parameter beside it, which starts at the first", () => {
    const built = program(quadratic(), { optimizer: optim.sgd({ lr: 0.25 }), average: { decay: 0.75 } });
    let memory = initialise(built);
    let mean: number[] | undefined;
    for (let step = 0; step < 3; step++) {
      memory = run(built, "step", memory, { a: source(slopes) }).memory;
      const w = variableIn(memory, "w");
      mean = mean ? mean.map((before, i) => 0.75 * before + 0.25 * (w[i] as number)) : w;
      expect(variableIn(memory, "w.average")).toEqual(mean);
    }
    expect(() => program(quadratic(), { optimizer: optim.sgd(), average: { decay: 1 } })).toThrowError(/"average" is out of range/);
  });
});
