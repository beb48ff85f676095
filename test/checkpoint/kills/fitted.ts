// A training by `fit`, a loader and checkpoints after each step: `training.ts` is its program.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { f32, losses, model, nn, optim } from "gradc";
import { open } from "gradc/checkpoint";
import { compile } from "gradc/compiler";
import type { Subject } from "./kills.ts";

/** What changes rows in the worker threads. */
const noise = fileURLToPath(new URL("noise.js", import.meta.url));

const definition = model("killed", { x: f32("batch", 16), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.dropout(nn.relu(nn.linear(x, 256)), 0.2);
  return { outputs: { p: nn.linear(hidden, 1) }, loss: losses.mse(nn.linear(hidden, 1), y) };
});

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

/** A training of so many steps by the program `script`, whose module lies in a folder, with `workers()` workers each time. */
export async function fitted(folder: string, script: string, steps: number, workers: () => number): Promise<Subject> {
  const module = join(folder, "killed.wasm");
  await mkdir(folder, { recursive: true });
  await writeFile(module, (await compile(definition, { batch: 8, optimizer: optim.adam({ lr: 0.01 }) })).wasm);
  return {
    args: (run) => [script, module, run, String(steps), String(workers()), noise],
    begins: /begins/,
    outcome: async (_, text) => lastLine(text),
    async opens(run) {
      const newest = join(run, "checkpoint.safetensors");
      return open(newest).then(
        ({ path }) => path === newest,
        () => false,
      );
    },
    own: /^checkpoint(\.(best|\d{6}))?\.safetensors$/,
  };
}
