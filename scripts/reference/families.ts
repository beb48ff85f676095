// The namespaces of `gradc` that have a page each, and the sentence that it begins with.
import type { Described } from "./exports.ts";

const examples =
  "Examples are as gradc prints them; where they say nothing else, `g` is `∂loss/∂z`, the gradient by the result, and what stands below `where` is used above it.";

const families: Readonly<Record<string, string>> = {
  nn: `Layers and activations. With a tensor first they apply; without, they give a layer to apply later. All take \`{ name }\` beside their other settings. ${examples}`,
  losses: "Scalars to minimise, of a prediction and a target.",
  ops: `Functions of tensors: what layers and losses are made of. ${examples}`,
  optim:
    "Optimizers, graphs inside the compiled step, and penalties on weights. Examples are of one parameter w, t being the number of steps before; what a step makes of a state such as `w_m`, which starts at 0, is `w_m⁺`.",
  schedules:
    "Settings that change with the steps, as graphs inside the compiled step: `optim.sgd({ lr: schedules.exponential(0.1, { gamma: 0.9 }) })`.",
  metrics: "What a model is judged by, combined by `evaluate` over any number of rows.",
  random: "Noise as a function of seed, step and element, the same on every engine.",
};

export interface Family {
  readonly name: string;
  readonly about: string;
  readonly members: readonly Described[];
}

const spaceOf = ({ name }: Described): string => name.split(".").slice(0, -1).join(".");

/** The exports of an entry by family, and those that belong to none. */
export function byFamily(all: readonly Described[]): { readonly families: readonly Family[]; readonly rest: readonly Described[] } {
  const found = Object.entries(families).map(([name, about]) => ({ name, about, members: all.filter((each) => spaceOf(each) === name) }));
  return { families: found.filter(({ members }) => members.length > 0), rest: all.filter((each) => !(spaceOf(each) in families)) };
}
