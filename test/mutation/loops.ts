// Mistakes in loops.
import type { Mutant } from "./mutant.ts";

const loops = ["test/src/loops.test.ts", "test/src/scan.test.ts"];

export const loopMutants: readonly Mutant[] = [
  {
    name: "the gradient of a loop begins with zeros whatever comes to its last step",
    file: "compiler/calculus/loops.ts",
    from: "adjointOfLast(views, next, i) ?? build.fill",
    to: "build.fill",
    tests: loops,
  },
  {
    name: "the gradient of what all steps share is that of rows alone",
    file: "compiler/calculus/steps.ts",
    from: "return build.contract(allOf(node, x), allOf(node, y),",
    to: "return build.contract(allOf(node, y), allOf(node, x),",
    tests: loops,
  },
  {
    name: "a loop from the end writes what it reads",
    file: "compiler/fuse/loops.ts",
    from: "reverse ? [1, 0] : [0, 1];",
    to: "reverse ? [0, 1] : [0, 1];",
    tests: loops,
  },
  {
    name: "what a loop is given lives until it is first used in it",
    file: "compiler/kernel/plan.ts",
    from: "last: Math.max(time, ...left.map(({ last }) => last)),",
    to: "last: time,",
    tests: ["test/compiler/kernel/plan.test.ts"],
  },
  {
    name: "a sum over rows in a step of a loop is taken for one that parts can add up",
    file: "compiler/passes/rows-in-loops.ts",
    from: '(kind.kind === "sum" ? mixed : kind);',
    to: "kind;",
    tests: loops,
  },
  {
    name: "a product of what a step hands on leaves its loop",
    file: "compiler/passes/lift.ts",
    from: 'node.params.loop === loop && node.params.part !== "carry";',
    to: "node.params.loop === loop;",
    tests: ["test/compiler/passes/lift.test.ts"],
  },
  {
    name: "a sum at all steps is over the axes that it is over in one",
    file: "compiler/ops/lift.ts",
    from: "build.sum(first(node, over), behind(node.params.axes))",
    to: "build.sum(first(node, over), node.params.axes)",
    tests: ["test/compiler/passes/lift.test.ts"],
  },
];
