// Worker threads that make rows.
import { type Batch, collate, type Piece } from "../dataset/collate.ts";
import { asDataError, moduleFailed, noWorkers, workerFailed } from "../dataset/diagnostics.ts";
import { countOf, placeOfPieces } from "../dataset/pieces.ts";
import { baseAt, type DataRow, type Turn } from "../dataset/rows.ts";
import { workerCode } from "./worker-code.ts";

/** What a worker answers: rows, or what failed for which row, or for none. */
interface Answer {
  readonly id: number;
  readonly rows?: readonly DataRow[];
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

/** The part of a buffer that an array sees: a message copies the whole buffer else. */
const own = <A extends ArrayBufferView>(view: A): A =>
  view.byteLength < view.buffer.byteLength ? (view as unknown as { slice(): A }).slice() : view;

function sendableValue(value: unknown): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) return own(value);
  const { data } = (value ?? {}) as { readonly data?: unknown };
  return ArrayBuffer.isView(data) && !(data instanceof DataView) ? { ...(value as object), data: own(data) } : value;
}

const sendable = (row: DataRow): DataRow => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, sendableValue(value)]));

/** The rows of some pieces before their maps, and their numbers in the source. */
async function rawRows(pieces: readonly Piece[], turn: Turn) {
  const found = pieces.flatMap(({ rows, places }) => Array.from(places, (at) => [rows.base, baseAt(rows, at)] as const));
  const rows = await Promise.all(found.map(([base, at]) => base.row(at, turn)));
  return { rows: rows.map(sendable), indices: found.map(([base, at]) => base.indexOf(at)) };
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
    ask(id: number, job: object): Promise<Answer> {
      return new Promise((finish, fail) => {
        jobs.set(id, { finish, fail });
        worker.ref();
        worker.postMessage({ id, ...job });
      });
    },
    end: () => worker.terminate(),
  };
}

function rowsIn({ rows, row, module = "", message = "" }: Answer, place: (at: number) => string): readonly DataRow[] {
  if (rows) return rows;
  throw row === undefined ? moduleFailed(module, message) : asDataError(new Error(message), place(row), module);
}

/** Starts so many workers. @throws GradcError `no-workers` */
export function startPool(size: number): Pool {
  const workers = Array.from({ length: size }, startWorker);
  return {
    async make(pieces, turn, number) {
      const modules = pieces[0]?.rows.maps.map(({ module }) => module);
      const job = { ...(await rawRows(pieces, turn)), seed: turn.seed, epoch: turn.epoch, modules };
      const worker = workers[number % size] as ReturnType<typeof startWorker>;
      const place = placeOfPieces(pieces);
      const rows = rowsIn(await worker.ask(number, job), place);
      if (rows.length !== countOf(pieces)) throw workerFailed("another number of rows");
      return collate(rows, place);
    },
    async end() {
      await Promise.all(workers.map((worker) => worker.end()));
    },
  };
}
