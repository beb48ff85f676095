// The derivation of one gradient: from the loss down to what it is by, from one named value to the next, what the chain rule gives at each.
//
//   loss = (yhat − y)²          power rule                       ∂loss/∂yhat = 2·(yhat − y)
//   yhat = tanh(z_yhat)         chain rule, tanh′(u) = …         δ_yhat = ∂loss/∂yhat ⊙ (1 − yhat²)
//
// Each line is of the adjoint that `differentiate` made; its errors and its last line are those of the page.
import { entryNamed, entryOf } from "../../runtime/program.ts";
import type { Described } from "../describe/describe.ts";
import { unknownName } from "../diagnostics/definitions.ts";
import type { Program } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import { spelled } from "../reading/spelling.ts";
import { type Detour, isCalled, throughRows } from "./detour.ts";
import type { Stop } from "./stops.ts";
import { type Found, type Traced, Tracing, type Wanted } from "./tracing.ts";
import { detoursOf, throughWritten } from "./written.ts";

/** How the gradient `wanted` of `program`, whose page shows `described`, comes about; by way of the value `through` where one is named, else of the losses of single rows where the total is made of those of one loss. */
export function derivationOf(program: Program, described: Described, wanted: Wanted, through?: string): Traced {
  const total = entryNamed(program.entries, entryOf("gradients", wanted.game))?.results[0]?.node as Node;
  const tracing = new Tracing(program, described, wanted);
  const own = tracing.found(total, wanted.by);
  const around = { by: wanted.by, taken: tracing.taken };
  const isUsual = through === undefined || own.met?.stops.some((stop) => isStop(stop, through));
  const usual = () => throughRows(total, around) ?? throughWritten(program, own.route, wanted.by);
  const detour = isUsual ? usual() : detourNamed(through, own, detoursOf(program, total, around));
  return tracing.traced(detour ? tracing.foundBy(detour, wanted.by) : own, own.route);
}

const isStop = ({ node, name }: Stop, asked: string): boolean => name === asked || isCalled(node, asked);

/** @throws GradcError `unknown-name` */
function detourNamed(asked: string, { met }: Found, detours: readonly Detour[]): Detour {
  const ways: ((detour: Detour) => boolean)[] = [
    ({ value }) => isCalled(value, asked),
    ({ name }) => spelled(name) === spelled(asked),
    ({ passed }) => passed?.passage.name === asked,
  ];
  const found = ways.flatMap((isMeant) => detours.find(isMeant) ?? [])[0];
  if (found) return found;
  const names = [...(met?.stops ?? []).slice(0, -1), ...detours].map(({ name }) => name);
  throw unknownName("value on the way to go through", asked, [...new Set(names)]);
}
