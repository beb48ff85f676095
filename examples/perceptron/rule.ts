// The perceptron's rule by gradc: one example a step, so that the weights move after an error alone.
import type { Net } from "gradc/runtime";

export interface Example {
  readonly x: readonly [number, number];
  /** The class, -1 or 1. */
  readonly y: number;
}

/** The weights after an example, and whether it was an error. */
export interface Shown {
  readonly example: Example;
  readonly isError: boolean;
  /** w1, w2, b. */
  readonly weights: readonly number[];
}

const weightsOf = (net: Net): number[] => ["score.weight", "score.bias"].flatMap((name) => [...net.read(name)]);

/** Shows the net all examples in order, and trains on each. */
export function showAll(net: Net, examples: readonly Example[]): Shown[] {
  let before = weightsOf(net);
  return examples.map((example) => {
    net.step({ x: example.x, y: [example.y] });
    const weights = weightsOf(net);
    const isError = weights.some((weight, i) => weight !== before[i]);
    before = weights;
    return { example, isError, weights };
  });
}

/** Epochs until one has no error, or begins with weights that an earlier one began with; `cycle` is then the number of epochs between the two. */
export function learn(net: Net, examples: readonly Example[], most = 100): { readonly epochs: Shown[][]; readonly cycle?: number } {
  const begun = [weightsOf(net).join()];
  const epochs: Shown[][] = [];
  while (epochs.length < most) {
    const epoch = showAll(net, examples);
    epochs.push(epoch);
    if (!epoch.some(({ isError }) => isError)) return { epochs };
    const end = epoch.at(-1)?.weights.join() ?? "";
    const earlier = begun.indexOf(end);
    if (earlier >= 0) return { epochs, cycle: epochs.length - earlier };
    begun.push(end);
  }
  return { epochs };
}
