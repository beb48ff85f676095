// A training by `gradc train --checkpoint FILE --resume`, of a table and with a best epoch.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { f32, losses, model, nn, optim } from "gradc";
import { compile } from "gradc/compiler";
import { readContent } from "../../../checkpoint/content.node.ts";
import { fingerprint } from "../../../runtime/program.ts";
import type { Subject } from "./kills.ts";

const definition = model("told", { x: f32("batch", 3), y: f32("batch", 1) }, ({ x, y }) => {
  const p = nn.linear(nn.dropout(nn.relu(nn.linear(nn.standardize(x), 128)), 0.2), 1);
  return { outputs: { p }, loss: losses.mse(p, y) };
});

const line = (row: number): string => [row % 17, Math.sin(row), (row * row) % 31, Math.cos(row * 0.7)].join(",");

/** A training of so many epochs by the command line whose program is `script`. */
export async function commanded(folder: string, script: string, epochs: number): Promise<Subject> {
  const [module, table] = [join(folder, "told.wasm"), join(folder, "table.csv")];
  await mkdir(folder, { recursive: true });
  await writeFile(module, (await compile(definition, { batch: 8, optimizer: optim.adam({ lr: 0.01 }) })).wasm);
  await writeFile(table, `a,b,c,y\n${Array.from({ length: 400 }, (_, row) => `${line(row)}\n`).join("")}`);
  const checkpointIn = (run: string) => join(run, "checkpoint");
  const isThere = (run: string) =>
    readFile(checkpointIn(run)).then(
      () => true,
      () => false,
    );
  return {
    async args(run) {
      const going = (await isThere(run)) ? ["--resume"] : [];
      const settings = ["--target", "y", "--epochs", String(epochs), "--seed", "3"];
      return [script, "train", module, "--data", table, "-o", run, "--checkpoint", checkpointIn(run), ...settings, ...going];
    },
    begins: /--optimizer/,
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
    own: /^(checkpoint|told\.(safetensors|wasm|trained\.wasm|js|d\.ts))$/,
  };
}
