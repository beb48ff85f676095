// What every host is asked to do with the built housing model: train it from a seed, and tell what that leaves.

/** What a host found: the bytes of `net.state` after training, predictions, and the profile that it takes by itself. */
export interface Outcome {
  readonly state: readonly number[];
  readonly price: readonly number[];
  readonly profile: "exact" | "fast";
}

/** The module `train.js`, which lies beside the built files; its `train` takes what gives what their `load` takes in place of the module. */
export const trainScript = (bindings: string): string => `import load from "./${bindings}";

const x = Array.from({ length: 16 }, (_, row) => Array.from({ length: 12 }, (_, column) => ((row * 7 + column * 5) % 13) / 13));
const y = x.map(([a, b]) => [a - b]);

export async function train(source) {
  const net = await load(source?.(), { seed: 1, profile: "exact" });
  for (let step = 0; step < 30; step++) net.step({ x, y });
  const { manifest } = await load(source?.());
  return { state: Array.from(net.state()), price: Array.from(net.predict({ x }).price), profile: manifest.profile };
}
`;

/** A script of a page that leaves the promise of its outcome in `globalThis.outcome`. */
export const pageScript = 'import { train } from "./train.js";\nglobalThis.outcome = train();\n';

/** A page that runs a script. */
export const page = (script: string): string => `<!doctype html><title>housing</title><script type="module" src="${script}"></script>`;
