// Worker threads, each of which makes one training at a time.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Outcome, Task } from "./task.ts";

/** Threads that share some jobs. */
export interface Pool {
  /** Hands out jobs in their order, as many at a time as there are workers, until they are done or `signal` is aborted. */
  each<Job>(jobs: readonly Job[], run: (job: Job, train: (task: Task) => Promise<Outcome>) => Promise<void>, signal: AbortSignal): Promise<void>;
  end(): Promise<void>;
}

/** Starts a thread. Where gradc runs from its sources, as in its tests, what reads them comes first. */
function startWorker(): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./worker.js", import.meta.url));
  const [reader, file] = ["../../../scripts/typescript.js", "./worker.ts"].map((path) => JSON.stringify(new URL(path, import.meta.url)));
  return new Worker(`import(${reader}).then(() => import(${file}))`, { eval: true });
}

/** Threads that are started when they are first needed, so many at most. */
export function startPool(size: number): Pool {
  const threads = Array.from({ length: size }, createThread);
  return {
    async each(jobs, run, signal) {
      let next = 0;
      const work = async (thread: Thread): Promise<void> => {
        while (next < jobs.length && !signal.aborted) await run(jobs[next++] as (typeof jobs)[number], (task) => thread.train(task, signal));
      };
      await Promise.all(threads.slice(0, jobs.length).map(work));
    },
    end: async () => void (await Promise.all(threads.map((thread) => thread.end()))),
  };
}

interface Thread {
  train(task: Task, signal: AbortSignal): Promise<Outcome>;
  end(): Promise<unknown>;
}

/** A thread, and after one that broke down another. */
function createThread(): Thread {
  let worker: Worker | undefined;
  const broke = (message: string): Outcome => {
    worker = undefined;
    return { kind: "failed", message: `the worker thread broke down: ${message}`, seconds: 0 };
  };
  return {
    train(task, signal) {
      worker ??= startWorker();
      return outcomeOf(worker, task, signal, broke);
    },
    end: async () => worker?.terminate(),
  };
}

/** What a worker makes of a task, or `broke` where it breaks down. */
async function outcomeOf(worker: Worker, task: Task, signal: AbortSignal, broke: (message: string) => Outcome): Promise<Outcome> {
  const stop = () => worker.postMessage("stop");
  const listening = new AbortController();
  const told = (event: string) => once(worker, event, { signal: listening.signal });
  const done = Promise.race([
    told("message").then(([outcome]: Outcome[]) => outcome as Outcome),
    told("exit").then(([code]) => broke(`exit code ${code}`)),
  ]).catch((error: Error) => broke(error.message));
  worker.postMessage(task);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const outcome = await done;
  signal.removeEventListener("abort", stop);
  listening.abort();
  return outcome;
}
