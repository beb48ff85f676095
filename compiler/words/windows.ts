// Windows in the letters of a page, which are the same in every language.

/** A setting `name=2` of `settings` by axis: 2 and 2 of `rank` axes where one number says it. */
export function steps(settings: readonly string[], name: string, rank: number, usual: string): string[] {
  const given = settings.find((setting) => setting.startsWith(`${name}=`))?.slice(name.length + 1) ?? usual;
  const values = given.split("×");
  return Array.from({ length: rank }, (_, axis) => values[axis] ?? (values[0] as string));
}

/** `2·p+u−1`: where a window at `at` has its cell `within`. */
function cell(at: string, within: string, [stride = "1", dilation = "1", padding = "0"]: readonly string[]): string {
  const times = (factor: string, letter: string) => (factor === "1" ? letter : `${factor}·${letter}`);
  const low = padding.split("+")[0];
  return `${times(stride, at)}+${times(dilation, within)}${low === "0" ? "" : `−${low}`}`;
}

/** The cells of windows along the last axes, by letters. */
export function cells(settings: readonly string[], at: readonly string[], within: readonly string[]): string {
  const of = (name: string, usual: string) => steps(settings, name, at.length, usual);
  const [strides, dilations, paddings] = [of("stride", "1"), of("dilation", "1"), of("padding", "0")];
  return at.map((letter, i) => cell(letter, within[i] as string, [strides[i], dilations[i], paddings[i]] as string[])).join(",");
}

export const isPadded = (settings: readonly string[]): boolean => settings.some((setting) => setting.startsWith("padding="));

/** Axes of places and of what lies within a window, for as many axes as the sizes `3×3` say. */
export const lettersFor = (rank: number) => [["p", "q", "r"].slice(0, rank), ["u", "v", "w"].slice(0, rank)] as const;

export const numbersOf = (size: string): number[] => size.split("×").map(Number);

export const rankOf = (size: string): number => size.split("×").length;

/** `maxPool_2×2,stride=1` */
export const withSettings = (name: string, settings: readonly string[]): string => (settings.length > 0 ? `${name}_${settings.join(",")}` : name);

/** Settings without those of channels and of how many cells there are. */
export const ofWindows = (settings: readonly string[]) => settings.filter((setting) => !/^(groups|cells)=/u.test(setting));

/** Names of extents of axes. */
export const extents: readonly string[] = ["A", "B", "D"];

/** `⌊p·A/12⌋`, of 12 cells made of A. */
export const nearestPlaces = (at: readonly string[], from: readonly string[], to: readonly string[]): string[] =>
  at.map((letter, axis) => `⌊${letter}·${from[axis]}/${to[axis]}⌋`);
