// Trainings that another process kills at random moments, among them those of a write and of a rename.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { f32, losses, model, nn, optim } from "gradc";
import { open } from "gradc/checkpoint";
import { compile } from "gradc/compiler";

const program = fileURLToPath(new URL("training.ts", import.meta.url));
const hooks = fileURLToPath(new URL("../../../scripts/typescript.js", import.meta.url));

const definition = model("killed", { x: f32("batch", 16), y: f32("batch", 1) }, ({ x, y }) => {
  const hidden = nn.dropout(nn.relu(nn.linear(x, 256)), 0.2);
  return { outputs: { p: nn.linear(hidden, 1) }, loss: losses.mse(nn.linear(hidden, 1), y) };
});

/** What was seen of trainings that were killed. */
export interface Killed {
  readonly kills: number;
  /** Trainings that came to their end, and how many of them saw other rows or have other weights than one that nobody stopped. */
  readonly ended: number;
  readonly others: number;
  /** Checkpoints that did not open, or opened at an older one. */
  readonly unopened: readonly string[];
  /** Kills after which a file was half written, so that they hit a save. */
  readonly amid: number;
  /** Names of files that a training left beside its checkpoints. */
  readonly left: readonly string[];
}

class Training {
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
  text = "";

  constructor(module: string, folder: string, steps: number) {
    this.child = spawn(process.execPath, ["--import", hooks, program, module, folder, String(steps)], { stdio: ["ignore", "pipe", "inherit"] });
    this.child.stdout?.on("data", (part) => {
      this.text += part;
    });
    this.ended = new Promise((done) => this.child.once("close", () => done()));
  }

  async begins(): Promise<void> {
    while (!this.text.includes("begins") && this.child.exitCode === null) await setTimeout(2);
  }
}

const lastLine = (text: string): string => text.trimEnd().split("\n").at(-1) ?? "";

/** Kills trainings of so many steps until that many were hit. `random` gives numbers of [0, 1). */
export async function killTrainings(folder: string, count: number, steps: number, random = Math.random): Promise<Killed> {
  const module = join(folder, "killed.wasm");
  await mkdir(folder, { recursive: true });
  await writeFile(module, (await compile(definition, { batch: 8, optimizer: optim.adam({ lr: 0.01 }) })).wasm);
  const start = (name: string) => new Training(module, join(folder, name), steps);
  const alone = start("alone");
  await alone.ended;
  const wanted = lastLine(alone.text);
  const [unopened, left]: [string[], string[]] = [[], []];
  let [kills, ended, others, amid] = [0, 0, 0, 0];
  while (kills < count || ended === 0) {
    const training = start("run");
    await training.begins();
    if (kills < count) {
      await setTimeout(random() * 120);
      if (training.child.kill("SIGKILL")) kills++;
    }
    await training.ended;
    const names = await readdir(join(folder, "run")).catch(() => []);
    if (names.some((name) => name.endsWith(".tmp"))) amid++;
    const newest = join(folder, "run", "checkpoint.safetensors");
    const opened =
      // Nothing was saved yet.
      names.every((name) => name.endsWith(".tmp")) ||
      (await open(newest).then(
        (found) => found.path === newest,
        () => false,
      ));
    if (!opened) unopened.push(names.join(", "));
    if (training.child.exitCode) throw new Error(`a training ended with ${training.child.exitCode}`);
    if (!training.text.includes("seen")) continue;
    ended++;
    if (lastLine(training.text) !== wanted) others++;
    left.push(...names.filter((name) => !/^checkpoint(\.(best|\d{6}))?\.safetensors$/.test(name)));
    await rm(join(folder, "run"), { recursive: true });
  }
  return { kills, ended, others, unopened, amid, left };
}
