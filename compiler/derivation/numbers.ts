// Numbers beside formulas: five significant digits, small tables whole, of larger ones how they begin.

const digits = 5;

/** What weights in f32 do not hold of a number that is exact. */
const rounding = 2e-7;

/** What is shown of a row, and of the rows of a table. */
const most = { columns: 6, rows: 6 } as const;

/** `value` to five significant digits, without zeros at the end where it is no longer: 2.25, 3.5390, −1.0575. */
export function fiveDigits(value: number): string {
  const rounded = value.toPrecision(digits);
  const isExact = Math.abs(Number(rounded) - value) <= rounding * Math.abs(value);
  return (isExact ? String(Number(rounded)) : rounded).replaceAll("-", "−");
}

const listed = (parts: readonly string[], limit: number, between: string): string =>
  parts.length <= limit ? parts.join(between) : [...parts.slice(0, limit - 1), "…"].join(between);

/** Elements in row-major order: `2.25`, `(1, 2)`, `(1.77, −1.06; 3.54, −2.11)`; of more than two axes the last two in rows. */
export function writeTable(data: ArrayLike<number>, shape: readonly number[]): string {
  const values = Array.from(data);
  if (values.length === 1) return fiveDigits(values[0] as number);
  const width = shape.at(-1) as number;
  const rows = Array.from({ length: width === 0 ? 0 : values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
  const written = rows.slice(0, most.rows + 1).map((row) => listed(row.slice(0, most.columns + 1).map(fiveDigits), most.columns, ", "));
  const isShort = rows.length > most.rows || width > most.columns;
  return `(${listed(written, most.rows, "; ")})${isShort ? ` ${shape.join("×")}` : ""}`;
}
