import { optim } from "gradc";
import { type CompileOptions, compile } from "gradc/compiler";
import { fit, load } from "gradc/runtime";
import { points } from "./data.ts";

/** Rows to learn from, to choose the epoch by, and to judge by. */
const rows = { train: points(20, 7), validation: points(50, 8), test: points(200, 9) };

/** A way to train. */
export interface Way {
  readonly title: string;
  readonly options: CompileOptions;
  /** Ends after so many epochs without a smaller loss of the validation rows, and takes the weights of the best epoch. */
  readonly patience?: number;
}

const weights = ["*.weight"];
export const ways: readonly Way[] = [
  { title: "none", options: {} },
  { title: "l1", options: { penalties: [optim.l1(0.0005, weights)] } },
  { title: "l2", options: { penalties: [optim.l2(0.003, weights)] } },
  { title: "dropout", options: { model: "dropout" } },
  { title: "early stop", options: {}, patience: 100 },
];

/** What became of one way to train. */
export interface Outcome {
  readonly title: string;
  /** Mean squared error of the test rows after each epoch. */
  readonly byEpoch: readonly number[];
  readonly train: number;
  readonly test: number;
  /** The epoch of the weights that are judged. */
  readonly epoch: number;
}

/** Trains a network in one of the ways and judges it. */
export async function outcomeOf({ title, options, patience = Number.POSITIVE_INFINITY }: Way, epochs: number): Promise<Outcome> {
  const definition = new URL("curve.model.ts", import.meta.url);
  const net = await load(await compile(definition, { batch: 20, optimizer: optim.adam({ lr: 0.01 }), ...options }), { seed: 0 });
  const byEpoch: number[] = [];
  let best = { epoch: 0, loss: Number.POSITIVE_INFINITY, state: net.state() };
  const stop = new AbortController();
  const onEpoch = ({ epoch }: { epoch: number }) => {
    byEpoch.push(net.evaluate(rows.test).loss);
    const { loss } = net.evaluate(rows.validation);
    if (loss < best.loss) best = { epoch, loss, state: net.state() };
    if (epoch - best.epoch >= patience) stop.abort();
  };
  await fit(net, rows.train, { epochs, onEpoch, signal: stop.signal }).catch((error) => {
    if (!stop.signal.aborted) throw error;
  });
  if (patience < Number.POSITIVE_INFINITY) net.restore(best.state);
  const epoch = patience < Number.POSITIVE_INFINITY ? best.epoch : byEpoch.length;
  return { title, byEpoch, train: net.evaluate(rows.train).loss, test: net.evaluate(rows.test).loss, epoch };
}
