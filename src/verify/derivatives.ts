import { gradientsOf } from "../../compiler/calculus/differentiate.ts";
import { type Evaluated, evaluate, evaluateSteps, type Inputs, type Source, valueAt } from "../../compiler/interpret.ts";
import type { Entry, Program, Result } from "../../compiler/ir/entry.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { entryNamed, entryOf, gamesOf } from "../../runtime/program.ts";
import type { Comparison, Sources } from "./comparison.ts";
import { derivativeError, derivativeTolerance } from "./differences.ts";
import { compareOwn, withFunctions } from "./own-gradients.ts";

/** The gradients that `program` derives against finite differences of its losses, and before them those that the user says, of their functions. */
export function compareDerivatives({ entries }: Program, sources: Sources, rows: number): Comparison[] {
  const run = { sizes: { batch: rows }, sources, training: true };
  return [undefined, ...gamesOf(entries)].flatMap((game) => {
    const entry = entryNamed(entries, entryOf("gradients", game));
    return entry ? compareEntry(entry, run).map((one) => ({ ...one, game })) : [];
  });
}

function compareEntry({ results }: Entry, run: Inputs): Comparison[] {
  const [loss, ...gradients] = results as [Result, ...Result[]];
  const known = evaluateSteps([loss.node], run);
  const stopped = stoppedOf(known);
  const held = { ...run, held: stopped.own, heldSteps: stopped.steps };
  const own = compareOwn([loss.node], { run: held, values: known.own, steps: known.steps });
  const differs = own.some(({ comparison: { error, tolerance } }) => !(error <= tolerance));
  const compared = differs ? gradientsOfFunctions(loss.node, gradients, own) : gradients;
  const values = evaluate([loss.node, ...compared.map(({ node }) => node)], run);
  const lossAt = (moved: Sources) =>
    valueAt(evaluate([loss.node], { ...held, sources: new Map([...run.sources, ...moved]) }), loss.node).data[0] as number;
  const size = Math.max(1, Math.abs(lossAt(new Map())));
  const derived = compared.map(({ name, node }): Comparison => {
    const source = run.sources.get(name) as Source;
    const error = derivativeError(source, valueAt(values, node).data, size, (data) => lossAt(new Map([[name, { ...source, data }]])));
    return { name, kind: "derivative", error, tolerance: derivativeTolerance };
  });
  return [...own.map(({ comparison }) => comparison), ...derived];
}

/** What stops gradients, in the steps of loops too: a constant to the derivative. */
const stoppedOf = ({ own, steps }: Evaluated): Evaluated => ({
  own: new Map([...own].filter(([node]) => isOp(node, "stopGradient"))),
  steps: new Map([...steps].map(([loop, each]) => [loop, each.map(stoppedOf)])),
});

/** The gradients of `loss` where functions have their own derivatives; without those that are none then. */
function gradientsOfFunctions(loss: Node, gradients: readonly Result[], own: ReturnType<typeof compareOwn>): Result[] {
  const { image } = withFunctions([loss], own);
  const byName = new Map([...loss.graph.declarations].map(([node, { name }]) => [name, node]));
  const wrt = gradients.map(({ name }) => byName.get(name) as Node);
  const found = gradientsOf(image(loss), wrt);
  return gradients.flatMap(({ name }, i) => {
    const node = found.get(wrt[i] as Node);
    return node ? [{ name, node }] : [];
  });
}
