// One kernel as one WebAssembly function.
import { namesOf } from "../ir/dim.ts";
import { elementAt } from "../ir/element.ts";
import type { Affine, Call, Expr, Kernel, Layout, MemoryPlan } from "../kernel/kernel.ts";
import { signatureOf } from "../kernel/signature.ts";
import { type Axes, type Dependence, dependence, expressionsOf, operandsOf, type Site, sitesOf, subexpressions } from "../kernel/visit.ts";
import type { Assembler, Binaryen } from "./binaryen.ts";
import { closeFrame, type Emission, openFrame, originOf, type Storage } from "./emission.ts";
import { emitStatements } from "./emit-loop.ts";
import { handed } from "./handed.ts";
import type { MathCode } from "./math-library.ts";
import { addFunction, type FunctionCode } from "./writer.ts";

/** What kernels are emitted into. */
export interface ModuleCode {
  readonly library: Binaryen;
  readonly m: Assembler;
  readonly layout: Layout;
  readonly memory: MemoryPlan;
  readonly math: MathCode;
  /** Whether relaxed instructions may be used. */
  readonly fast: boolean;
}

/** A function of the module: an i32 argument for each of `dims`, and then one for each of `differing`. */
export interface KernelFunction {
  readonly name: string;
  readonly dims: readonly string[];
  /** Positions of the arguments in which calls differ; the others are constants of the function. */
  readonly differing: readonly number[];
}

/** The positions of the arguments that are not the same in all runs of all `calls` of one kernel. */
function differingIn(calls: readonly Call[], module: ModuleCode): number[] {
  const [first = [], ...others] = calls.map(({ given }) => given.map((argument) => handed(argument, module)));
  return [...first.keys()].filter((i) => [first, ...others].some((one) => elementAt(one, i).moving.length > 0 || one[i]?.base !== first[i]?.base));
}

/** Adds the function of `kernel`, which all of `calls` are of, to the module: `run`, as it is scheduled. */
export function emitKernel(module: ModuleCode, kernel: Kernel, run: Kernel, calls: readonly Call[]): KernelFunction {
  const { library, m, layout, memory, math, fast } = module;
  const sites = sitesOf(run.body);
  const expressions = subexpressions(sites.flatMap(({ statement }) => expressionsOf(statement)));
  const dims = dimsOf(sites, expressions, layout);
  const differing = differingIn(calls, module);
  const formals = signatureOf(kernel).formals;
  const code: FunctionCode = { library, m, parameters: [...dims, ...differing].map(() => "i32"), locals: [] };
  const k: Emission = {
    ...{ code, layout, memory, math, fast },
    depends: remembered(dependence(run.body), expressions),
    uses: usesOf(sites, expressions),
    milestones: milestonesOf(expressions),
    changing: changingPlaces(sites),
    sizes: new Map(dims.map((name, i) => [name, i])),
    parameters: new Map(differing.map((position, i) => [elementAt(formals, position), dims.length + i])),
    ...{ ids: new Map(), origins: new Map(), extents: new Map(), frames: [], axes: new Map(), ends: new Map(), bindings: new Map() },
  };
  for (const expr of expressions) originOf(k, expr);
  openFrame(k);
  emitStatements(k, run.body, [{ offsets: new Map() }]);
  addFunction(code, kernel.name, m.block(null, closeFrame(k).code));
  return { name: kernel.name, dims, differing };
}

/** The same answers, each derived once: emitting asks for every operand many times. */
function remembered({ expr: derive, index }: Dependence, expressions: readonly Expr[]): Dependence {
  const known = new Map(expressions.map((one) => [one, derive(one)]));
  const expr = (one: Expr): Axes => {
    const axes = known.get(one) ?? derive(one);
    known.set(one, axes);
    return axes;
  };
  return { expr, index };
}

function usesOf(sites: readonly Site[], expressions: readonly Expr[]): Map<Expr, number> {
  const uses = new Map<Expr, number>();
  const count = (expr: Expr) => uses.set(expr, (uses.get(expr) ?? 0) + 1);
  for (const { statement } of sites) expressionsOf(statement).forEach(count);
  for (const expr of expressions) operandsOf(expr).forEach(count);
  return uses;
}

// Emitting an expression recurses this far at most.
const levelsApart = 64;

function milestonesOf(expressions: readonly Expr[]): Set<Expr> {
  const height = new Map<Expr, number>();
  for (const expr of expressions)
    height.set(
      expr,
      operandsOf(expr).reduce((most, operand) => Math.max(most, (height.get(operand) ?? 0) + 1), 0),
    );
  return new Set(expressions.filter((expr) => (height.get(expr) ?? 0) % levelsApart === levelsApart - 1));
}

function changingPlaces(sites: readonly Site[]): Set<Storage> {
  const places = new Set<Storage>();
  for (const { statement } of sites) {
    if (statement.kind === "store") places.add(statement.buffer);
    if (statement.kind === "accumulator") places.add(statement.local);
  }
  return places;
}

const dimsOfIndex = ({ terms }: Affine): string[] => terms.flatMap(({ coefficient }) => namesOf(coefficient));

function dimsOfExpr(expr: Expr, layout: Layout): readonly string[] {
  if (expr.kind === "extent") return namesOf(expr.dim);
  if (expr.kind === "index") return dimsOfIndex(expr.index);
  if (expr.kind === "guard") return expr.bounds.flatMap(({ index, upper }) => [...dimsOfIndex(index), ...namesOf(upper)]);
  if (expr.kind === "load") return [...(layout.get(expr.buffer) ?? []).flatMap(namesOf), ...expr.index.flatMap(dimsOfIndex)];
  return [];
}

function dimsOfSite({ statement }: Site, layout: Layout): readonly string[] {
  if (statement.kind === "loop") return namesOf(statement.axis.extent);
  if (statement.kind !== "store") return [];
  const bounds = statement.inside.flatMap(({ index, upper }) => [...dimsOfIndex(index), ...namesOf(upper)]);
  return [...(layout.get(statement.buffer) ?? []).flatMap(namesOf), ...statement.index.flatMap(dimsOfIndex), ...bounds];
}

/** The dynamic dimensions that a kernel depends on, sorted. */
function dimsOf(sites: readonly Site[], expressions: readonly Expr[], layout: Layout): string[] {
  const names = [...sites.flatMap((site) => dimsOfSite(site, layout)), ...expressions.flatMap((expr) => dimsOfExpr(expr, layout))];
  return [...new Set(names)].sort();
}
