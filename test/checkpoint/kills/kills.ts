// Trainings that another process kills at random moments, among them those of a write and of a rename.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** A training as a process that saves in a folder, and goes on from what it finds there. */
export interface Subject {
  /** The arguments of Node for a training in a folder; each time it may be another number of workers. */
  readonly args: (folder: string) => readonly string[] | Promise<readonly string[]>;
  /** What it prints when it begins. */
  readonly begins: RegExp;
  /** What a training came to that ended in a folder, having printed a text: rows in their order, weights. */
  readonly outcome: (folder: string, text: string) => Promise<string>;
  /** Whether what was saved last opens. */
  readonly opens: (folder: string) => Promise<boolean>;
  /** How it may be asked to end, which it then does with an error. */
  readonly interrupted?: { readonly signal: NodeJS.Signals; readonly says: RegExp };
  /** What it says, with an error, where the one before had ended, and was killed behind its last file. */
  readonly over?: RegExp;
  /** The names of files that belong in the folder. */
  readonly own: RegExp;
}

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

  constructor(args: readonly string[]) {
    this.child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (part) => {
        this.text += part;
      });
    this.ended = new Promise((done) => this.child.once("close", () => done()));
  }

  async begins(line: RegExp): Promise<void> {
    while (!line.test(this.text) && this.child.exitCode === null) await setTimeout(2);
  }

  /** Whether it came to its end. @throws Error where it failed, and not because it was asked to end */
  isDone({ interrupted, over }: Partial<Subject> = {}): boolean {
    if (over?.test(this.text)) return true;
    if (this.child.exitCode && !interrupted?.says.test(this.text)) throw new Error(`a training ended with ${this.child.exitCode}: ${this.text}`);
    return this.child.exitCode === 0;
  }
}

/** Kills trainings until that many were hit, each so many milliseconds after its begin at most. `random` gives numbers of [0, 1). */
export async function killTrainings(folder: string, subject: Subject, count: number, most = 120, random = Math.random): Promise<Killed> {
  const [alone, run] = [join(folder, "alone"), join(folder, "run")];
  for (const each of [alone, run]) await mkdir(each, { recursive: true });
  const first = new Training(await subject.args(alone));
  await first.ended;
  const wanted = first.isDone() && (await subject.outcome(alone, first.text));
  const [unopened, left]: [string[], string[]] = [[], []];
  let [kills, ended, others, amid] = [0, 0, 0, 0];
  while (kills < count || ended === 0) {
    const training = new Training(await subject.args(run));
    await training.begins(subject.begins);
    if (kills < count) {
      await setTimeout(random() * most);
      const isAsked = subject.interrupted && random() < 0.3;
      if (training.child.kill(isAsked ? subject.interrupted?.signal : "SIGKILL")) kills++;
    }
    await training.ended;
    const names = await readdir(run);
    if (names.some((name) => name.endsWith(".tmp"))) amid++;
    // Nothing may be saved yet.
    if (!names.every((name) => name.endsWith(".tmp")) && !(await subject.opens(run))) unopened.push(names.join(", "));
    if (!training.isDone(subject)) continue;
    ended++;
    if ((await subject.outcome(run, training.text)) !== wanted) others++;
    left.push(...names.filter((name) => !subject.own.test(name)));
    await rm(run, { recursive: true });
    await mkdir(run);
  }
  return { kills, ended, others, unopened, amid, left };
}
