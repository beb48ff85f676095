// A training that saves after each step and goes on from what it finds: `node training.ts MODULE FOLDER STEPS`. Prints a line when it begins, and at
// its end a hash of the rows that were seen, in their order, and of the weights.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { open, save } from "gradc/checkpoint";
import { load } from "gradc/runtime";
import { fingerprint } from "../../../runtime/program.ts";

/** Rows of the table, and of a batch. */
const [rows, batch] = [48, 8];

const [module = "", folder = "", steps = "0"] = process.argv.slice(2);

/** Where the training is: the epoch, the next of its rows, a hash of all rows before. */
interface Position {
  readonly epoch: number;
  readonly next: number;
  readonly seen: number;
}

/** The order of an epoch: by Fisher and Yates, with a linear congruential generator. */
function orderOf(epoch: number): number[] {
  const order = Array.from({ length: rows }, (_, row) => row);
  let state = epoch + 1;
  for (let last = rows - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}

const valuesOf = (row: number): number[] => Array.from({ length: 16 }, (_, i) => Math.sin(row * 16 + i));

const net = await load(module, { seed: 5 });
let position: Position = { epoch: 0, next: 0, seen: 0 };
const losses: number[] = [];
if (existsSync(join(folder, "checkpoint.safetensors"))) {
  const checkpoint = await open(folder);
  checkpoint.restore(net);
  position = checkpoint.position as Position;
  losses.push(...(checkpoint.history as number[]));
}
console.log("begins");
while (losses.length < Number(steps)) {
  const { epoch, next, seen } = position;
  const chosen = orderOf(epoch).slice(next, next + batch);
  const { loss } = net.step({ x: chosen.map(valuesOf), y: chosen.map((row) => [row / rows]) });
  losses.push(loss);
  const isLast = next + batch >= rows;
  position = {
    epoch: isLast ? epoch + 1 : epoch,
    next: isLast ? 0 : next + batch,
    seen: fingerprint(Uint8Array.from([seen, seen >>> 8, seen >>> 16, seen >>> 24, ...chosen])),
  };
  await save(folder, net, { position, history: losses, keep: 3, best: loss });
}
console.log(`seen ${position.seen} weights ${fingerprint(net.state())} losses ${losses.length}`);
