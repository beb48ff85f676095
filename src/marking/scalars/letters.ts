// For the neurons of which layer letters stand in a claim: those of weights tell it, on its left side first.
import type { WrittenElement } from "../../../compiler/reading/elements.ts";
import { isWeight, type LayerOf, layersOf, type SignReader } from "../../../compiler/scalars/resolve.ts";

/** The layer of the one letter on the left, of which no number before it says that: errors have the next weights, values those before. */
function layerOfLeft(reader: SignReader, left: WrittenElement, right: readonly WrittenElement[]): LayerOf {
  const letter = left.below;
  if (letter === undefined || !/^[a-z]$/.test(letter)) return new Map();
  const axis = left.name === "delta" || left.of !== undefined ? 0 : 1;
  const weights = right.flatMap((each) => reader.find(each, new Map()) ?? []).filter(({ table }) => isWeight(table) && table.of === undefined);
  const told = new Set(weights.flatMap(({ table, at }) => (at[axis] === letter ? [table.layer - 1 + axis] : [])));
  const [layer, ...others] = told;
  return layer === undefined || layer < 1 || others.length > 0 ? new Map() : new Map([[letter, layer]]);
}

/** The layers of the letters of a claim. */
export function layersIn(reader: SignReader, left: WrittenElement | undefined, right: readonly WrittenElement[]): LayerOf {
  if (!left) return layersOf(reader, right, new Map());
  const own = layersOf(reader, [left], layerOfLeft(reader, left, right));
  const found = reader.find(left, own);
  const letters = found?.table.axes.length === 1 || (found && !isWeight(found.table)) ? found.at.slice(-1) : [];
  const known = new Map([...own, ...letters.flatMap((at) => (typeof at === "string" && found ? [[at, found.table.layer] as const] : []))]);
  return layersOf(reader, right, known);
}
