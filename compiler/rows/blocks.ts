// A block of rows: the buffers that hold it, and what goes over all rows as it goes over those of a block.
//
//   parallel i < n { y[i, j] = f(x[i, j], i) }   =>   parallel i < block { y.block[i, j] = f(x.block[i, j], i + 512·step) }
//
// Requires: statements that are at their own row of every buffer of rows.
// Ensures: the same values for the rows of the block.
// Cost: linear in the statements.
import type { Dim } from "../ir/dim.ts";
import { along, plus } from "../kernel/affine.ts";
import { atPoint, withPlaces } from "../kernel/copy.ts";
import { type Axis, type Buffer, type Expr, isAxis, type Repeat, rowsOfBlock, type Statement } from "../kernel/kernel.ts";
import { kept, loopsOf } from "../kernel/visit.ts";

/** The loop around the calls of a block. */
const loop = "block";

/** Rows in blocks of `size`. */
export class Blocks {
  readonly rows: Dim;
  readonly size: number;
  private readonly step: Expr = { kind: "scalar", dtype: "i32", scalar: { name: loop, value: 0, loop } };

  constructor(rows: Dim, size: number) {
    this.rows = rows;
    this.size = size;
  }

  /** A buffer for the rows of one block, in place of one for all of them. */
  readonly alone = kept((buffer: Buffer): Buffer => ({ ...buffer, shape: this.shapeOf(buffer) }));

  /** The rows of the block at hand, in a buffer of all. */
  readonly among = kept((buffer: Buffer): Buffer => {
    const { name, dtype, halo } = buffer;
    const view = { of: buffer, axis: 0, start: 0, loop, by: this.size };
    return { name, kind: "temporary", dtype, shape: this.shapeOf(buffer), ...(halo && { halo }), view };
  });

  private shapeOf = ({ shape }: Buffer): readonly Dim[] => [rowsOfBlock, ...shape.slice(1)];

  /** A loop around calls, over the blocks of so many rows at most. */
  repeat = (rows: number): Repeat => ({
    ...{ loop, steps: Math.ceil(rows / this.size), reverse: false },
    blocks: { of: this.rows, rows: this.size },
  });

  /** `body` for the rows of the block at hand; `place` gives the buffers that hold them. */
  body(body: readonly Statement[], place: (buffer: Buffer) => Buffer): readonly Statement[] {
    const all = loopsOf(body).flatMap(({ axis }) => (axis.extent === this.rows ? [axis] : []));
    const axes = new Map(all.map((axis): [Axis, Axis] => [axis, { name: axis.name, extent: rowsOfBlock }]));
    const moved = [...axes].reduce((before, [axis, own]) => {
      const index = plus(along(own), along(this.step, this.size));
      return atPoint(before, { axis, index, place: (element) => element });
    }, body);
    return withPlaces(moved, (element) => {
      const [row, ...others] = element.index;
      if (element.buffer.shape[0] !== this.rows || !row) return element;
      return { buffer: place(element.buffer), index: [{ offset: 0, terms: row.terms.filter(({ atom }) => isAxis(atom)) }, ...others] };
    });
  }
}
