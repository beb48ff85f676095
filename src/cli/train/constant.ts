// The same model with a constant in place of its prediction: what a training has to beat.
import { readDebug } from "../../../compiler/pipeline/debug.ts";
import type { Losses, Net } from "../../../runtime/index.ts";
import { type Constant, fitConstants } from "../../constant/best.ts";
import { type ConstantModel, constantModel } from "../../constant/model.ts";
import { type Reading, readingsOf } from "../../constant/readings.ts";
import { type Rows, sampleOf } from "../../constant/rows.ts";
import { openModule } from "../../open.ts";
import type { Trainable } from "./net.ts";

/** A constant prediction of a model, fitted to the training rows. */
export interface Rival {
  readonly model: ConstantModel;
  readonly constants: readonly Constant[];
  readonly readings: readonly Reading[];
  /** Loss and metrics on rows. */
  evaluate(rows: Rows): Losses;
  /** The values of an output, which are those of every row. */
  output(name: string): ArrayLike<number>;
}

/** The model that predicts constants; undefined where there is none, as for a module without its graph. */
export async function rivalModel({ net, wasm }: Trainable): Promise<ConstantModel | undefined> {
  try {
    const { program } = await openModule(wasm.slice());
    return await constantModel(program, net.manifest);
  } catch (error) {
    // A figure less is no reason not to train.
    if (readDebug().level > 0) throw error;
    return undefined;
  }
}

/** The constant prediction with the least loss on the training rows, all else being as in `net`. */
export function fitRival(model: ConstantModel, { read }: Net, training: Rows): Rival {
  const { net, trained } = model;
  for (const name of trained) net.write(name, read(name));
  const known = (rows: Rows): Rows => Object.fromEntries(net.manifest.inputs.map(({ name }) => [name, rows[name] as Rows[string]]));
  const constants = fitConstants(model, known(training));
  return {
    model,
    constants,
    readings: readingsOf(model, constants, known(training)),
    evaluate: (rows) => net.evaluate(known(rows)),
    output: (name) => net.predict(sampleOf(net, training, 1))[`constant.${name}`] ?? [],
  };
}
