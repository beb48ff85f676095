// The derivation of a gradient by the name that the definition or its page has for what it is by.
import type { Derivation } from "../compiler/derivation/derivation.ts";
import { derivationOf } from "../compiler/derivation/derive.ts";
import type { Traced, Wanted } from "../compiler/derivation/tracing.ts";
import { mathNames } from "../compiler/describe/names.ts";
import { readable } from "../compiler/describe/readable.ts";
import { evaluate as extent } from "../compiler/ir/dim.ts";
import { elementAt } from "../compiler/ir/element.ts";
import type { Program, Result } from "../compiler/ir/entry.ts";
import { withGraph } from "../compiler/ir/graph.ts";
import type { Node } from "../compiler/ir/node.ts";
import * as build from "../compiler/ops/build.ts";
import { partsToRead, trainedIn } from "./described.ts";
import { interpretProgram } from "./interpret.ts";
import type { Data } from "./tensor.ts";
import { namedNodes } from "./training.ts";

type Inputs = Readonly<Record<string, Data>>;
type Variables = ReadonlyMap<string, ArrayLike<number>>;

/** The names of what the page of `program` has gradients by. */
export const gradientNames = (program: Program): string[] => trainedIn(program).flatMap(({ derived }) => derived.map(({ name }) => name));

/** The gradient of `program` that `asked` names, as its definition or its page does; undefined where the page has none of that name. */
export function gradientNamed(program: Program, asked: string): Wanted | undefined {
  const mathName = mathNames(program.graph);
  for (const { game, loss, derived } of trainedIn(program)) {
    const found = derived.find(({ name }) => name === asked) ?? derived.find(({ name }) => mathName(name) === asked);
    if (!found) continue;
    const by = namedNodes(program.graph, loss.node, [found.name]).get(found.name) as Node;
    return { name: game === undefined ? found.name : `${game}.${found.name}`, game, by };
  }
  return undefined;
}

/** How the gradient `wanted` of `program` comes about, rule by rule; by way of the value `through` where one is named. @throws GradcError `unknown-name` */
export const derive = (program: Program, wanted: Wanted, through?: string): Traced =>
  withGraph(program.graph, () => derivationOf(program, partsToRead(readable(program)), wanted, through));

/** The derivation with the value after each step, by the interpreter. @throws GradcError as `interpretProgram` */
export function withValues({ derivation, nodes }: Traced, program: Program, inputs: Inputs, variables: Variables): Derivation {
  const results = nodes.map((node, at): Result => ({ name: String(at), node }));
  const rows = withGraph(program.graph, () => build.size(program.graph, "batch"));
  const { outputs } = interpretProgram(program, inputs, { parameters: variables }, [...results, { name: "batch", node: rows }]);
  const batch = outputs.get("batch")?.[0] as number;
  const valueAt = ({ name, node }: Result) => ({
    shape: node.shape.map((dim) => extent(dim, { batch })),
    data: [...(outputs.get(name) as Float64Array)],
  });
  return { ...derivation, steps: derivation.steps.map((step, at) => ({ ...step, value: valueAt(elementAt(results, at)) })) };
}
