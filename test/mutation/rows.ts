// Mistakes where entry points go over blocks of rows.
import type { Mutant } from "./mutant.ts";

const rows = (file: string) => `compiler/rows/${file}.ts`;
const tests = ["test/compiler/rows/block-rows.test.ts"];

export const rowMutants: readonly Mutant[] = [
  {
    name: "blocks of rows: what needs a sum over all rows stands in the loop that adds it up",
    file: rows("levels"),
    from: "(level < 0 ? level : level + 2)",
    to: "level",
    tests,
  },
  {
    name: "blocks of rows: a random number is that of the row's place in its block",
    file: rows("blocks"),
    from: "const index = plus(along(own), along(this.step, this.size));",
    to: "const index = along(own);",
    tests,
  },
  {
    name: "blocks of rows: a sum that is used for each row is taken for complete in each block",
    file: rows("units"),
    from: "if (needsAllRows([...sums.map(({ start }) => start), loop], this.rows)) throw new Undivided();",
    to: "",
    tests,
  },
  {
    name: "blocks of rows: what another loop over blocks reads has room for one block",
    file: rows("plan"),
    from: "!levels.has(buffer) || levels.get(buffer) === own ? own : undefined",
    to: "own",
    tests,
  },
  {
    name: "blocks of rows: the last block has as many rows as the others",
    file: "compiler/wasm/emit-entry.ts",
    from: "m.select(m.i32.lt_s(taken(), m.i32.const(rows)), taken(), m.i32.const(rows))",
    to: "m.i32.const(rows)",
    tests,
  },
];
