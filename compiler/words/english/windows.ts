// What functions of windows mean: convolutions, pools and upsampling.
import type { Meaning } from "../meaning.ts";
import { cells, extents, isPadded, lettersFor, nearestPlaces, numbersOf, ofWindows, rankOf, steps, withSettings } from "../windows.ts";
import { adaptiveFunctions, hasCells } from "./adaptive.ts";

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
  (name: string, { isShared = false, isOfLargest = false } = {}): Meaning =>
  (settings) => {
    const [size = "2", ...others] = settings;
    const [at, within] = lettersFor(rankOf(size));
    const usual = others.some((setting) => setting.startsWith("stride=")) ? others : [...others, `stride=${size}`];
    const places = cells(usual, at, within);
    const on = ["a", "b", "d"].slice(0, at.length);
    const meets = places.split(",").map((place, axis) => `·[${place} = ${on[axis]}]`);
    const ranges = within.map((letter, axis) => `${letter}<${size.split("×")[axis]}`);
    const count = numbersOf(size).reduce((a, b) => a * b);
    const [share, args] = [isShared && count > 1 ? `1/${count}·` : "", isOfLargest ? "g, x" : "g"];
    const largest = isOfLargest ? `·[(${within}) = argmax_${within} x[n,c,${places}]]` : "";
    const extents = isOfLargest ? "all cells of x" : `${steps(settings, "cells", at.length, "1").join("×")} cells`;
    const beyond = isOfLargest && isPadded(others) ? "; outside x is −∞" : "";
    return `${withSettings(name, settings)}(${args})[n,c,${on}] is ${share}Σ_${at},${ranges} g[n,c,${at}]${meets.join("")}${largest}, for ${extents} ${on}${beyond}`;
  };

const kernelGradient = (settings: readonly string[]): string => {
  const [size = "1", ...others] = settings;
  const [at, within] = lettersFor(rankOf(size));
  const groups = others.some((setting) => setting.startsWith("groups=")) ? ", i counted within the group of o" : "";
  return `${withSettings("convKernel", settings)}(g, x)[o,i,${within}] is Σ_n,${at} g[n,o,${at}]·x[n,i,${cells(others, at, within)}]${groups}, for ${size} cells ${within}; outside x is 0`;
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

/** `A − 1`, of a number that number. */
const lessOne = (extent: string): string => (/^\d+$/u.test(extent) ? String(Number(extent) - 1) : `${extent} − 1`);

/** Where the cell `at` of `to` lies between those of `from`; with corners the one of one cell at 0. */
function placeBetween(at: string, from: string, to: string, isByCorners: boolean): string {
  if (!isByCorners) return `min(max((${at} + 1/2)·${from}/${to} − 1/2, 0), ${lessOne(from)})`;
  const last = lessOne(from);
  return to === "1" ? "0" : `${at}·${grouped(last)}/${/^\d+$/u.test(to) ? lessOne(to) : `max(${lessOne(to)}, 1)`}`;
}

const grouped = (formula: string): string => (formula.includes(" ") ? `(${formula})` : formula);

/** The share that cells have in the elements between them, and where those lie. */
function between(at: readonly string[], cells: readonly string[], from: readonly string[], to: readonly string[], settings: readonly string[]) {
  const places = ["s", "s′", "s″"].slice(0, at.length);
  const placeOf = (axis: number) => placeBetween(at[axis] as string, from[axis] as string, to[axis] as string, settings.includes("corners"));
  return {
    near: places.map((place, axis) => `·max(1 − |${place} − ${cells[axis]}|, 0)`).join(""),
    places: places.map((place, axis) => `${place} = ${placeOf(axis)}`).join(", "),
  };
}

/** Upsampling to `12×12` cells: the nearest, or between those beside. */
const upsample = (settings: readonly string[]): string => {
  const size = settings.at(-1) ?? "1";
  const to = size.split("×");
  const [at] = lettersFor(to.length);
  const is = `upsample_${settings}(x)[n,c,${at}] is`;
  const ofX = hasCells("x", extents.slice(0, to.length));
  if (settings[0] !== "bilinear") return `${is} x[n,c,${nearestPlaces(at, extents, to)}], for ${size} cells ${at}, ${ofX}`;
  const cells = ["a", "b", "d"].slice(0, to.length);
  const { near, places } = between(at, cells, extents, to, settings);
  return `${is} Σ_${cells} x[n,c,${cells}]${near}, for ${size} cells ${at}, ${ofX}, ${places}`;
};

/** What is added up at the cells that `upsample` took it from. */
const upsampleBack = (settings: readonly string[]): string => {
  const size = settings.at(-1)?.replace("cells=", "") ?? "1";
  const [[at], on] = [lettersFor(rankOf(size)), ["a", "b", "d"].slice(0, rankOf(size))];
  const from = ["P", "Q", "R"].slice(0, on.length);
  const all = `for ${size} cells ${on}, ${hasCells("g", from)}`;
  if (settings[0] === "bilinear") {
    const { near, places } = between(at, on, size.split("×"), from, settings);
    return `upsampleᵀ_${settings}(g)[n,c,${on}] is Σ_${at} g[n,c,${at}]${near}, ${all}, ${places}`;
  }
  const meets = nearestPlaces(at, size.split("×"), from).map((place, axis) => `·[${place} = ${on[axis]}]`);
  return `upsampleᵀ_${settings}(g)[n,c,${on}] is Σ_${at} g[n,c,${at}]${meets.join("")}, ${all}`;
};

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
  maxPoolᵀ: poolGradient("maxPoolᵀ", { isOfLargest: true }),
  avgPoolᵀ: poolGradient("avgPoolᵀ", { isShared: true }),
  sumPoolᵀ: poolGradient("sumPoolᵀ"),
  ...adaptiveFunctions,
  upsample,
  upsampleᵀ: upsampleBack,
};
