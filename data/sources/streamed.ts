// Tables of text that are read part by part, anew for each epoch.
import { createColumn, type GrowingColumn } from "../column.ts";
import { addCell } from "../csv.ts";
import type { Stream } from "../dataset/core.ts";
import { needsAllRows, tableChanged } from "../dataset/diagnostics.ts";
import type { Rows } from "../dataset/rows.ts";
import { laterColumn } from "../dataset/values.ts";
import type { Header } from "../header.ts";
import { lookOf } from "../looks.ts";
import type { Cells } from "../scan.ts";
import { createLines } from "../table.ts";
import { baseOf } from "./arrays.ts";
import { type StreamColumn, streamColumn, streamLabels } from "./stream-column.ts";
import { type Sample, sampleOf, tableValues } from "./tables.ts";

/** The line of the row at hand, or its number. */
export interface Line {
  line: number;
  /** Whether classes alone need be read of it. */
  isSkipped?: boolean;
}

/** A table whose rows can be read once. */
export interface OpenRows {
  readonly header: Pick<Header, "file" | "names" | "ordinary" | "notes">;
  readonly decimal: string;
  /** For each part a function that adds its next row to the columns of these names, at the line that `place` has then; false where none is left. */
  fill(columns: ReadonlyMap<string, Pick<GrowingColumn, "add" | "addNumber" | "addMissing">>, place: Line): AsyncGenerator<() => boolean>;
}

const [sampleRows, mostRows, blockValues] = [4096, 2 ** 16, 2 ** 20];

/** How many rows a block has: the fewer the more columns there are, so that its numbers take 8 MB at most. */
const rowsOfBlock = (columns: number): number => Math.max(1, Math.min(mostRows, Math.floor(blockValues / Math.max(1, columns))));

/** A column that is filled; `isOrdered` where its numbers depend on all cells before. */
type Filling = Pick<GrowingColumn, "add"> & Pick<Partial<StreamColumn>, "isOrdered">;

/** The rows of separated values. */
export async function* fillCells(
  rows: AsyncGenerator<() => Cells | undefined>,
  names: readonly string[],
  columns: ReadonlyMap<string, Filling>,
  place: Line,
): AsyncGenerator<() => boolean> {
  const readings = names.flatMap((name, cell) => (columns.has(name) ? [{ cell, column: columns.get(name) as Filling }] : []));
  const kept = readings.filter(({ column }) => column.isOrdered);
  for await (const next of rows) {
    yield () => {
      const cells = next();
      if (!cells) return false;
      place.line = cells.line;
      for (const { cell, column } of place.isSkipped ? kept : readings) addCell(cells, cell, column);
      return true;
    };
  }
}

/** What the columns hold, told from the first rows. */
async function takeSample({ header, decimal, fill }: OpenRows): Promise<Sample[]> {
  const columns = new Map(header.ordinary.map((name) => [name, createColumn(name, decimal)]));
  const rows = await countRows(fill(columns, { line: 0 }), Math.min(sampleRows, rowsOfBlock(columns.size)));
  return [...columns.values()].map((column) => sampleOf(tableValues(column, rows, lookOf)));
}

async function countRows(parts: AsyncGenerator<() => boolean>, most: number): Promise<number> {
  let rows = 0;
  for await (const next of parts) {
    while (rows < most && next()) rows++;
    if (rows === most) break;
  }
  return rows;
}

/** The blocks of one epoch; of those that end before row `skip` classes alone are read, whose numbers are in order of appearance. @throws GradcError those of reading, `csv-not-a-number` */
async function* readBlocks({ header, decimal, fill }: OpenRows, samples: readonly Sample[], skip: number): AsyncGenerator<Rows> {
  const { file } = header;
  const most = rowsOfBlock(samples.length);
  let lines = createLines();
  let first = 0;
  let unread = Math.floor(skip / most);
  const here: Line = { line: 0, isSkipped: unread > 0 };
  const place = () => `${file}:${here.line}`;
  const columns = new Map(
    samples.map((sample): [string, StreamColumn] => [sample.name, streamColumn(sample, streamLabels(sample.labels ?? []), most, decimal, place)]),
  );
  const take = (): Rows => {
    const { count, at: lineOf } = lines;
    const values = [...columns.values()].map((column) => column.take());
    const base = baseOf(unread > 0 ? [] : values, count, (at) => `${file}:${lineOf(at)}`, first);
    first += count;
    unread = Math.max(0, unread - 1);
    here.isSkipped = unread > 0;
    lines = createLines();
    return { base, maps: [] };
  };
  for await (const next of fill(columns, here)) {
    while (next()) {
      lines.add(here.line);
      if (lines.count === most) yield take();
    }
  }
  if (lines.count > 0) yield take();
}

/** The stream of a table that `open` opens anew for each epoch, and what a user should know. @throws GradcError those of opening */
export async function streamTable(open: () => Promise<OpenRows>): Promise<{ readonly stream: Stream; readonly notes: readonly string[] }> {
  const table = await open();
  const { header } = table;
  const samples = await takeSample(table);
  const stream: Stream = {
    name: header.file,
    columns: new Map(
      samples.map((sample) => [sample.name, laterColumn(sample.name, sample.labels, () => needsAllRows(`The column "${sample.name}"`, header.file))]),
    ),
    async *open(skip = 0) {
      const again = await open();
      if (String(again.header.names) !== String(header.names)) throw tableChanged(header.file, header.names, again.header.names);
      yield* readBlocks(again, samples, skip);
    },
  };
  return { stream, notes: header.notes };
}
