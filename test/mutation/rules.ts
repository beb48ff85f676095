// Mistakes in rewrite rules and their guards, and in the passes over graphs.
import type { Mutant } from "./mutant.ts";

const rules = (file: string) => `compiler/passes/rules/${file}.ts`;
const cases = ["test/compiler/passes/rules.test.ts"];
const traces = ["test/compiler/trace/trace.test.ts"];
const models = ["test/compiler/pipeline/check-models.test.ts"];

export const ruleMutants: readonly Mutant[] = [
  {
    name: "x^2 = x",
    file: rules("powers"),
    from: "power(2), ({ x }) => square(x)",
    to: "power(2), ({ x }) => x",
    tests: cases,
  },
  {
    name: "guard: x^½ = √x for negative x",
    file: rules("powers"),
    from: "({ x }: { readonly x: Node }) => isNonNegative(x)",
    to: "() => true",
    tests: cases,
  },
  {
    name: "-(x - y) = x - y",
    file: rules("arithmetic"),
    from: "({ x, y }) => build.sub(y, x)),",
    to: "({ x, y }) => build.sub(x, y)),",
    tests: cases,
  },
  {
    name: "a sum of repeated values is counted by the wrong axes",
    file: rules("reduction"),
    from: "summed.filter((axis) => !axes.includes(axis))",
    to: "summed.filter((axis) => axes.includes(axis))",
    tests: cases,
  },
  {
    name: "guard: constants are merged although their product is lost to underflow",
    file: rules("scaling"),
    from: "Number.isFinite(product) && Math.abs(product) >= least",
    to: "Number.isFinite(product)",
    tests: cases,
  },
  {
    name: "guard: a common factor is taken out of unbounded terms",
    file: rules("scaling"),
    from: "isBounded(a) || isBounded(b) ?",
    to: "f ?",
    tests: cases,
  },
  {
    name: "two permutes are merged in the wrong order",
    file: rules("movement"),
    from: 'paramsOf(y, "permute").order.map((axis) => elementAt(first, axis))',
    to: 'first.map((axis) => elementAt(paramsOf(y, "permute").order, axis))',
    tests: cases,
  },
  {
    name: "guard: slice of pad is dropped where another part is cut out",
    file: rules("movement"),
    from: 'sameShape(x.shape, y.shape) && sameAxes(paramsOf(inner, "pad").low, paramsOf(y, "slice").start)',
    to: "sameShape(x.shape, y.shape) && inner !== y",
    tests: cases,
  },
  {
    name: "c < x = x < c",
    file: rules("order"),
    from: 'lt: "gt"',
    to: 'lt: "lt"',
    tests: cases,
  },
  {
    name: "a contraction of repeated values is not multiplied by their number",
    file: rules("contraction"),
    from: "return times(contraction(left, right, result, node.shape), repeats(x, [left, right], result));",
    to: "return contraction(left, right, result, node.shape);",
    tests: cases,
  },
  {
    name: "guard: a centred term is dropped beside one that hides what is not finite",
    file: rules("centred"),
    from: "centred !== undefined && shows(other, centred)",
    to: "centred !== undefined",
    tests: cases,
  },
  {
    name: "a branch that is not taken is kept",
    file: rules("selection"),
    from: 'is("where", fill(1), any("x"), any("y")), ({ x }) => x',
    to: 'is("where", fill(1), any("x"), any("y")), ({ y }) => y',
    tests: models,
  },
  {
    name: "the gradient of softmax has the wrong sign",
    file: rules("softmax"),
    from: "build.mul(p, build.sub(g, projected(g, p, b)))",
    to: "build.mul(p, build.sub(projected(g, p, b), g))",
    tests: cases,
  },
  {
    name: "log(Σe^x) is shifted, and the shift not added again",
    file: rules("smooth"),
    from: "return build.add(shift, build.log(build.sum(",
    to: "return build.add(filled(shift, 0), build.log(build.sum(",
    tests: ["test/compiler/passes/stabilise.test.ts"],
  },
  {
    name: "a trace tells rewritings the wrong way round",
    file: "compiler/rewrite/rewrite.ts",
    from: "trace?.rule(rule, node, result)",
    to: "trace?.rule(rule, result, node)",
    tests: traces,
  },
  {
    name: "a trace keeps to itself that gradients were added behind their masks",
    file: "compiler/calculus/differentiate.ts",
    from: "if (g !== plain) trace.rule(together, plain, g);",
    to: "",
    tests: traces,
  },
  {
    name: "entry points that train are specialised as if they did not",
    file: "compiler/passes/specialise.ts",
    from: "Number(training)",
    to: "Number(!training)",
    tests: models,
  },
  {
    name: "an index is checked against the largest of its extents",
    file: "compiler/passes/index-ranges.ts",
    from: "Math.min(use.extent, uppers.get(source) ?? Number.POSITIVE_INFINITY)",
    to: "Math.max(use.extent, uppers.get(source) ?? 0)",
    tests: ["test/compiler/passes/index-ranges.test.ts"],
  },
  {
    name: "a largest row counts as computed row by row",
    file: "compiler/passes/rows.ts",
    from: 'const { axes } = paramsOf(node, "max");\n    return axes.includes(at) ? mixed',
    to: 'const { axes } = paramsOf(node, "max");\n    return axes.includes(at) ? sum',
    tests: ["test/compiler/passes/rows.test.ts"],
  },
  {
    name: "pairs of rows are summed up over parts",
    file: "compiler/passes/rows.ts",
    from: ".length > 1) return mixed",
    to: ".length > 2) return mixed",
    tests: ["test/compiler/passes/rows.test.ts"],
  },
];
