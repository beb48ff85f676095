// Tables of numbers in f64, and what moves their elements.
export interface Array64 {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export const scalar = (value: number): Array64 => ({ shape: [], data: [value] });
export const elements = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
/** The index of each element of `shape`, in row-major order. */
export function* indices(shape: readonly number[]): Generator<number[]> {
  for (let position = 0; position < elements(shape); position++) {
    let rest = position;
    const index = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      index[axis] = rest % size;
      rest = Math.floor(rest / size);
    }
    yield index;
  }
}

export function at({ shape, data }: Array64, index: readonly number[]): number {
  const position = shape.reduce((sum, size, axis) => sum * size + (size === 1 ? 0 : (index[axis] as number)), 0);
  return data[position] as number;
}

export const tabulate = (shape: readonly number[], element: (index: number[]) => number): Array64 => ({
  shape,
  data: [...indices(shape)].map(element),
});

/** The columns of x for each of `count` heads. */
export const headsOf = ({ shape, data }: Array64, count: number): Array64 => {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const size = columns / count;
  return tabulate([...shape.slice(0, -2), count, rows, size], (index) => {
    const [head, row, column] = index.slice(-3) as [number, number, number];
    return at({ shape, data }, [...index.slice(0, -3), row, head * size + column]);
  });
};

/** The columns of all heads side by side. */
export const joinedOf = (x: Array64): Array64 => {
  const [count, rows, size] = x.shape.slice(-3) as [number, number, number];
  return tabulate([...x.shape.slice(0, -3), rows, count * size], (index) => {
    const [row, column] = index.slice(-2) as [number, number];
    return at(x, [...index.slice(0, -2), Math.floor(column / size), row, column % size]);
  });
};

/** `slice_0:2(x)` of the last axis, `slice_0:2,:(x)` of the one before. */
export function sliced({ shape, data }: Array64, subscript: string): Array64 {
  const ranges = subscript.split(",").map((range) => range.split(":").map((end) => (end === "" ? undefined : Number(end))));
  const firstAxis = shape.length - ranges.length;
  const bounds = shape.map((size, axis) => [ranges[axis - firstAxis]?.[0] ?? 0, ranges[axis - firstAxis]?.[1] ?? size] as const);
  return tabulate(
    bounds.map(([from, to]) => to - from),
    (index) =>
      at(
        { shape, data },
        index.map((i, axis) => i + (bounds[axis]?.[0] as number)),
      ),
  );
}

/** Side by side along the last axis. */
export function joined(parts: readonly Array64[]): Array64 {
  const widths = parts.map(({ shape }) => shape.at(-1) as number);
  const [{ shape }] = parts as [Array64];
  const rows = elements(shape.slice(0, -1));
  const data = Array.from({ length: rows }, (_, row) =>
    parts.flatMap((part, i) => part.data.slice(row * (widths[i] as number), (row + 1) * (widths[i] as number))),
  );
  return { shape: [...shape.slice(0, -1), widths.reduce((a, b) => a + b)], data: data.flat() };
}
