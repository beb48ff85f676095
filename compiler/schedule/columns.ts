// Walks down columns take whole lines of the cache: as many vectors side by side as a line holds, so that a line is used up while it is near.
import { elementBytes } from "../ir/type.ts";
import type { Axis } from "../kernel/kernel.ts";
import { type Loop, loadsOf, loopsOf, sitesOf } from "../kernel/visit.ts";
import { target } from "../target.ts";
import { accessAlong } from "./access.ts";
import { areQuick, type Model, type Place, strideAlong } from "./cost.ts";
import { lanes } from "./legality.ts";

/** What a loop reads and stores at each of its points. */
const placesIn = (loop: Loop): Place[] =>
  sitesOf(loop.body).flatMap(({ statement }): Place[] => [...loadsOf(statement), ...(statement.kind === "store" ? [statement] : [])]);

/** Whether `down` goes from line to line in a buffer whose neighbours along `across` lie side by side. */
const isColumn = (model: Model, place: Place, down: Axis, across: Axis): boolean =>
  strideAlong(model, place, down) >= target.cache.line &&
  accessAlong(place.index, model.layout.get(place.buffer) ?? [], across, model.analysis.depends) === "contiguous";

/** How many vectors of a vector loop should stand side by side for what the loops inside it read: 1 unless they go down columns in few instructions. */
export function vectorsAcross(model: Model, vector: Loop): number {
  const inner = loopsOf(vector.body);
  const areShort = inner.every(({ body }) => areQuick(body.flatMap((statement) => model.analysis.expressions(statement))));
  const walksDown = areShort && inner.some((loop) => placesIn(loop).some((place) => isColumn(model, place, loop.axis, vector.axis)));
  const sums = inner.map(({ body }) => body.filter(({ kind }) => kind === "combine").length);
  const inRegisters = Math.floor(target.registers / Math.max(1, ...sums));
  const inLine = target.cache.line / (lanes * elementBytes.f32);
  return walksDown ? Math.max(1, Math.min(inLine, inRegisters, Math.floor(model.analysis.extent(vector.axis) / lanes))) : 1;
}
