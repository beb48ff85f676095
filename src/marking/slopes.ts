// Derivatives as programs write them within a formula: `dL/dz * x`, which is read as d L over d z, for `∂L/∂z·x`.
import { mapParts, type Product, type Term } from "../../compiler/reading/tree.ts";

type Factor = Product["rest"][number];

/** What stands behind the d of a name that is no value. */
function changed(term: Term, isValue: (name: string) => boolean): string | undefined {
  const [, name] = term.kind === "name" && !isValue(term.name) ? (/^d(.+)$/u.exec(term.name) ?? []) : [];
  return name;
}

/** `dL` and, divided by, `dz` as one factor. */
function slopeOf({ sign, factor }: Factor, below: Factor | undefined, isValue: (name: string) => boolean): Factor | undefined {
  if (sign === "/" || below?.sign !== "/") return undefined;
  const [of, by] = [changed(factor, isValue), changed(below.factor, isValue)];
  return of === undefined || by === undefined ? undefined : { sign, factor: { kind: "derivative", of, by, at: factor.at } };
}

function joined({ first, rest, ...product }: Extract<Term, { kind: "product" }>, isValue: (name: string) => boolean): Term {
  const left: Factor[] = [{ sign: "·", factor: first }, ...rest];
  const found: Factor[] = [];
  for (let factor = left.shift(); factor; factor = left.shift()) {
    const slope = slopeOf(factor, left[0], isValue);
    if (slope) left.shift();
    found.push(slope ?? factor);
  }
  const [{ factor }, ...others] = found as [Factor, ...Factor[]];
  return others.length === 0 ? factor : { ...product, first: factor, rest: others };
}

/** `term` with its quotients of names that begin with d, and are none of values, as derivatives. */
export function withSlopes(term: Term, isValue: (name: string) => boolean): Term {
  const image = mapParts(term, (part) => withSlopes(part, isValue));
  return image.kind === "product" ? joined(image, isValue) : image;
}
