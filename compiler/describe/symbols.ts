// The names on a page: what each is, its full name, its shape and where it was written.
import { type Line, sidesOf } from "../formula/equation.ts";
import { drawName, type PageSymbol, type SymbolKind } from "../formula/symbol.ts";
import { partsIn } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import type { Described, Sections } from "./describe.ts";
import type { SiteError } from "./landmarks.ts";
import { isSource } from "./names.ts";
import { unmoved } from "./sites.ts";

const order: readonly SymbolKind[] = ["input", "parameter", "state", "table", "value", "error"];

/** The names in `lines` by what they are, those of a kind in the order in which they are met. */
export function symbolsOf(
  lines: readonly Line[],
  { symbols, inSteps }: Pick<Sections, "symbols" | "inSteps">,
  { errors = [], others = [] }: Pick<Described, "errors" | "others">,
): PageSymbol[] {
  const sites = new Map([...[...others].reverse(), ...errors].map((site) => [site.error, site]));
  const names = new Map([...symbols].map(([name, node]) => [node, name]));
  const met = lines
    .flatMap(sidesOf)
    .flatMap(partsIn)
    .flatMap((part) =>
      part.kind === "variable" ? [part.name] : part.kind === "call" && part.name === "random" ? [drawName(part.subscript ?? "")] : [],
    );
  const found = [...new Set(met)].flatMap((name) => {
    const node = symbols.get(name) ?? inSteps.get(name);
    // What the last step hands on may be called like what each step hands on.
    const stepped = node?.op === "last" ? inSteps.get(name) : node;
    const site = name.startsWith("δ_") ? sites.get(node as Node) : undefined;
    return node ? [site ? errorOf(name, node, site, names) : symbolOf(name, node, stepped && stepsOf(stepped))] : [];
  });
  return found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function symbolOf(name: string, node: Node, steps: number | undefined): PageSymbol {
  const { graph, dtype, shape } = node;
  return {
    ...{ name, kind: kindOf(node), full: fullName(node), dtype, shape },
    ...(steps !== undefined && { stepCount: steps }),
    place: graph.declarations.get(node)?.position ?? graph.positions.get(node),
    ...(isOp(node, "constant") && { values: node.params.data }),
  };
}

/** The error `node` at `site`; `names` are those on the page. */
function errorOf(name: string, { graph, dtype, shape }: Node, site: SiteError, names: ReadonlyMap<Node, string>): PageSymbol {
  const full = names.get(site.node);
  const at = full === undefined ? placeOf(site, names) : undefined;
  return {
    ...{ name, kind: "error", full, dtype, shape },
    ...(site.game !== undefined && { loss: site.game }),
    ...(at && { at }),
    place: graph.positions.get(site.node),
  };
}

/** What stands at a site without a name, unless an activation is applied to it. */
function placeOf({ node, name, isSum }: SiteError, names: ReadonlyMap<Node, string>): PageSymbol["at"] {
  if (isSum) return "sum";
  const value = [...names.keys()].find((other) => [...(other.graph.names.get(other) ?? [])].some(({ text }) => text === name));
  return value && unmoved(value) === unmoved(node) ? "layer" : undefined;
}

/** How many steps the loops have in whose steps `node` has a value of its own; undefined outside of loops and in a loop of a loop. */
function stepsOf({ graph, loops }: Node): number | undefined {
  const own = graph.nodes.filter((node) => isOp(node, "loop") && loops.includes(node.params.loop));
  return own.some((loop) => loop.loops.length > 0) ? undefined : (own[0]?.params.steps as number | undefined);
}

function kindOf(node: Node): SymbolKind {
  if (isSource(node)) return node.op;
  return isOp(node, "constant") ? "table" : "value";
}

function fullName(node: Node): string | undefined {
  const [named] = node.graph.names.get(node) ?? [];
  if (isOp(node, "slot") && node.params.part === "element") return undefined;
  return typeof node.params.name === "string" ? node.params.name : (named?.text ?? node.graph.layers.get(node));
}
