/** Where a command writes. */
export interface Terminal {
  /** Prints results, a line or more. */
  out(text: string): void;
  /** Prints messages about the run, a line or more. */
  note(text: string): void;
  /** Whether a person watches the messages, so that a bar may move. */
  readonly isWatched: boolean;
  /** Takes interrupts (Ctrl-C) until `release`: the first aborts the signal, a second ends the process. */
  interrupts(): { readonly signal: AbortSignal; readonly release: () => void };
}

export const standardTerminal: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  isWatched: process.stderr.isTTY === true,
  interrupts: () => {
    const controller = new AbortController();
    const abort = () => controller.abort();
    process.once("SIGINT", abort);
    return { signal: controller.signal, release: () => process.off("SIGINT", abort) };
  },
};

/** Lets the program go on in silence where a reader such as `head` has closed its end: a training is still saved. */
export function outliveReaders(...streams: readonly NodeJS.EventEmitter[]): void {
  for (const stream of streams)
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
}

/** Rows in columns, texts to the left and the columns of `numbers`, counted from 0, to the right. */
export function alignColumns(rows: readonly (readonly string[])[], numbers: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0));
  const pad = (cell: string, column: number) => (numbers.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0));
  return rows.map((row) => `  ${row.map(pad).join("  ")}`.trimEnd()).join("\n");
}

export const formatBytes = (bytes: number): string => `${bytes.toLocaleString("en")} bytes`;

/** Four digits, which tell one run from another. */
export const shortNumber = (value: number): string => String(Number(value.toPrecision(4)));
