// Where a derivation stops on its way: at the loss, at what has a name on the page, at what layers give before their activations, and at what it is by.
import { sitesOf } from "../describe/sites.ts";
import type { Graph, Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";

/** A value on the way. */
export interface Stop {
  /** As the chain rule met it. */
  readonly node: Node;
  /** The same as it is read. */
  readonly image: Node;
  /** Its name where it is read. */
  readonly name: string;
  /** The full name of the site that it is, whose error has a name. */
  readonly site: string | undefined;
}

/** The values that `total` is computed from and that are computed from `by`, both among them, from the total down. */
export function between(total: Node, by: Node): Node[] {
  const leads = new Set([by]);
  const order = withoutBodies([total]);
  for (const node of order) if (node.dtype === "f32" && node.inputs.some((input) => leads.has(input))) leads.add(node);
  return order.filter((node) => leads.has(node)).reverse();
}

export interface Found {
  readonly graph: Graph;
  /** The way from the loss down, and what each value on it is where it is read. */
  readonly way: readonly Node[];
  readonly images: ReadonlyMap<Node, Node>;
  /** The names on the page, and which of them the user gave. */
  readonly names: ReadonlyMap<Node, string>;
  isGiven(image: Node): boolean;
}

/** The stops of the way behind its first value, in their order. Of several values that are read alike, one is a stop: a site, else the last. */
export function stopsOf({ graph, way, images, names, isGiven }: Found): Stop[] {
  const [total] = way as [Node];
  const by = way.at(-1) as Node;
  const sites = new Map(sitesOf(graph, withoutBodies([total])).map(({ node, name }) => [node, name]));
  const byImage = new Map<Node, Stop>();
  for (const node of way.slice(1)) {
    const image = images.get(node) as Node;
    const site = sites.get(node);
    const name = names.get(image) ?? (site === undefined ? undefined : `z_${site.split(".").join("_")}`);
    if (node !== by && site === undefined && !isGiven(image)) continue;
    const known = byImage.get(image);
    if (known && known.site !== undefined && node !== by) continue;
    byImage.delete(image);
    byImage.set(image, { node, image, name: name ?? "", site: site ?? known?.site });
  }
  return [...byImage.values()].filter(({ image }) => image !== images.get(total));
}

/** The way from stop to stop. */
export interface Way {
  /** Those that are met on it, from the loss down, without the loss. */
  readonly stops: readonly Stop[];
  /** From which of them, or from the loss, one is met directly. */
  before(stop: Stop): readonly Stop[];
  /** The values at which they stand in the graph that is walked. */
  readonly ends: ReadonlySet<Node>;
  standing(stop: Stop): Node;
}

/** The way from `loss` to the last of `stops` through the others, in the graph of what `standing` gives; undefined where there is none. */
export function wayOf(loss: Stop, stops: readonly Stop[], standing: (stop: Stop) => Node): Way | undefined {
  const ends = new Set(stops.map(standing));
  const all = [loss, ...stops];
  const reached = new Map(all.map((stop) => [stop, reachedFrom(standing(stop), ends)]));
  const reach = (from: Stop, to: Stop): boolean => reached.get(from)?.has(standing(to)) === true;
  // Stops stand in order, so that each is behind those that lead to it.
  const met = new Set([loss]);
  for (const stop of stops) if ([...met].some((from) => reach(from, stop))) met.add(stop);
  const leading = new Set(stops.slice(-1));
  for (const stop of [...all].reverse()) if ([...leading].some((to) => reach(stop, to))) leading.add(stop);
  const onWay = all.filter((stop) => met.has(stop) && leading.has(stop));
  if (onWay.length < 2) return undefined;
  return { stops: onWay.slice(1), before: (stop) => onWay.filter((from) => reach(from, stop)), ends, standing };
}

/** Those of `ends` that `from` is computed from with none of them in between. */
function reachedFrom(from: Node, ends: ReadonlySet<Node>): Set<Node> {
  const reached = new Set<Node>();
  const seen = new Set<Node>([from]);
  const stack = [...from.inputs];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (ends.has(node)) reached.add(node);
    else stack.push(...node.inputs);
  }
  return reached;
}
