// Worker threads that make rows.
import type { Batch, Piece } from "../dataset/collate.ts";
import { asDataError, moduleFailed, noWorkers, workerFailed } from "../dataset/diagnostics.ts";
import { placeOfPieces } from "../dataset/pieces.ts";
import { baseAt, type Turn } from "../dataset/rows.ts";
import { collatePacked, type Packed, pack } from "./packing.ts";
import { workerCode } from "./worker-code.ts";

/** What a worker answers: rows, or what failed for which row, or for none. */
interface Answer {
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

/** Some workers. */
export interface Pool {
  /** The batch of some pieces, whose maps are modules; batch `number` is made by the worker that this is the turn of. */
  make(pieces: readonly Piece[], turn: Turn, number: number): Promise<Batch>;
  end(): Promise<void>;
}

/** The rows of some pieces before their maps, and their numbers in the source. */
async function rawRows(pieces: readonly Piece[], turn: Turn) {
  const found = pieces.flatMap(({ rows, places }) => Array.from(places, (at) => [rows.base, baseAt(rows, at)] as const));
  const rows = await Promise.all(found.map(([base, at]) => base.row(at, turn)));
  return { rows, indices: found.map(([base, at]) => base.indexOf(at)) };
}

/** One worker: it is waited for while it has work, and holds no process open when it has none. */
function startWorker() {
  const { Worker: Thread } = globalThis.process?.getBuiltinModule?.("node:worker_threads") ?? {};
  if (!Thread) throw noWorkers();
  const worker = new Thread(workerCode, { eval: true });
  const jobs = new Map<number, Job>();
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
  worker.on("exit", (code) => failAll(`exit code ${code}`));
  return {
    ask(id: number, job: object, buffers: readonly ArrayBuffer[]): Promise<Answer> {
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

function packedIn({ packed, row, module = "", message = "" }: Answer, place: (at: number) => string): Packed {
  if (packed) return packed;
  throw row === undefined ? moduleFailed(module, message) : asDataError(new Error(message), place(row), module);
}

/** Starts so many workers. @throws GradcError `no-workers` */
export function startPool(size: number): Pool {
  const workers = Array.from({ length: size }, startWorker);
  return {
    async make(pieces, turn, number) {
      const modules = pieces[0]?.rows.maps.map(({ module }) => module);
      const { rows, indices } = await rawRows(pieces, turn);
      const [packed, buffers] = pack(rows);
      const worker = workers[number % size] as ReturnType<typeof startWorker>;
      const place = placeOfPieces(pieces);
      const job = { packed, indices, seed: turn.seed, epoch: turn.epoch, modules };
      return collatePacked(packedIn(await worker.ask(number, job, buffers), place), place);
    },
    async end() {
      await Promise.all(workers.map((worker) => worker.end()));
    },
  };
}
