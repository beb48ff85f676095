// The columns of a table as inputs take them.
import type { Beginning } from "./lint.ts";

/** One column of an input. */
export interface InputColumn {
  readonly name: string;
  readonly isTarget: boolean;
  at(row: number): number;
  /** Whether something holds for all rows. */
  every(holds: (row: number) => boolean): boolean;
  /** Whether all rows have one value. */
  readonly isFixed: boolean;
}

/** The columns of the inputs, over the rows that are trained on. */
export function columnsIn({ manifest: { inputs, targets }, columns, rows }: Pick<Beginning, "manifest" | "columns" | "rows">): InputColumn[] {
  return inputs.flatMap(({ name: input }) => {
    const names = columns[input] ?? [];
    const values = rows[input] ?? [];
    return names.map((name, column) => {
      const at = (row: number) => values[row * names.length + column] as number;
      const every = (holds: (row: number) => boolean): boolean => {
        for (let row = 0; row < values.length / names.length; row++) if (!holds(row)) return false;
        return true;
      };
      return { name, isTarget: targets.includes(input), at, every, isFixed: every((row) => at(row) === at(0)) };
    });
  });
}
