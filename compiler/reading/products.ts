// What the signs of products do with tables.
import { contracted, elements, elementwise, isScalar, Misfit, make, shapeText, type Tensor, type Work } from "./tensor.ts";

const times = (a: number, b: number): number => a * b;
const misfit = (x: Tensor, y: Tensor): Misfit => new Misfit(`product ${shapeText(x.shape)}·${shapeText(y.shape)}`);

const lettersOf = (count: number, last: readonly string[]): string[] => [
  ...Array.from({ length: count - last.length }, (_, at) => `b${at}`),
  ...last,
];

/** A product of matrices; a vector is a row on the left and a column on the right, leading axes are batches of matrices. Undefined where they do not fit. */
function matrices(x: Tensor, y: Tensor, work: Work): Tensor | undefined {
  const [a, b] = [x.shape.length, y.shape.length];
  const isFlat = a <= 2 && b <= 2;
  if (x.isColumn && b === 1) return outer(x, y, work);
  if (x.shape.at(-1) !== (b === 1 ? y.shape[0] : y.shape.at(-2))) return undefined;
  if (!isFlat && a > 2 && b > 2 && (a !== b || x.shape.slice(0, -2).some((size, axis) => size !== y.shape[axis]))) return undefined;
  const xs = a === 1 ? ["k"] : lettersOf(a, ["i", "k"]);
  const ys = b === 1 ? ["k"] : lettersOf(b, ["k", "j"]);
  const batches = (a > b ? xs : ys).filter((name) => name.startsWith("b"));
  const result = [...batches, ...(a === 1 ? [] : ["i"]), ...(b === 1 ? [] : ["j"])];
  const { shape, data } = contracted(x, xs, y, ys, result, work);
  const nameOf = (name: string): string | undefined => {
    const found = x.axes?.[xs.indexOf(name)] ?? (name === "i" ? undefined : y.axes?.[ys.indexOf(name)]);
    return found === "batch" ? found : undefined;
  };
  return { ...make(shape, data, result.map(nameOf)), ...(y.isColumn && a === 2 && { isColumn: true }) };
}

/** `x ⊗ y` of vectors. */
export function outer(x: Tensor, y: Tensor, work: Work): Tensor {
  if (isScalar(x) || isScalar(y)) return elementwise(times, [x, y], work);
  // A row of a table is a vector, as vectors are rows.
  const isVector = ({ shape, isColumn }: Tensor) => shape.length === 1 || isColumn === true || (shape.length === 2 && shape[0] === 1);
  if (!isVector(x) || !isVector(y)) throw new Misfit(`outer product of ${shapeText(x.shape)} and ${shapeText(y.shape)}`);
  const flat = (tensor: Tensor): Tensor => make([tensor.data.length], tensor.data);
  return contracted(flat(x), ["i"], flat(y), ["j"], ["i", "j"], work);
}

/** `x·y`: scales by a number, and by a table of one element where it is no product of matrices, else is a product of matrices. */
export function product(x: Tensor, y: Tensor, work: Work): Tensor {
  if (isScalar(x) || isScalar(y)) return elementwise(times, [x, y], work);
  const found = matrices(x, y, work);
  if (found) return found;
  if (elements(x.shape) === 1 || elements(y.shape) === 1) return elementwise(times, [x, y], work);
  throw misfit(x, y);
}

/** `x * y` of programs: a product of matrices, or of elements where only those fit; with `elementsFirst` of elements wherever shapes are equal. */
export function star(x: Tensor, y: Tensor, elementsFirst: boolean, work: Work): Tensor {
  const isScaled = isScalar(x) || isScalar(y);
  const isSame = shapeText(x.shape) === shapeText(y.shape);
  if (isScaled || (elementsFirst && isSame)) return elementwise(times, [x, y], work);
  const found = matrices(x, y, work) ?? attempt(() => elementwise(times, [x, y], work));
  if (!found) throw misfit(x, y);
  return found;
}

function attempt<T>(made: () => T): T | undefined {
  try {
    return made();
  } catch (error) {
    if (error instanceof Misfit) return undefined;
    throw error;
  }
}
