// Products of matrices and of vectors.
import { type Axis, build, permuted, plain, shapeText, sizeOf, type Tensor, Unreadable } from "./tensor.ts";

/** `x·y`: a vector is a row on the left and a column on the right, axes before the last two are batches of matrices. */
export function product(left: Tensor, right: Tensor): Tensor {
  const [x, y] = [plain(left), plain(right)];
  const inner = x.axes.at(-1) as Axis;
  const [rows, lead] = [x.axes.slice(0, -1).at(-1), x.axes.slice(0, -2)];
  const columns = y.axes.length > 1 ? y.axes.at(-1) : undefined;
  const leadY = y.axes.slice(0, -2);
  const met = y.axes.length > 1 ? (y.axes.at(-2) as Axis) : (y.axes[0] as Axis);
  const isSame = lead.length === leadY.length && lead.every(({ extent }, i) => extent === leadY[i]?.extent);
  if (met.extent !== inner.extent || (lead.length > 0 && leadY.length > 0 && !isSame))
    throw new Unreadable(`no product: ${shapeText(x)}·${shapeText(y)}`);
  const batches = lead.length > 0 ? lead : leadY;
  const axes = [...batches, ...(rows ? [rows] : []), ...(columns ? [columns] : [])];
  const [count, height, width] = [sizeOf(batches), rows?.extent ?? 1, columns?.extent ?? 1];
  const data = new Float64Array(count * height * width);
  for (let batch = 0; batch < count; batch++) {
    const [fromX, fromY] = [lead.length > 0 ? batch * height * inner.extent : 0, leadY.length > 0 ? batch * inner.extent * width : 0];
    for (let row = 0; row < height; row++)
      for (let k = 0; k < inner.extent; k++)
        for (let column = 0; column < width; column++) {
          const at = (batch * height + row) * width + column;
          data[at] = (data[at] as number) + (x.data[fromX + row * inner.extent + k] as number) * (y.data[fromY + k * width + column] as number);
        }
  }
  return { axes, data };
}

/** `x ⊗ y` of vectors. */
export function outer(left: Tensor, right: Tensor): Tensor {
  const [x, y] = [plain(left), plain(right)];
  if (x.axes.length !== 1 || y.axes.length !== 1) throw new Unreadable(`no outer product: ${shapeText(x)} ⊗ ${shapeText(y)}`);
  return build([...x.axes, ...y.axes], ([i = 0, j = 0]) => (x.data[i] as number) * (y.data[j] as number));
}

/** `xᵀ` has the last two axes exchanged. */
export function swapped(given: Tensor): Tensor {
  const x = plain(given);
  const last = x.axes.length - 1;
  if (last < 1) throw new Unreadable(`no transpose of ${shapeText(x)}`);
  return permuted(x, [...x.axes.slice(0, -2).map((_, axis) => axis), last, last - 1]);
}
