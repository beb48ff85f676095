// The names on a page: what each is, its full name, its shape and where it was written.
import { type Line, sidesOf } from "../formula/equation.ts";
import { drawName, type PageSymbol, type SymbolKind } from "../formula/symbol.ts";
import { partsIn } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import type { Described, Sections } from "./describe.ts";
import type { SiteError } from "./landmarks.ts";
import { isSource } from "./names.ts";

const order: readonly SymbolKind[] = ["input", "parameter", "state", "table", "value", "error"];

/** The names in `lines` by what they are, those of a kind in the order in which they are met. */
export function symbolsOf(
  lines: readonly Line[],
  { symbols, inSteps }: Pick<Sections, "symbols" | "inSteps">,
  errors: Described["errors"] = [],
): PageSymbol[] {
  const sites = new Map(errors.map((site) => [site.error, site]));
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
    return node ? [symbolOf(name, node, sites.get(node), names, stepped && stepsOf(stepped))] : [];
  });
  return found.sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
}

function symbolOf(name: string, node: Node, site: SiteError | undefined, names: ReadonlyMap<Node, string>, steps: number | undefined): PageSymbol {
  const { graph, dtype, shape } = node;
  const isError = name.startsWith("δ_") && site !== undefined;
  const place = graph.declarations.get(node)?.position ?? graph.positions.get(isError ? site.node : node);
  const full = isError ? names.get(site.node) : fullName(node);
  return {
    name,
    kind: isError ? "error" : kindOf(node),
    full,
    ...(isError && site.game !== undefined && { loss: site.game }),
    dtype,
    shape,
    ...(steps !== undefined && { stepCount: steps }),
    place,
    ...(isOp(node, "constant") && { values: node.params.data }),
  };
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
