import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { load, type Net } from "gradc/runtime";
import type { Measured } from "./measure.ts";

/** What a simulation makes of the measurements, after how many steps of training. */
export interface Estimate {
  readonly step: number;
  readonly length: number;
  readonly damping: number;
  /** Root mean squared error of the angles. */
  readonly error: number;
}

const estimateOf = (net: Net, measured: Measured, step: number): Estimate => {
  const [length = 0] = net.read("length");
  const [damping = 0] = net.read("damping");
  return { step, length, damping, error: Math.sqrt(net.evaluate(measured).loss) };
};

/** Length and damping with which the simulation gives what was measured, by the gradient through all of its steps; an estimate every 50 steps. */
export async function learn(model: string | undefined, measured: Measured, steps: number): Promise<Estimate[]> {
  const definition = new URL("pendulum.model.ts", import.meta.url);
  const net = await load(await compile(definition, { batch: 8, optimizer: optim.adam({ lr: 0.02 }), ...(model && { model }) }));
  const estimates = [estimateOf(net, measured, 0)];
  for (let step = 1; step <= steps; step++) {
    net.step(measured);
    if (step % 50 === 0) estimates.push(estimateOf(net, measured, step));
  }
  return estimates;
}
