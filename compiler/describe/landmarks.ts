// The values of a program that a page calls by names of layers, with the errors that they have by the chain rule, which makes the nodes of its gradients again.
import { entryNamed, entryOf, gamesOf } from "../../runtime/program.ts";
import { adjointsOf } from "../calculus/differentiate.ts";
import type { Program } from "../ir/entry.ts";
import type { Graph, Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { isOp } from "../ops/table.ts";
import { beforeActivations, namedOf, partsOf, type Site, scoresOfAttention, sitesOf, sumsWithParameters } from "./sites.ts";

/** The gradient of a loss by the value at a site. */
export interface SiteError extends Site {
  /** The game whose loss it is; none for that of the model. */
  readonly game: string | undefined;
  readonly error: Node;
}

/** A loss: what it depends on, in order of computation, and its gradients by all of that. */
interface Loss {
  readonly game: string | undefined;
  readonly below: readonly Node[];
  readonly adjoints: ReadonlyMap<Node, Node>;
  /** The gradients that its entry point gives. */
  readonly gradients: readonly Node[];
}

function lossesOf({ graph, entries }: Program): Loss[] {
  const parameters = [...graph.declarations.keys()].filter((node) => isOp(node, "parameter"));
  return [undefined, ...gamesOf(entries)].flatMap((game) => {
    const [total, ...gradients] = (entryNamed(entries, entryOf("gradients", game))?.results ?? []).map(({ node }) => node);
    return total ? [{ game, below: withoutBodies([total]), adjoints: adjointsOf(total, parameters), gradients }] : [];
  });
}

const errorsAt = (losses: readonly Loss[], sitesIn: (nodes: readonly Node[]) => readonly Site[]): SiteError[] =>
  losses.flatMap(({ game, below, adjoints }) =>
    sitesIn(below).flatMap((site) => {
      const error = adjoints.get(site.node);
      return error ? [{ ...site, game, error }] : [];
    }),
  );

/** Parts of layers and their errors, but for roots, which lie below the axes of extent 1 that they are repeated along. */
function wholePartsOf({ parts }: Graph, losses: readonly Loss[]): Node[] {
  const wholes = (nodes: readonly Node[]) => nodes.filter((node) => parts.has(node) && node.op !== "sqrt" && node.loops.length === 0);
  const errors = errorsAt(losses, (nodes) => wholes(nodes).map((node) => ({ node, name: "" })));
  return [...losses.flatMap(({ below }) => wholes(below)), ...errors.map(({ error }) => error)];
}

/** Errors at values of the user to which several paths lead and from which several go on: what they are is said once. */
function sharedErrors(graph: Graph, losses: readonly Loss[]): Node[] {
  const uses = new Map<Node, number>();
  for (const { inputs } of withoutBodies(losses.flatMap(({ gradients }) => gradients)))
    for (const input of inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  const errors = errorsAt(losses, (nodes) => namedOf(graph, nodes)).map(({ error }) => error);
  return errors.filter((error) => isOp(error, "add") && (uses.get(error) ?? 0) > 1);
}

/** `nodes` in the order in which the chain rule comes to them, whatever of it was made before, the last first. */
function lastFirst(nodes: readonly Node[], losses: readonly Loss[]): Node[] {
  const order = new Set(losses.flatMap(({ below, adjoints, gradients }) => [...below, ...adjoints.values(), ...gradients]));
  const places = new Map([...order].map((node, at) => [node, at]));
  return [...nodes].sort((a, b) => (places.get(b) as number) - (places.get(a) as number));
}

export interface Landmarks {
  /** Errors that have names. */
  readonly errors: readonly SiteError[];
  /** Those that are called by a name where formulas have to introduce one. */
  readonly others: readonly SiteError[];
  /** Parts of what layers compute that have names. */
  readonly parts: readonly Site[];
  /**
   * What rules for reading do not look into, in the order in which rewriting has to meet it, which begins with the last: what is made of one is then
   * made of what that became.
   */
  readonly whole: readonly Node[];
}

/** The landmarks of a program; as it runs it has errors alone, and no parts. */
export function landmarksOf(program: Program, asRun = false): Landmarks {
  const { graph } = program;
  const losses = lossesOf(program);
  const errors = errorsAt(losses, (nodes) => sitesOf(graph, nodes));
  // Where a layer stands before an activation, the error there has the name.
  const known = new Set(errors.map(({ name }) => name));
  const before = (nodes: readonly Node[]) => beforeActivations(graph, nodes).filter(({ name }) => !known.has(name));
  // Of what layers give of groups the activation is not to be taken before they are put together.
  const ofGroups = errors.flatMap(({ node }) => (isOp(node, "reshape") ? [node] : []));
  // Updates are told of gradients, whatever these are made of.
  const gradients = losses.flatMap((loss) => loss.gradients);
  const inside = asRun ? [] : [...wholePartsOf(graph, losses), ...sharedErrors(graph, losses)];
  const whole = [...inside, ...errors.map(({ error }) => error), ...gradients, ...ofGroups];
  return {
    errors,
    others: errorsAt(losses, (nodes) => [
      ...namedOf(graph, nodes),
      ...before(nodes),
      ...[scoresOfAttention, sumsWithParameters].flatMap((sites) => sites(graph, nodes)),
    ]),
    parts: asRun ? [] : partsOf(graph, [...new Set(losses.flatMap(({ below }) => below))]),
    whole: lastFirst(whole, losses),
  };
}
