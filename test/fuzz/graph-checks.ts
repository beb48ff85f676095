// What must hold of every program as a graph. Each check throws an Error that says which value is wrong.

import { rangesOf } from "../../compiler/calculus/ranges.ts";
import { prepare } from "../../compiler/index.ts";
import { evaluate, valueAt } from "../../compiler/interpret.ts";
import { type Entry, mapRegion, type Program, rootsOf } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { parseProgram } from "../../compiler/ir/parse.ts";
import { printProgram } from "../../compiler/ir/print.ts";
import { verify } from "../../compiler/ir/verify.ts";
import { withBodies, withoutBodies } from "../../compiler/ir/walk.ts";
import { createGraph } from "../../compiler/ops/table.ts";
import { simplifyProgram } from "../../compiler/passes/simplify.ts";
import { specialise } from "../../compiler/passes/specialise.ts";
import { stabilise } from "../../compiler/passes/stabilise.ts";
import { type Bounded, errorBounds } from "./error-bound.ts";
import { compare, valuesFor } from "./values.ts";

/** Values that a finite-values rule relies on: programs with other values are not held to it. */
const allFinite = (values: Iterable<Bounded>) => [...values].every(({ data }) => data.every(Number.isFinite));

/** Simplifying and stabilising keep values, in f64. */
export function checkRewrites(program: Program): void {
  const sizes = program.capacity;
  const sources = valuesFor(program, sizes, 3);
  const stable = { ...program, entries: program.entries.map((entry) => mapRegion(entry, stabilise(rootsOf(entry)).image)) };
  const passes: Record<string, Program> = {
    specialise: specialise(program),
    prepare: prepare(program),
    simplify: simplifyProgram(program),
    stabilise: stable,
  };
  const before = program.entries.map((entry) => errorBounds(rootsOf(entry), { sizes, sources, training: entry.training }));
  for (const [pass, after] of Object.entries(passes)) {
    verify(after, program);
    for (const [i, entry] of program.entries.entries()) {
      const bounds = before[i] as Map<Node, Bounded>;
      if (!allFinite(bounds.values())) continue;
      const roots = rootsOf(after.entries[i] as Entry);
      const values = evaluate(roots, { sizes, sources, training: entry.training });
      for (const [at, root] of rootsOf(entry).entries()) {
        const { data, error } = bounds.get(root) as Bounded;
        // Constants that a pass folds are rounded to f32: 2^-24 each.
        const allowed = error.map((e, k) => 4 * e + (e === 0 && root.dtype !== "f32" ? 0 : 2 ** -20 * Math.abs(data[k] as number)));
        compare(valueAt(values, roots[at] as Node).data, { what: `${pass} ${entry.name}[${at}]`, value: data, error: allowed, dtype: root.dtype });
      }
    }
  }
}

/** Values lie in the ranges that are known of them. */
export function checkRanges(program: Program): void {
  const sizes = program.capacity;
  const sources = valuesFor(program, sizes, 3);
  for (const entry of program.entries) {
    const nodes = withoutBodies(rootsOf(entry));
    const values = evaluate(rootsOf(entry), { sizes, sources, training: entry.training });
    const range = rangesOf(nodes);
    const assumed = new Set<Node>();
    for (const node of nodes) {
      const { data } = valueAt(values, node);
      const { low, high, nan, infinite } = range(node);
      // Some roundings of the reference's own, 1e-16 each.
      const slack = (bound: number) => 1e-13 * (Number.isFinite(bound) ? 1 + Math.abs(bound) : 0);
      const isOff = (x: number) =>
        Number.isNaN(x) ? !nan : x < low - slack(low) || x > high + slack(high) || (Math.abs(x) === Infinity && !infinite);
      const off = data.find(isOff);
      // Valid indices and finite contractions are assumptions.
      const isAssumed = ["gather", "contract", "parameter"].includes(node.op) || node.inputs.some((input) => assumed.has(input));
      if (off !== undefined && !isAssumed) throw new Error(`${node.op} is ${off}, not in [${low}, ${high}]${nan ? " or NaN" : ""}`);
      if (off !== undefined) assumed.add(node);
    }
  }
}

/** What is printed is read back as the same program. */
export function checkText(program: Program): void {
  const text = printProgram(program);
  const again = printProgram(parseProgram(text, createGraph()));
  if (again !== text) throw new Error(`Printed, read and printed again:\n${again}`);
}

/** Whether a root is taken of 0: its slope there is infinite, and the chain rule gives ∞·0, NaN as in PyTorch, where the whole may be smooth. */
function isRootOfZero({ op }: Node, bases: ArrayLike<number>, exponents: ArrayLike<number>): boolean {
  const isRoot = (exponent: number) => exponent > 0 && exponent < 1;
  return Array.from(bases).some((base, i) => base === 0 && (op === "sqrt" || (op === "pow" && isRoot(exponents[i] as number))));
}

/** Gradients agree with central differences in f64 along a random direction, where the loss is smooth there. Gives whether it was judged. */
export function checkDifferences(program: Program, loss: Node): boolean {
  const entry = program.entries.find(({ name }) => name === "gradients") as Entry;
  if (withBodies([loss]).some(({ op }) => op === "stopGradient")) return false;
  const sizes = Object.fromEntries(Object.keys(program.capacity).map((name) => [name, 3]));
  const sources = valuesFor(program, sizes, 11, 0.06);
  const names = entry.results.map(({ name }) => name.slice(2));
  const direction = (name: string, i: number) => Math.cos(3 + i * 78.233 + names.indexOf(name));
  const at = (h: number) => {
    const moved = new Map(
      [...sources].map(([name, source]) => [
        name,
        names.includes(name) ? { ...source, data: Array.from(source.data, (x, i) => x + h * direction(name, i)) } : source,
      ]),
    );
    return valueAt(evaluate([loss], { sizes, sources: moved, training: true }), loss).data[0] as number;
  };
  const here = evaluate([loss], { sizes, sources, training: true });
  const dataOf = (node: Node | undefined) => (node ? valueAt(here, node).data : []);
  if (withoutBodies([loss]).some((node) => isRootOfZero(node, dataOf(node.inputs[0]), dataOf(node.inputs[1])))) return false;
  const difference = (h: number) => (at(h) - at(-h)) / (2 * h);
  const [coarse, fine] = [difference(2e-5), difference(1e-5)];
  const values = evaluate(rootsOf(entry), { sizes, sources, training: true });
  const along = entry.results
    .slice(1)
    .flatMap(({ node, name }) => [...valueAt(values, node).data.map((g, i) => g * direction(name.slice(2), i))])
    .reduce((sum, term) => sum + term, 0);
  const scale = Math.max(1, Math.abs(coarse), Math.abs(at(0)));
  if (!Number.isFinite(coarse) || Math.abs(coarse - fine) > 1e-6 * scale) return false;
  if (!(Math.abs(along - fine) <= 1e-4 * scale))
    throw new Error(`The gradient along a direction is ${along}, central differences give ${fine} and ${coarse}`);
  return true;
}
