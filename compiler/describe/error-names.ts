// What errors are called: `δ_a` at what the layer a gives, `∂loss/∂a` at a itself where δ_a is another's.
import type { Formula } from "../formula/tree.ts";
import type { Node } from "../ir/node.ts";
import { isOp } from "../ops/table.ts";
import type { SiteError } from "./landmarks.ts";
import { distinct } from "./names.ts";
import { isAffine, isOfWindows } from "./sites.ts";

export const derivative = (of: string, by: string, node: Node): Formula => {
  const formula: Formula = { kind: "derivative", of, by };
  return node.shape.length === 0 ? { ...formula, scalar: true } : formula;
};

const isNamed = ({ node, name }: SiteError): boolean => [...(node.graph.names.get(node) ?? [])].some(({ text }) => text === name);

/** Those of `others` whose name is that of an error before the activation of what they are the errors of. */
function behindActivations(others: readonly SiteError[]): Set<SiteError> {
  const before = new Set(others.filter((site) => !isNamed(site)).map(({ name }) => name));
  return new Set(others.filter((site) => before.has(site.name) && isNamed(site)));
}

/** The errors of values in whose place another has the name: `∂loss/∂g` where δ_g is the error before the activation of g. */
export const derivativesOf = (
  others: readonly SiteError[],
  gradients: ReadonlyMap<string, Node>,
  suggested: ReadonlyMap<Node, string>,
  names: ReadonlyMap<Node, string>,
): Map<Node, Formula> => {
  const errors = new Set(suggested.values());
  const behind = behindActivations(others);
  const isAnothers = (site: SiteError) => errors.has(errorName(site.name)) || behind.has(site);
  const found = others.filter((site) => site.game === undefined && isAnothers(site) && !gradients.has(site.name));
  return new Map(
    [...found].reverse().flatMap(({ node, error }): [Node, Formula][] => {
      const by = names.get(node);
      return by === undefined ? [] : [[error, derivative("loss", by, error)]];
    }),
  );
};

const joined = (name: string): string => name.split(".").join("_");

export const errorName = (name: string): string => `δ_${joined(name)}`;

/** What `others` are called where formulas need a name, and which of them are the errors at values of the user. */
export function namesInNeed(others: readonly SiteError[]): { readonly names: readonly [Node, string][]; readonly own: ReadonlySet<Node> } {
  const behind = behindActivations(others);
  const called = others.filter((site) => !behind.has(site)).reverse();
  return {
    names: called.map(({ name, error }) => [error, errorName(name)]),
    own: new Set(others.filter(isNamed).map(({ error }) => error)),
  };
}

/** `δ_a` for the error at the site `a`, and `z_a` for what stands there, where that is an affine map without a name. */
export function suggestions(errors: readonly SiteError[], names: ReadonlyMap<Node, string>, taken: Set<string>): Map<Node, string> {
  const wanted = new Map<Node, string>();
  for (const { node, name, game, error } of errors) {
    const base = joined(name);
    if (!names.has(node) && !wanted.has(node)) wanted.set(node, distinct(isAffine(node) ? `z_${base}` : base, taken));
    const other = errors.some((site) => site.node === node && site.game !== game);
    // What is repeated has fewer axes on the page than the name would, but where it is said of each element.
    if (!wanted.has(error) && (!isOp(error, "broadcast") || isOfWindows(node)))
      wanted.set(error, distinct(errorName(other && game !== undefined ? `${name}_${game}` : name), taken));
  }
  return wanted;
}
