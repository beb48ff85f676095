// What is measured of a stack: the gradient of each layer before any training, and what a training makes of it.
import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { fromCsv } from "gradc/data";
import { fit, load } from "gradc/runtime";
import { type FloorName, stack } from "./stack.ts";

export interface Digits {
  readonly pixels: Float32Array;
  readonly digit: Int32Array;
}

/** The digits, in the order of the file: those to train on and those that are held out. */
export async function readDigits(held: number, most = Number.POSITIVE_INFINITY): Promise<{ training: Digits; rest: Digits }> {
  const { columns, length } = await fromCsv(new URL("../digits/digits.csv", import.meta.url), { stream: false });
  const all = [...columns.values()];
  const pick = (from: number, to: number): Digits => ({
    pixels: Float32Array.from({ length: (to - from) * 64 }, (_, i) => Number(all[i % 64]?.at(from + Math.floor(i / 64)))),
    digit: Int32Array.from({ length: to - from }, (_, i) => Number(all[64]?.at(from + i))),
  });
  const rows = Math.min(length, most);
  return { training: pick(0, rows - held), rest: pick(rows - held, rows) };
}

const batch = 32;

/** A stack that is watched, and the norm of each layer's gradient on the first rows, in the order of the layers. */
export async function measure(floor: FloorName, depth: number, { pixels, digit }: Digits) {
  const built = await compile(stack(floor, depth), { batch, optimizer: optim.sgd({ lr: 0.003, momentum: 0.9 }), watch: true });
  const net = await load(built, { seed: 1 });
  const results = net.step({ pixels: pixels.subarray(0, batch * 64), digit: digit.subarray(0, batch) });
  const names = [...Array.from({ length: depth }, (_, i) => `layer${i + 1}`), "logits"];
  return { built, gradients: names.map((name) => results[`gradients.${name}`] as number) };
}

/** The share of held-out digits that are right after a training. */
export async function accuracyOf(
  built: Awaited<ReturnType<typeof measure>>["built"],
  training: Digits,
  rest: Digits,
  epochs: number,
): Promise<number> {
  const net = await load(built, { seed: 1 });
  await fit(net, { ...training }, { epochs, seed: 1 });
  return net.evaluate({ ...rest }).accuracy as number;
}
