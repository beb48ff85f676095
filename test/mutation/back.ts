// Mistakes between kernels and the module: memory, schedules, instructions, vector mathematics.
import type { Mutant } from "./mutant.ts";

const wasm = (file: string) => `compiler/wasm/${file}.ts`;
const memory = ["test/compiler/memory/plan-memory.test.ts"];
const legality = ["test/compiler/schedule/legality.test.ts"];
const steps = ["test/compiler/schedule/apply.test.ts", "test/compiler/schedule/schedule-run.test.ts"];
const index = ["test/compiler/wasm/index.test.ts"];
const product = ["test/compiler/wasm/product.test.ts"];
const reduction = ["test/compiler/wasm/reduction.test.ts"];
const scalars = ["test/compiler/wasm/scalar-ops.test.ts"];
const math = ["test/compiler/wasm/math.test.ts"];

export const backMutants: readonly Mutant[] = [
  {
    name: "a temporary lives until its first use only",
    file: "compiler/kernel/plan.ts",
    from: "known ? extended(known, call, time, loops) : spanOf(call, time)",
    to: "known ?? spanOf(call, time)",
    tests: memory,
  },
  {
    name: "temporaries that meet in one kernel share a place",
    file: "compiler/memory/plan-memory.ts",
    from: "if (one.last < other.first)",
    to: "if (one.last <= other.first)",
    tests: memory,
  },
  {
    name: "a result takes the place of an input that is used later",
    file: "compiler/memory/plan-memory.ts",
    from: " || before?.last !== time || after?.first !== time) continue;",
    to: " || !before || !after) continue;",
    tests: memory,
  },
  {
    name: "a buffer begins in its own border",
    file: "compiler/memory/plan-memory.ts",
    from: "align(bytes) + bytesBefore(buffer, layout, capacity)",
    to: "align(bytes)",
    tests: ["test/compiler/kernel/passes/add-halos.test.ts", ...memory],
  },
  {
    name: "an element is written over before its last use",
    file: "compiler/memory/overwrite.ts",
    from: "at <= site && sameLoops",
    to: "sameLoops",
    tests: memory,
  },
  {
    name: "legality: points of a parallel loop are combined in lanes",
    file: "compiler/schedule/legality.ts",
    from: 'if (outerAccumulators(sites).size > 0) return "combines points of a parallel loop";',
    to: "",
    tests: legality,
  },
  {
    name: "legality: lanes read what an earlier point stored",
    file: "compiler/schedule/legality.ts",
    from: 'if (carriesValues(sites)) return "reads what an earlier point stored";',
    to: "",
    tests: legality,
  },
  {
    name: "legality: lanes of a scatter add to one element",
    file: "compiler/schedule/legality.ts",
    from: "return !computed && index.some",
    to: "return index.some",
    tests: legality,
  },
  {
    name: "schedule: a long sum is added up term by term",
    file: "compiler/schedule/schedule.ts",
    from: "model.analysis.extent(loop.axis) > chunk) lengths.set",
    to: "model.analysis.extent(loop.axis) < chunk) lengths.set",
    tests: ["test/compiler/schedule/schedule.test.ts"],
  },
  {
    name: "panels: points side by side share one column",
    file: "compiler/schedule/steps/side-by-side.ts",
    from: "{ buffer, index: [...element.index, number] }",
    to: "{ buffer, index: [...element.index, fixed(0)] }",
    tests: steps,
  },
  {
    name: "schedule: rows that add up run side by side although each reads what the one before has stored",
    file: "compiler/schedule/legality.ts",
    from: "return computes && adds && orderObstacle(sites, analysis) === undefined;",
    to: "return computes && adds;",
    tests: legality,
  },
  {
    name: "tails: points that add up run twice",
    file: "compiler/schedule/steps/tile.ts",
    from: "if (!mayRepeat || extent < lanes)",
    to: "if (extent < lanes)",
    tests: [...steps, "test/compiler/wasm/elementwise.test.ts", ...product, ...index],
  },
  {
    name: "tails: the last vector is one point off",
    file: "compiler/schedule/steps/tile.ts",
    from: "const last = extent - lanes;",
    to: "const last = extent - lanes - 1;",
    tests: [...steps, "test/compiler/wasm/elementwise.test.ts"],
  },
  {
    name: "tails: the last point of an open range is left out",
    file: wasm("emit-loop"),
    from: 'm.i32.le_s(getLocal(k.code, local, "i32"), getLocal(k.code, last, "i32"))',
    to: 'm.i32.lt_s(getLocal(k.code, local, "i32"), getLocal(k.code, last, "i32"))',
    tests: ["test/compiler/wasm/elementwise.test.ts"],
  },
  {
    name: "chunks: partial sums are not added to the total",
    file: "compiler/schedule/steps/reduce.ts",
    from: "run(combinedInto(body, partial)), ...joined]",
    to: "run(combinedInto(body, partial))]",
    tests: [...steps, ...reduction],
  },
  {
    name: "chunks: the last one runs over the end",
    file: wasm("emit-loop"),
    from: "m.select(m.i32.lt_s(sum(), one()), sum(), one())",
    to: "one()",
    tests: reduction,
  },
  {
    name: "partial sums of lanes lose two of four",
    file: wasm("emit-statement"),
    from: "swapped(pairs, [1, 0, 3, 2])",
    to: "swapped(pairs, [0, 1, 2, 3])",
    tests: reduction,
  },
  {
    name: "guards: a vector is taken whole if its first lane is inside",
    file: wasm("emit-expr"),
    from: "m.i32.and(emitBounds(k, expr.bounds, lanes[0]), emitBounds(k, expr.bounds, lanes[3]))",
    to: "emitBounds(k, expr.bounds, lanes[0])",
    tests: index,
  },
  {
    name: "guards: the upper bound does not follow the lower",
    file: wasm("emit-expr"),
    from: "m.i32.const(upper - lower)",
    to: "m.i32.const(upper)",
    tests: index,
  },
  {
    name: "guards: a store is decided by its first lane",
    file: wasm("emit-statement"),
    from: "for (const part of oneByOne ? lanesOf(point) : [point])",
    to: "for (const part of oneByOne ? [point] : [point])",
    tests: index,
  },
  {
    name: "masks: a bool goes to memory as -1",
    file: wasm("lanes"),
    from: 'export const toMemory = (m: Assembler, dtype: Dtype, lanes: Ref): Ref => (dtype === "bool" ? m.i32x4.neg(lanes) : lanes);',
    to: "export const toMemory = (_m: Assembler, _dtype: Dtype, lanes: Ref): Ref => lanes;",
    tests: scalars,
  },
  {
    name: "argmax: the last of equal elements wins",
    file: wasm("emit-statement"),
    from: "m.i32.or(m.f32.gt(term(), best())",
    to: "m.i32.or(m.f32.ge(term(), best())",
    tests: reduction,
  },
  {
    name: "a value is read again after its buffer was stored to",
    file: wasm("emit-statement"),
    from: "  forget(k, statement.buffer);\n",
    to: "",
    tests: ["test/compiler/wasm/schedules.test.ts", ...product, ...reduction, ...index],
  },
  {
    name: "pointers do not advance by the step of their loop",
    file: wasm("address"),
    from: "dimValue(k, multiply(coefficient, frame.step))",
    to: "dimValue(k, coefficient)",
    tests: ["test/compiler/wasm/elementwise.test.ts"],
  },
  {
    name: "exp: a constant of its argument reduction",
    file: "compiler/math/exp.ts",
    from: "f32x4(w, 2.1219444e-4)",
    to: "f32x4(w, 2.12194e-4)",
    tests: math,
  },
  {
    name: "log: a coefficient of its polynomial",
    file: "compiler/math/log.ts",
    from: "7.0376836292e-2",
    to: "7.0376836292e-3",
    tests: math,
  },
  {
    name: "erf: a coefficient between 1 and 4",
    file: "compiler/math/erf.ts",
    from: "0.12812075931883402",
    to: "0.12812176",
    tests: math,
  },
  {
    name: "sin and cos of large angles: one byte of 2/π",
    file: "compiler/math/reduce-large.ts",
    from: "0x57, 0xd1, 0xf5",
    to: "0x57, 0xd3, 0xf5",
    tests: math,
  },
  {
    name: "random numbers: another constant in vectors",
    file: wasm("random"),
    from: "m.i32x4.mul(folded(second, 15), i32x4(w, multipliers[1]))",
    to: "m.i32x4.mul(folded(second, 14), i32x4(w, multipliers[1]))",
    tests: scalars,
  },
  {
    name: "the index check lets the extent itself through",
    file: wasm("emit-entry"),
    from: "m.i32.ge_s(held(), upper())",
    to: "m.i32.gt_s(held(), upper())",
    tests: ["test/compiler/wasm/index-checks.test.ts"],
  },
];
