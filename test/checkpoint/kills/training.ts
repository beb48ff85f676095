// A training that saves after each step and goes on from what it finds: `node training.js MODULE FOLDER STEPS WORKERS NOISE`. Prints a line when it begins, and
// at its end a hash of the rows that were seen, in their order, and of the weights.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { open, save } from "gradc/checkpoint";
import { dataLoader, fromArrays, type LoaderPosition } from "gradc/data";
import { fit, load, type Position } from "gradc/runtime";
import { fingerprint } from "../../../runtime/program.ts";

/** Rows of the table, and of a batch. */
const [rows, batch] = [48, 8];

const [module = "", folder = "", steps = "0", workers = "0", noise = ""] = process.argv.slice(2);

/** Where the training is, where its source of batches is, and a hash of all rows before. */
interface Place {
  readonly training: Position;
  readonly loader: LoaderPosition;
  readonly seen: number;
}

const valuesOf = (row: number): number[] => Array.from({ length: 16 }, (_, i) => Math.sin(row * 16 + i));

const net = await load(module, { seed: 5 });
const table = Array.from({ length: rows }, (_, row) => ({ x: valuesOf(row), y: [row / rows] }));
const loader = dataLoader<{ x: Float32Array; y: Float32Array }>(fromArrays(table).map(pathToFileURL(noise)), {
  batchSize: batch,
  shuffle: true,
  seed: 5,
  numWorkers: Number(workers),
});
const losses: number[] = [];
let past: Place | undefined;
if (existsSync(join(folder, "checkpoint.safetensors"))) {
  const checkpoint = await open(folder);
  checkpoint.restore(net);
  past = checkpoint.position as Place;
  loader.seek(past.loader);
  losses.push(...(checkpoint.history as number[]));
}
let seen = past?.seen ?? 0;

/** The batches of an epoch, whose rows are noted as they are given. */
async function* noted() {
  for await (const inputs of loader) {
    const given = Array.from(inputs.y, (y) => Math.round(y * rows));
    seen = fingerprint(Uint8Array.from([seen, seen >>> 8, seen >>> 16, seen >>> 24, ...given]));
    yield inputs;
  }
}

console.log("begins");
await fit(
  net,
  { [Symbol.asyncIterator]: noted },
  {
    epochs: Math.ceil((Number(steps) * batch) / rows),
    ...(past && { position: past.training }),
    async onStep({ loss }, { position }) {
      losses.push(loss);
      const place: Place = { training: position, loader: loader.position(), seen };
      await save(folder, net, { position: place, history: losses, keep: 3, best: loss });
    },
  },
);
console.log(`seen ${seen} weights ${fingerprint(net.state())} losses ${losses.length}`);
