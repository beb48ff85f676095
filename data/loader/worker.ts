// A worker thread that makes rows. One without work rests for a while: the next epoch, or another loader, need not wait until a new one has started.
import { noWorkers, workerFailed } from "../dataset/diagnostics.ts";
import type { Packed } from "./packing.ts";
import { workerCode } from "./worker-code.ts";

/** What a worker answers: rows, or what failed for which row, or for none. */
export interface Answer {
  readonly id: number;
  readonly packed?: Packed;
  readonly row?: number;
  readonly module?: string;
  readonly message?: string;
}

interface Job {
  readonly finish: (answer: Answer) => void;
  readonly fail: (error: unknown) => void;
}

/** A thread that is waited for while it has work, and holds no process open when it has none. */
export interface Worker {
  /** Whether it runs and has no work. */
  isIdle(): boolean;
  ask(id: number, job: object, buffers: readonly ArrayBuffer[]): Promise<Answer>;
  end(): Promise<unknown>;
}

/** @throws GradcError `no-workers` */
function startWorker(): Worker {
  const { Worker: Thread } = globalThis.process?.getBuiltinModule?.("node:worker_threads") ?? {};
  if (!Thread) throw noWorkers();
  const worker = new Thread(workerCode, { eval: true });
  const jobs = new Map<number, Job>();
  let isRunning = true;
  const failAll = (cause: unknown): void => {
    for (const { fail } of jobs.values()) fail(workerFailed(cause));
    jobs.clear();
  };
  worker.unref();
  worker.on("message", (answer: Answer) => {
    const job = jobs.get(answer.id);
    jobs.delete(answer.id);
    if (jobs.size === 0) worker.unref();
    job?.finish(answer);
  });
  worker.on("error", failAll);
  worker.on("exit", (code) => {
    isRunning = false;
    failAll(`exit code ${code}`);
  });
  return {
    isIdle: () => isRunning && jobs.size === 0,
    ask(id, job, buffers) {
      return new Promise((finish, fail) => {
        jobs.set(id, { finish, fail });
        worker.ref();
        worker.postMessage({ id, ...job }, buffers);
      });
    },
    end() {
      // A process that has nothing else to do would end before whoever waits for this; an answer that still arrives must not say otherwise.
      worker.removeAllListeners("message").ref();
      return worker.terminate();
    },
  };
}

const restMilliseconds = 5000;
const resting = new Map<Worker, NodeJS.Timeout>();

/** A worker that rests, or a new one. @throws GradcError `no-workers` */
export function takeWorker(): Worker {
  for (const [worker, timer] of resting) {
    clearTimeout(timer);
    resting.delete(worker);
    if (worker.isIdle()) return worker;
  }
  return startWorker();
}

/** Lets a worker rest, or ends one that has work which nobody waits for. */
export async function endWorker(worker: Worker): Promise<void> {
  if (!worker.isIdle()) {
    await worker.end();
    return;
  }
  const end = (): void => {
    resting.delete(worker);
    void worker.end();
  };
  resting.set(worker, setTimeout(end, restMilliseconds).unref());
}
