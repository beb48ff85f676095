// A training by `gradc train --checkpoint FILE --resume`: of a table, or of arrays whose rows a module changes in worker threads.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { f32, losses, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { readContent } from "../../../checkpoint/content.node.ts";
import { fingerprint } from "../../../runtime/program.ts";
import { npyOf } from "../../support/array-files.ts";
import type { Subject } from "./kills.ts";

const definition = model("told", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const p = nn.linear(nn.dropout(nn.relu(nn.linear(nn.standardize(x), 128)), 0.2), 1);
  return { outputs: { p }, loss: losses.mse(p, y) };
});

const line = (row: number): number[] => [row % 17, Math.sin(row), (row * row) % 31, Math.cos(row * 0.7)];

/** The arguments that say what a training of the command line reads. */
type Reading = () => readonly string[];

/** A table. */
export async function ofTable(folder: string): Promise<Reading> {
  const table = join(folder, "table.csv");
  await writeFile(table, `a,b,c,y\n${Array.from({ length: 400 }, (_, row) => `${line(row).join()}\n`).join("")}`);
  return () => ["--data", table, "--target", "y"];
}

/** Arrays whose rows are changed, by another number of workers each time. */
export async function ofArrays(folder: string, workers: () => number): Promise<Reading> {
  const rows = Array.from({ length: 400 }, (_, row) => line(row));
  await writeFile(join(folder, "x.npy"), npyOf([400, 3], Float64Array.from(rows.flatMap((row) => row.slice(0, 3)))));
  await writeFile(join(folder, "y.npy"), npyOf([400, 1], Float64Array.from(rows.flatMap((row) => row.slice(3)))));
  const files = `x=${join(folder, "x.npy")},y=${join(folder, "y.npy")}`;
  return () => ["--data", files, "--augment", fileURLToPath(new URL("noise.js", import.meta.url)), "--workers", String(workers())];
}

/** A training of so many epochs by the command line whose program is `script`. */
export async function commanded(folder: string, script: string, epochs: number, reading: Reading): Promise<Subject> {
  const module = join(folder, "told.wasm");
  await mkdir(folder, { recursive: true });
  await writeFile(module, (await compile(definition, { batch: 8, optimizer: optim.adam({ lr: 0.01 }) })).wasm);
  const checkpointIn = (run: string) => join(run, "checkpoint");
  const isThere = (run: string) =>
    readFile(checkpointIn(run)).then(
      () => true,
      () => false,
    );
  return {
    async args(run) {
      const going = (await isThere(run)) ? ["--resume"] : [];
      const settings = ["--epochs", String(epochs), "--seed", "3", "--allow", "unscaled-input"];
      return [script, "train", module, ...reading(), "-o", run, "--checkpoint", checkpointIn(run), ...settings, ...going];
    },
    begins: /epoch \d+\//,
    async outcome(run) {
      const files = ["told.safetensors", "told.trained.wasm"].map((name) => readFile(join(run, name)));
      return (await Promise.all(files)).map(fingerprint).join();
    },
    opens: (run) =>
      readFile(checkpointIn(run)).then(
        (bytes) => !!readContent(bytes),
        () => false,
      ),
    interrupted: { signal: "SIGTERM", says: /error: Interrupted after/ },
    over: /has \d+ epochs already, and its files are written/,
    own: /^(checkpoint|told\.(safetensors|wasm|trained\.wasm|js|d\.ts))$/,
  };
}
