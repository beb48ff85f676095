import { InternalError } from "../../runtime/error.ts";

/**
 * One extent of a shape: a number, or a monomial of named dynamic dimensions in canonical text,
 * such as `batch` or `batch·64` (names sorted, coefficient last, left out when 1). Equal dimensions are `===`.
 */
export type Dim = number | string;

/** Values of the named dimensions, such as `{ batch: 64 }`. */
export type Sizes = Readonly<Record<string, number>>;

interface Monomial {
  readonly names: readonly string[];
  readonly coefficient: number;
}

function parse(dim: Dim): Monomial {
  if (typeof dim === "number") return { names: [], coefficient: dim };
  const factors = dim.split("·");
  const names = factors.filter((factor) => !/^-?\d+$/.test(factor));
  const coefficient = factors.filter((factor) => /^-?\d+$/.test(factor)).reduce((product, factor) => product * Number(factor), 1);
  return { names, coefficient };
}

function format({ names, coefficient }: Monomial): Dim {
  if (names.length === 0 || coefficient === 0) return coefficient;
  const sorted = [...names].sort();
  return (coefficient === 1 ? sorted : [...sorted, coefficient]).join("·");
}

export const isDynamic = (dim: Dim): dim is string => typeof dim === "string";

export function multiply(a: Dim, b: Dim): Dim {
  const x = parse(a);
  const y = parse(b);
  return format({ names: [...x.names, ...y.names], coefficient: x.coefficient * y.coefficient });
}

export const product = (dims: readonly Dim[]): Dim => dims.reduce<Dim>(multiply, 1);

/** `a / b` where it is a monomial with whole coefficient, else undefined. */
export function divide(a: Dim, b: Dim): Dim | undefined {
  const x = parse(a);
  const y = parse(b);
  const names = [...x.names];
  for (const name of y.names) {
    const at = names.indexOf(name);
    if (at < 0) return undefined;
    names.splice(at, 1);
  }
  if (y.coefficient === 0 || x.coefficient % y.coefficient !== 0) return undefined;
  return format({ names, coefficient: x.coefficient / y.coefficient });
}

/** The named dimensions that `dim` depends on. */
export const namesOf = (dim: Dim): readonly string[] => parse(dim).names;

/** The factor of `dim` that is known at compile time. */
export const coefficientOf = (dim: Dim): number => parse(dim).coefficient;

/** The extent of `dim` for the given sizes. */
export function evaluate(dim: Dim, sizes: Sizes): number {
  if (typeof dim === "number") return dim;
  const { names, coefficient } = parse(dim);
  return names.reduce((product, name) => {
    const size = sizes[name];
    if (size === undefined) throw new InternalError(`No size is known for the dimension "${name}"`);
    return product * size;
  }, coefficient);
}
