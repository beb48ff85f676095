// The table of mistakes in docs/testing.md.
import type { Mutant } from "./mutant.ts";

/** A row: the file that is broken, and the test that finds it; "" where none did. */
interface Row {
  readonly file: string;
  readonly caughtBy: string;
}

const table = /(<!-- mutants -->\n)[\s\S]*?(\n<!-- end of mutants -->)/;
const line = /^\| (.+) \| `(.+)` \| (.*) \|$/gm;

// A vertical bar would end a cell.
const inCell = (text: string): string => text.replace(/\s+/g, " ").replaceAll("|", "\\|").trim();
const fromCell = (cell: string): string => cell.replaceAll("\\|", "|");

/** The rows of the table in `document`, by name of the mistake. */
export function rowsIn(document: string): Map<string, Row> {
  const text = document.match(table)?.[0] ?? "";
  return new Map([...text.matchAll(line)].map(([, name = "", file = "", caughtBy = ""]) => [fromCell(name), { file, caughtBy: fromCell(caughtBy) }]));
}

/** `document` with a table of `mutants`: what this run found, else what stood there before. */
export function withRows(document: string, mutants: readonly Mutant[], found: ReadonlyMap<string, string>): string {
  const before = rowsIn(document);
  const rows = mutants.map(({ name, file }) => {
    const caughtBy = found.get(name) ?? before.get(name)?.caughtBy ?? "";
    return `| ${inCell(name)} | \`${file}\` | ${inCell(caughtBy)} |`;
  });
  const head = ["| mistake | in | found by |", "|---|---|---|"];
  return document.replace(table, (_, open: string, close: string) => [open, ...[...head, ...rows].join("\n"), close].join(""));
}
