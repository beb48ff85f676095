// The derivation of one gradient, from the loss down: what stands between two values that have names, a step each.
//
//   loss = (yhat − y)²        power rule: u² has the derivative 2·u        ∂loss/∂yhat = 2·(yhat − y)
import type { Described } from "../describe/describe.ts";
import { mathNames } from "../describe/names.ts";
import { outline, reference } from "../describe/outline.ts";
import type { SiteError } from "../describe/readable.ts";
import { isAffine, type Site, sitesOf } from "../describe/sites.ts";
import type { Definition, Line } from "../formula/equation.ts";
import { type Formula, partsIn } from "../formula/tree.ts";
import type { Graph, Node, Position } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { isOp } from "../ops/table.ts";
import { inWords, ruleAt } from "./words.ts";

/** A step of a derivation. */
export interface DerivationStep {
  /** Lines of the forward pass that it goes through, several where there are several paths. */
  readonly forward: readonly (Definition & { readonly place: Position | undefined })[];
  /** The rules, in the order in which they are applied. */
  readonly rules: readonly string[];
  /** What holds after it. */
  readonly result: Line;
  /** The gradient that it is about. */
  readonly node: Node;
}

/** Sites, and all else that has a name and goes on to them. */
export function waypointsOf(graph: Graph, nodes: readonly Node[]): Site[] {
  const sites = sitesOf(graph, nodes);
  const known = new Set(sites.map(({ node }) => node));
  const others = nodes.flatMap((node): Site[] => {
    const [named] = graph.names.get(node) ?? [];
    const name = named?.text ?? graph.layers.get(node);
    return name === undefined || known.has(node) || node.dtype !== "f32" || node.inputs.length === 0 ? [] : [{ node, name, isPassed: true }];
  });
  return [...sites, ...others].sort((a, b) => a.node.id - b.node.id);
}

/** What a derivation is made of. */
export interface Ways {
  /** The program with the errors at all waypoints, and what its names are. */
  readonly described: Described;
  readonly symbols: ReadonlyMap<string, Node>;
  /** The lines of its values, which know how loops are written. */
  readonly lines: ReadonlyMap<string, Pick<Line, "right">>;
  /** The loss that is differentiated. */
  readonly loss: Node;
  /** The line of the page that it ends with. */
  readonly last: Line;
  /** What it is taken by, and the gradient. */
  readonly by: Node;
  readonly gradient: Node;
}

/** The steps from the loss to the gradient by `by`. */
export function derivation({ described, symbols, lines, loss, last, by, gradient }: Ways): DerivationStep[] {
  const on = onTheWay(loss, by);
  const ways = (described.errors ?? []).filter(({ node }) => on.has(node) && node !== loss);
  const below = new Set([...ways.map(({ node }) => node), by]);
  const names = namesOf(described, symbols, ways);
  // An error is told by those that were told before.
  const later = ({ node }: SiteError) => new Set(ways.filter((other) => other.node.id <= node.id).map(({ error }) => error));
  const above = (way: SiteError) => new Map([...names].filter(([node]) => !later(way).has(node) || !ways.some(({ error }) => error === node)));
  const lineOf = (node: Node): Formula => {
    const { right } = written(node, names);
    const known = [...described.values].find(([, value]) => value === node)?.[0] ?? "";
    return partsIn(right).some((part) => part.kind === "call" && part.name === "loop") ? (lines.get(known)?.right ?? right) : right;
  };
  const steps = [...ways]
    .sort((a, b) => b.node.id - a.node.id)
    .flatMap((way): DerivationStep[] => {
      const { uppers, rules } = between(way.node, loss, on, below);
      const result: Line = { left: names.get(way.error) as Formula, sign: "=", ...written(way.error, above(way)) };
      return [{ forward: uppers.map((node) => forwardLine(node, names, lineOf)), rules, result, node: way.error }];
    });
  const { uppers, rules } = between(by, loss, on, below);
  return [...steps, { forward: uppers.map((node) => forwardLine(node, names, lineOf)), rules, result: last, node: gradient }];
}

const forwardLine = (node: Node, names: ReadonlyMap<Node, Formula>, lineOf: (node: Node) => Formula) => ({
  left: names.get(node) ?? reference(node, "loss"),
  right: lineOf(node),
  place: node.graph.positions.get(node),
});

/** What depends on `by`, of all that the loss is computed from. */
function onTheWay(loss: Node, by: Node): Set<Node> {
  const on = new Set([by]);
  for (const node of withoutBodies([loss])) if (node.inputs.some((input) => on.has(input))) on.add(node);
  return on;
}

/** What formulas of a derivation stop at: values by their names, errors of sites as δ_a, others as ∂loss/∂h. */
function namesOf({ graph }: Described, symbols: ReadonlyMap<string, Node>, ways: readonly SiteError[]): Map<Node, Formula> {
  const mathName = mathNames(graph);
  const names = new Map([...symbols].flatMap(([name, node]) => (/^[δ∂]|^v\d+$/.test(name) ? [] : [[node, reference(node, name)] as const])));
  for (const { node, name, error, isPassed } of ways) {
    const own = name.split(".").join("_");
    if (!names.has(node)) names.set(node, reference(node, isAffine(node) ? `z_${own}` : mathName(name)));
    const by = (names.get(node) as Extract<Formula, { kind: "variable" }>).name;
    const left: Formula = isPassed ? { kind: "derivative", of: "loss", by } : reference(error, `δ_${own}`);
    if (!names.has(error)) names.set(error, error.shape.length === 0 ? { ...left, scalar: true } : left);
  }
  return names;
}

/** A value in terms of those that have names, with what had to be introduced. */
function written(node: Node, names: ReadonlyMap<Node, Formula>): Pick<Line, "right" | "where"> {
  const loops = { lines: [], compositionOf: () => undefined };
  const { bodies, introduced } = outline([node], { stops: names, suggested: new Map(), taken: new Set(), loops });
  return { right: bodies.get(node) as Formula, where: [...introduced.values()].flat() };
}

/** The named values that `node` goes into next, and the rules between them and it, from above. */
function between(node: Node, loss: Node, on: ReadonlySet<Node>, ends: ReadonlySet<Node>): { uppers: Node[]; rules: string[] } {
  const order = withoutBodies([loss]).filter((each) => on.has(each) && each.id > node.id);
  const reached = new Set([node]);
  const uppers: Node[] = [];
  const rules: string[] = [];
  for (const user of order) {
    const inputs = user.inputs.flatMap((input, i) => (reached.has(input) && on.has(input) ? [i] : []));
    if (inputs.length === 0) continue;
    for (const rule of inputs.map((input) => ruleAt(user, input))) if (rule !== undefined && !rules.includes(rule)) rules.unshift(rule);
    if (ends.has(user) || user === loss) uppers.push(user);
    else reached.add(user);
  }
  const told = inWords(rules, [...reached, ...uppers]);
  return { uppers: uppers.reverse(), rules: uppers.length > 1 ? ["several paths: their derivatives are added", ...told] : told };
}

/** The node of a parameter or an input by its full name. */
export const sourceOf = (graph: Graph, name: string): Node | undefined =>
  graph.nodes.find((node) => (isOp(node, "parameter") || isOp(node, "input")) && node.params.name === name);
