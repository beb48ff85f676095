// `gradc train --logdir FOLDER`: what TensorBoard shows of a training.
import { SummaryWriter } from "../../../../tensorboard/index.ts";
import type { Settings } from "../settings.ts";
import type { Distribution, Follower } from "./follow.ts";

/** Histograms of so many epochs at most are written: those of every k-th and of the last. */
const mostHistograms = 50;

const hasHistogram = (values: ArrayLike<number> | undefined): values is ArrayLike<number> =>
  values !== undefined && values.length > 0 && Array.from(values).every(Number.isFinite);

function addHistograms(writer: SummaryWriter, distributions: readonly Distribution[], step: number): void {
  for (const { name, weights, gradients } of distributions) {
    if (hasHistogram(weights)) writer.addHistogram(`weights/${name}`, weights, step);
    if (hasHistogram(gradients)) writer.addHistogram(`gradients/${name}`, gradients, step);
  }
}

/** A follower that writes events, and ends them with the settings and the last figures. */
export interface Events extends Required<Follower> {
  close(): void;
}

/** Begins an event file with the graph of a module, if it holds one, and its formulas. Steps are the axis of all curves. @throws GradcError `cannot-write` */
export function eventsIn(folder: string, wasm: Uint8Array, formulas: string | undefined, settings: Settings): Events {
  const writer = new SummaryWriter(folder);
  if (formulas !== undefined) {
    writer.addGraph({ wasm });
    writer.addText("formulas", formulas, 0);
  }
  const every = Math.ceil(settings.epochs / mostHistograms);
  let last: Readonly<Record<string, number>> = {};
  return {
    step: ({ step, loss }) => writer.addScalar("loss/step", loss, step),
    epoch({ epoch, step, lr, loss, validation }, distributions) {
      writer.addScalar("loss/training", loss, step);
      writer.addScalar("epoch", epoch, step);
      if (lr !== undefined) writer.addScalar("lr", lr, step);
      for (const [name, value] of Object.entries(validation))
        writer.addScalar(name === "loss" ? "loss/validation" : `validation/${name}`, value, step);
      if (epoch % every === 0 || epoch === 1 || epoch === settings.epochs) addHistograms(writer, distributions(), step);
      last = { "final/loss": loss, ...Object.fromEntries(Object.entries(validation).map(([name, value]) => [`final/validation ${name}`, value])) };
      writer.flush();
    },
    close() {
      const { keepsBest: _, ...hparams } = settings;
      try {
        if (Object.keys(last).length > 0) writer.addHparams(hparams, last);
      } finally {
        writer.close();
      }
    },
  };
}
