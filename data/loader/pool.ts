// Worker threads that make rows.
import type { Batch, Piece } from "../dataset/collate.ts";
import { asDataError, moduleFailed } from "../dataset/diagnostics.ts";
import { placeOfPieces } from "../dataset/pieces.ts";
import { baseAt, type Turn } from "../dataset/rows.ts";
import { collatePacked, type Packed, pack } from "./packing.ts";
import { type Answer, endWorker, takeWorker, type Worker } from "./worker.ts";

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

function packedIn({ packed, row, module = "", message = "" }: Answer, place: (at: number) => string): Packed {
  if (packed) return packed;
  throw row === undefined ? moduleFailed(module, message) : asDataError(new Error(message), place(row), module);
}

/** A pool of so many workers. @throws GradcError `no-workers` */
export function startPool(size: number): Pool {
  const workers = Array.from({ length: size }, takeWorker);
  return {
    async make(pieces, turn, number) {
      const modules = pieces[0]?.rows.maps.map(({ module }) => module);
      const { rows, indices } = await rawRows(pieces, turn);
      const [packed, buffers] = pack(rows);
      const worker = workers[number % size] as Worker;
      const place = placeOfPieces(pieces);
      const job = { packed, indices, seed: turn.seed, epoch: turn.epoch, modules };
      return collatePacked(packedIn(await worker.ask(number, job, buffers), place), place);
    },
    async end() {
      await Promise.all(workers.map(endWorker));
    },
  };
}
