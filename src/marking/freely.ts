// What a claim of zeros reads as: names take values that they do not have, at which neither it nor the mistake in it has to be 0.
import { Evaluator, workOf } from "../../compiler/reading/evaluate.ts";
import type { Tensor } from "../../compiler/reading/tensor.ts";
import type { Term } from "../../compiler/reading/tree.ts";
import { GradcError } from "../../runtime/error.ts";
import { agrees, hasNumbers, isZero } from "./compare.ts";
import type { ReadPage } from "./page.ts";
import type { Point } from "./points.ts";
import { scopeAt } from "./scope.ts";
import { candidates, type Found } from "./search.ts";

/** Ways in which names get values, mistakes that are tried, and numbers that are computed for them. */
const most = { ways: 4, mistakes: 400, numbers: 4_000_000 };

/** The mistake in the line of `name` that has the values of the claim whatever those of the names in it are. */
export function mistakeFreely(page: ReadPage, name: string, claimed: Term, point: Point): Found | undefined {
  const line = page.lines.get(name);
  if (!line?.term || line.steps !== undefined) return undefined;
  const work = workOf(most.numbers);
  const { shape } = point.valueOf(line.node);
  const scopes = Array.from({ length: most.ways }, (_, way) => scopeAt(page, point, { shape, instead: freeValues(page, point, way) }));
  const valuesOf = (term: Term): Tensor[] | undefined => attempt(() => scopes.map((scope) => new Evaluator(scope, work).valueOf(term)));
  const wanted = valuesOf(claimed);
  if (!wanted?.every(hasNumbers) || wanted.every(isZero)) return undefined;
  const own = candidates(page, name, new Map([[name, []]])).slice(0, most.mistakes);
  const found = own.find(([, mistake]) => valuesOf(mistake.spoiled())?.every((value, way) => agrees(value, wanted[way] as Tensor)));
  return found && { kind: found[1].kind, says: found[1].says, line: name };
}

/** Numbers of both signs for each name, the same whenever it is asked for. */
function freeValues(page: ReadPage, point: Point, way: number): (name: string) => Tensor | undefined {
  const known = [...page.symbols.keys()];
  return (name) => {
    const node = page.symbols.get(name);
    if (node?.dtype !== "f32") return undefined;
    const value = point.valueOf(node);
    const from = 1 + known.indexOf(name) + way * known.length;
    return { ...value, data: value.data.map((_, i) => Math.sin(from * 12.9898 + i * 78.233)) };
  };
}

/** Undefined where operands do not fit, or there is too much to compute. */
function attempt<T>(test: () => T): T | undefined {
  try {
    return test();
  } catch (error) {
    if (error instanceof GradcError) return undefined;
    throw error;
  }
}
