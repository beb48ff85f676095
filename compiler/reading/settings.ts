// What stands below the name of a function that has several settings: `3×3,stride=2,padding=1×0+1`.
import { Misfit } from "./tensor.ts";

/** Settings by name, those without a name in their order, each as numbers by axis. */
export interface Settings {
  readonly plain: readonly string[];
  /** A setting of `rank` axes, one number for each. @throws Misfit */
  numbers(name: string, rank: number, usual: readonly number[]): number[];
  /** What is added before and behind each of `rank` axes. */
  padding(rank: number): { readonly low: readonly number[]; readonly high: readonly number[] };
}

/** `3×2` as numbers. @throws Misfit */
export function sizesIn(text: string): number[] {
  const sizes = text.split("×").map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 0 || size > 1e6)) throw new Misfit(`the numbers "${text}"`);
  return sizes;
}

/** The settings in a subscript. */
export function settingsIn(subscript = ""): Settings {
  const parts = subscript === "" ? [] : subscript.split(",");
  const named = new Map(parts.flatMap((part) => (part.includes("=") ? [part.split("=", 2) as [string, string]] : [])));
  const each = (name: string, rank: number): string[] | undefined => {
    const values = named.get(name)?.split("×");
    if (values && values.length !== 1 && values.length !== rank) throw new Misfit(`${name} of ${values.length} axes where there are ${rank}`);
    return values && Array.from({ length: rank }, (_, axis) => values[axis] ?? (values[0] as string));
  };
  return {
    plain: parts.filter((part) => !part.includes("=")),
    numbers: (name, rank, usual) => each(name, rank)?.flatMap(sizesIn) ?? [...usual],
    padding(rank) {
      const sides = (each("padding", rank) ?? Array.from({ length: rank }, () => "0")).map((text) => text.split("+").flatMap(sizesIn));
      return { low: sides.map(([low]) => low as number), high: sides.map(([low, high]) => (high ?? low) as number) };
    },
  };
}
