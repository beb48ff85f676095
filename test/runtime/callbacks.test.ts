// What `fit` tells of a training, what may end it, and that it goes on from any step as if it had never ended.
import { describe, expect, expectTypeOf, test } from "vitest";
import {
  bestWeights,
  type Callback,
  type EpochEntry,
  earlyStopping,
  type FitOptions,
  fit,
  load,
  type Position,
  plateau,
} from "../../runtime/index.ts";
import { codeOf, codeOfAsync } from "../support/code-of.ts";
import { tinyModule } from "../support/tiny-module.ts";

const wasm = tinyModule();

/** n rows of a plane. */
const plane = (n: number) => {
  const x = Float32Array.from({ length: 2 * n }, (_, at) => Math.sin(3 * at));
  return { x, y: Float32Array.from({ length: n }, (_, row) => 2 * (x[2 * row] as number) - (x[2 * row + 1] as number)) };
};

/** A training whose epochs are told by a list of losses, without any step. */
async function told(callback: Callback, losses: readonly number[]) {
  const net = await load(wasm, { seed: 1 });
  const rates: number[] = [];
  let [at, isEnded] = [0, false];
  const training = {
    net: { ...net, setHyper: ({ lr = 0 }: { lr?: number }) => void rates.push(lr) } as typeof net,
    position: { epoch: 1, step: 0, sum: 0, rows: 0 },
    stop: () => (isEnded = true),
  };
  for (; at < losses.length && !isEnded; at++) {
    net.write("w", [at, 0]);
    await callback.onEpoch?.({ epoch: at + 1, loss: 9, validation: { loss: losses[at] as number } } as EpochEntry, training as never);
  }
  await callback.onEnd?.({ epochs: [] }, training as never);
  return { epochs: at, rates, w: net.read("w")[0] };
}

describe("callbacks", () => {
  test("are told of steps, evaluations, epochs and the end, in order, behind the options, and promises are waited for", async () => {
    const net = await load(wasm, { seed: 1 });
    const log: string[] = [];
    const slowly = async (text: string) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      log.push(text);
    };
    const callback: Callback = {
      onStep: ({ epoch, step, steps }) => slowly(`step ${epoch}.${step} of ${steps}`),
      onEvaluation: ({ loss }) => log.push(`evaluation ${loss > 0}`),
      onEpoch: ({ epoch }, { position }) => slowly(`epoch ${epoch}, then ${position.epoch}`),
      onEnd: ({ epochs }) => log.push(`end of ${epochs.length}`),
    };
    await fit(net, plane(6), { epochs: 2, validation: plane(3), callbacks: [callback], onEpoch: () => log.push("option") });
    const ofEpoch = (epoch: number) => [
      `step ${epoch}.1 of 2`,
      `step ${epoch}.2 of 2`,
      "evaluation true",
      "option",
      `epoch ${epoch}, then ${epoch + 1}`,
    ];
    expect(log).toEqual([...ofEpoch(1), ...ofEpoch(2), "end of 2"]);
  });

  test("end a training after a step or an epoch", async () => {
    for (const [callback, steps, epochs] of [
      [{ onStep: ({ step, epoch }, { stop }) => epoch === 2 && step === 3 && stop() }, 13, 1],
      [{ onEpoch: (_, { stop }) => stop() }, 10, 1],
    ] as readonly (readonly [Callback, number, number])[]) {
      const net = await load(wasm, { seed: 1 });
      const ends: number[] = [];
      const history = await fit(net, plane(40), { epochs: 5, callbacks: [callback, { onEnd: ({ epochs }) => ends.push(epochs.length) }] });
      expect(net.read("#step")[0]).toBe(steps);
      expect(history.epochs).toHaveLength(epochs);
      expect(ends).toEqual([epochs]);
    }
  });

  test("early stopping waits for epochs that are no better, NaN too", async () => {
    const falling = [5, 4, 4, 3, 3.5, Number.NaN, 3, 1];
    expect((await told(earlyStopping(), falling)).epochs).toBe(7);
    expect((await told(earlyStopping({ patience: 1 }), falling)).epochs).toBe(3);
    expect((await told(earlyStopping({ patience: 4 }), falling)).epochs).toBe(8);
    expect((await told(earlyStopping({ patience: 2, minDelta: 1.5 }), falling)).epochs).toBe(3);
    expect((await told(earlyStopping({ patience: 2, mode: "max" }), falling)).epochs).toBe(3);
  });

  test("the best weights come back at the end", async () => {
    const losses = [5, 4, 2, 3, Number.NaN];
    expect((await told(bestWeights(), losses)).w).toBe(2);
    expect((await told(bestWeights({ mode: "max" }), losses)).w).toBe(0);
    expect((await told(bestWeights({ monitor: "epoch" }), losses)).w).toBe(0);
    expect((await told(bestWeights(), [Number.NaN, Number.NaN])).w).toBe(1);
  });

  test("a rate falls on a plateau", async () => {
    const { rates } = await told(plateau({ lr: 1, patience: 0 }), [3, 3, 2, 2]);
    expect(rates.map((rate) => Number(rate.toFixed(6)))).toEqual([1, 0.1, 0.1, 0.01]);
  });

  test("refuse what they do not know", async () => {
    expect(codeOf(() => earlyStopping({ patience: 0 }))).toBe("bad-option");
    expect(codeOf(() => earlyStopping({ patients: 3 } as never))).toBe("unknown-option");
    expect(codeOf(() => bestWeights({ mode: "least" } as never))).toBe("bad-option");
    const net = await load(wasm, { seed: 1 });
    expect(await codeOfAsync(fit(net, plane(4), { epochs: 1, callbacks: [earlyStopping({ monitor: "acuracy" })] }))).toBe("bad-option");
    expect(await codeOfAsync(fit(net, plane(4), { epochs: 1, callbacks: earlyStopping() as never }))).toBe("bad-option");
    expect(await codeOfAsync(fit(net, plane(4), { epochs: 1, position: { epoch: 0, step: 0, sum: 0, rows: 0 } }))).toBe("bad-option");
  });
});

describe("a position", () => {
  /** Trains until a step, takes the state and the position there into another net, and goes on. */
  async function broken(at: number, options: FitOptions) {
    const [first, second] = [await load(wasm, { seed: 1 }), await load(wasm, { seed: 2 })];
    let position: Position | undefined;
    let count = 0;
    const until: Callback = {
      onStep(_, training) {
        if (++count < at) return;
        position = JSON.parse(JSON.stringify(training.position));
        training.stop();
      },
    };
    const before = await fit(first, plane(23), { ...options, callbacks: [until] });
    second.restore(first.state());
    const after = await fit(second, plane(23), { ...options, position: position as Position });
    return { state: second.state(), epochs: [...before.epochs, ...after.epochs] };
  }

  test.each([1, 5, 6, 7, 12, 17, 18])("after step %d of 18 gives the bits and the history of a training without a break", async (at) => {
    const options = { epochs: 3, seed: 4, validation: plane(5) };
    const net = await load(wasm, { seed: 1 });
    const { epochs } = await fit(net, plane(23), options);
    const other = await broken(at, options);
    expect(other.epochs).toEqual(epochs);
    expect(other.state).toEqual(net.state());
  });

  test("of batches that are given goes on where their source is", async () => {
    const { x, y } = plane(12);
    const batches = [0, 4, 8].map((row) => ({ x: x.subarray(2 * row, 2 * row + 8), y: y.subarray(row, row + 4) }));
    const net = await load(wasm, { seed: 1 });
    const whole = await fit(net, batches, { epochs: 1 });
    const other = await load(wasm, { seed: 1 });
    let position: Position | undefined;
    const onStep: FitOptions["onStep"] = (_, training) => {
      position = training.position;
      training.stop();
    };
    await fit(other, batches, { epochs: 1, onStep });
    const rest = await fit(other, batches.slice(1), { epochs: 1, position: position as Position });
    expect(rest).toEqual(whole);
    expect(other.state()).toEqual(net.state());
  });

  test("is told by its type", () => {
    expectTypeOf<Parameters<NonNullable<FitOptions["onStep"]>>[1]["position"]>().toEqualTypeOf<Position>();
  });
});
