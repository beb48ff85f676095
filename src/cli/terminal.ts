/** Where a command writes. */
export interface Terminal {
  /** Prints results, a line or more. */
  out(text: string): void;
  /** Prints messages about the run, a line or more. */
  note(text: string): void;
  /** Whether a person watches the messages, so that a bar may move. */
  readonly isWatched: boolean;
}

export const standardTerminal: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  note: (text) => void process.stderr.write(`${text}\n`),
  isWatched: process.stderr.isTTY === true,
};

/** Rows in columns, texts to the left and the columns of `numbers`, counted from 0, to the right. */
export function alignColumns(rows: readonly (readonly string[])[], numbers: readonly number[] = []): string {
  const widths = (rows[0] ?? []).map((_, column) => rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0));
  const pad = (cell: string, column: number) => (numbers.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0));
  return rows.map((row) => `  ${row.map(pad).join("  ")}`.trimEnd()).join("\n");
}

export const formatBytes = (bytes: number): string => `${bytes.toLocaleString("en")} bytes`;
