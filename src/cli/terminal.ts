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

/** Rows in columns: the first to the left, the others to the right. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) => `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ")}`.trimEnd())
    .join("\n");
}

export const formatBytes = (bytes: number): string => `${bytes.toLocaleString("en")} bytes`;
