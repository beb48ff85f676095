// What functions of windows mean: convolutions, pools and upsampling.
import type { Meaning } from "../meaning.ts";
import { cells, extentsOf, isPadded, lettersFor, nearestPlaces, ofWindows, rankOf, withSettings } from "../windows.ts";

/** Of a pool: what it takes of its windows. */
const pool = (name: string, what: string, outside: string): Meaning =>
  ((settings) => {
    const [size = "2", ...others] = settings;
    const [at, within] = lettersFor(rankOf(size));
    const usual = others.some((setting) => setting.startsWith("stride=")) ? others : [...others, `stride=${size}`];
    const isInside = others.includes("inside");
    const beyond = isInside ? ", of which only those within x count" : isPadded(others) ? `; outside x is ${outside}` : "";
    return `${withSettings(name, settings)}(x)[n,c,${at}] is the ${what} of x[n,c,${cells(usual, at, within)}] over the ${size} cells ${within}${beyond}`;
  }) as Meaning;

/** Of the gradient of a pool by what it slides over. */
const poolGradient =
  (name: string, share: string, more: (cells: string, within: string) => string): Meaning =>
  (settings) => {
    const [size = "2", ...others] = settings;
    const [at, within] = lettersFor(rankOf(size));
    const usual = others.some((setting) => setting.startsWith("stride=")) ? others : [...others, `stride=${size}`];
    const places = cells(usual, at, within);
    const on = ["a", "b", "d"].slice(0, at.length);
    const meets = places.split(",").map((place, axis) => `·[${place} = ${on[axis]}]`);
    const ranges = within.map((letter, axis) => `${letter}<${size.split("×")[axis]}`);
    const args = name === "maxPoolᵀ" ? "g, x" : "g";
    return `${withSettings(name, settings)}(${args})[n,c,${on}] is ${share}Σ_${at},${ranges} g[n,c,${at}]${meets.join("")}${more(places, String(within))}`;
  };

const kernelGradient = (settings: readonly string[]): string => {
  const [size = "1", ...others] = settings;
  const [at, within] = lettersFor(rankOf(size));
  const groups = others.some((setting) => setting.startsWith("groups=")) ? ", i counted within the group of o" : "";
  return `${withSettings("convKernel", settings)}(g, x)[o,i,${within}] is Σ_n,${at} g[n,o,${at}]·x[n,i,${cells(others, at, within)}]${groups}; outside x is 0`;
};

const patches = (settings: readonly string[]): string => {
  const [size = "1", ...others] = settings;
  const [at, within] = lettersFor(rankOf(size));
  return `${withSettings("patches", settings)}(x)[n,c,${at},${within}] is x[n,c,${cells(others, at, within)}], the ${size} cells of each window`;
};

const ofGroups = (settings: readonly string[]): string =>
  settings.some((setting) => setting.startsWith("groups=")) ? ", o and i of the same one of the groups" : "";

const convolution = (settings: readonly string[], rank: number): string => {
  const [at, within] = lettersFor(rank);
  const beyond = isPadded(settings) ? "; the padding around x is 0, and no window reaches beyond it" : "";
  return `${withSettings("conv", settings)}(x, W)[n,o,${at}] is Σ_i,${within} W[o,i,${within}]·x[n,i,${cells(ofWindows(settings), at, within)}]${ofGroups(settings)}${beyond}`;
};

const convTranspose = (settings: readonly string[], rank: number): string => {
  const [at, within] = lettersFor(rank);
  const all = settings.find((setting) => setting.startsWith("cells="))?.slice("cells=".length);
  const less = isPadded(settings) ? "as many cells as the windows reach over, less the padding" : "as many cells as the windows reach over";
  const places = `[n,i,${cells(ofWindows(settings), at, within)}]`;
  return `${withSettings("convTranspose", settings)}(y, W) adds W[o,i,${within}]·y[n,o,${at}] up at the place ${places} for all letters but n and i${ofGroups(settings)}: ${all === undefined ? less : `${all} cells`} along the last axes, 0 where nothing is added; what lies outside is left out`;
};

const upsample = (settings: readonly string[]): string => {
  const size = settings.at(-1) ?? "1";
  const [at] = lettersFor(rankOf(size));
  const is = `upsample_${settings}(x)`;
  const extents = `where x has ${extentsOf(at.length, ["A", "B", "D"])} cells along its last axes and the value ${extentsOf(at.length, ["P", "Q", "R"])} = ${size}`;
  if (settings[0] !== "bilinear") return `${is}[n,c,${at}] is x[n,c,${nearestPlaces(at, ["A", "B", "D"])}], ${extents}`;
  const place = settings.includes("corners") ? "s = p·(A − 1)/(P − 1), 0 where P is 1" : "s = max((p + 1/2)·A/P − 1/2, 0)";
  return `${is} goes along one of the last axes after the other: there the element p is (1 − f)·x[⌊s⌋] + f·x[min(⌊s⌋ + 1, A − 1)] with ${place}, and f = s − ⌊s⌋, and so with q, B and Q along the next, ${extents}`;
};

/** `a with ⌊p·A/3⌋ ≤ a < ⌈(p+1)·A/3⌉, …`, A the extent along that axis. */
function partsIn([size = "1"]: readonly string[]): string {
  const counts = size.split("×");
  const along = (count: string, axis: number) => {
    const [at, cell, extent] = [["p", "q", "r"][axis], ["a", "b", "d"][axis], ["A", "B", "D"][axis]];
    return `${cell} with ⌊${at}·${extent}/${count}⌋ ≤ ${cell} < ⌈(${at}+1)·${extent}/${count}⌉`;
  };
  const extents = ["A", "B", "D"].slice(0, counts.length).join("×");
  return `${counts.map(along).join(" and ")}, where x has ${extents} cells along its last axes`;
}

/** By the name that formulas call them by. */
export const windowFunctions: Readonly<Record<string, Meaning>> = {
  patches,
  patchesᵀ: (settings) =>
    `${withSettings("patchesᵀ", settings)}(w) adds each cell of the windows w up at the place where patches takes it from${settings.some((setting) => setting.startsWith("cells=")) ? ", in so many cells along each axis" : ""}`,
  conv: convolution,
  convTranspose,
  convKernel: kernelGradient,
  maxPool: pool("maxPool", "maximum", "−∞"),
  avgPool: pool("avgPool", "mean", "0"),
  maxPoolᵀ: poolGradient("maxPoolᵀ", "", (at, within) => `·[(${within}) = argmax_${within} x[n,c,${at}]]`),
  avgPoolᵀ: poolGradient("avgPoolᵀ", "one by how many cells a window has, times ", () => ""),
  sumPoolᵀ: poolGradient("sumPoolᵀ", "", () => ""),
  adaptiveMaxPool: (settings) => `adaptiveMaxPool_${settings}(x)[n,c,…] is the maximum of x over ${partsIn(settings)}`,
  adaptiveAvgPool: (settings) => `adaptiveAvgPool_${settings}(x)[n,c,…] is the mean of x over ${partsIn(settings)}`,
  adaptiveMaxPoolᵀ: (settings) =>
    `adaptiveMaxPoolᵀ_${settings}(g, x) adds each element of g up at the first largest cell of x in its part: the cells are ${partsIn(settings)}`,
  adaptiveSumPoolᵀ: (settings) =>
    `adaptiveSumPoolᵀ_${settings}(g) adds each element of g up at all cells of its part: the cells are ${partsIn(settings)}`,
  upsample,
  upsampleᵀ: (settings) => {
    const [at, , on] = [...lettersFor(rankOf(settings.join(""))), ["a", "b", "d"]];
    const meets = nearestPlaces(at, ["A", "B", "D"]).map((place, axis) => `·[${place} = ${on[axis]}]`);
    return `upsampleᵀ_${settings}(g)[n,c,${on.slice(0, at.length)}] is Σ_${at} g[n,c,${at}]${meets.join("")}, where g has ${extentsOf(at.length, ["P", "Q", "R"])} cells along its last axes and the value ${extentsOf(at.length, ["A", "B", "D"])}`;
  },
};
