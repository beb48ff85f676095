// The derivation of one gradient: from the loss down to what it is by, from one named value to the next, what the chain rule gives at each.
//
//   loss = (yhat − y)²          power rule                       ∂loss/∂yhat = 2·(yhat − y)
//   yhat = tanh(z_yhat)         chain rule, tanh′(u) = …         δ_yhat = ∂loss/∂yhat ⊙ (1 − yhat²)
//
// Each line is of the adjoint that `differentiate` made; its errors and its last line are those of the page.
import { entryNamed, entryOf } from "../../runtime/program.ts";
import { adjointsOf } from "../calculus/differentiate.ts";
import { type Described, sectionsOf } from "../describe/describe.ts";
import { readerOf } from "../describe/readable.ts";
import { elementAt } from "../ir/element.ts";
import type { Program } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import * as build from "../ops/build.ts";
import { isView } from "../ops/loops.ts";
import { isOp } from "../ops/table.ts";
import type { Derivation, DerivationStep, Path } from "./derivation.ts";
import { Lines } from "./lines.ts";
import { gradientAt, SingleSteps } from "./step.ts";
import { between, type Stop, stopsOf, type Way, wayOf } from "./stops.ts";
import { rulesBetween } from "./ways.ts";

/** A gradient among those of a program. */
export interface Wanted {
  /** Its name among the gradients that are described. */
  readonly name: string;
  /** The game whose loss it is of; none for that of the model. */
  readonly game?: string | undefined;
  /** What it is by, in the graph of the program. */
  readonly by: Node;
}

/** A derivation, and after each of its steps the gradient that was reached. */
export interface Traced {
  readonly derivation: Derivation;
  readonly nodes: readonly Node[];
}

/** How the gradient `wanted` of `program`, whose page shows `described`, comes about. */
export function derivationOf(program: Program, described: Described, { name, game, by }: Wanted): Traced {
  const { graph } = program;
  const total = entryNamed(program.entries, entryOf("gradients", game))?.results[0]?.node as Node;
  const parameters = [...graph.declarations.keys()].filter((node) => isOp(node, "parameter"));
  const adjoints = adjointsOf(total, isOp(by, "parameter") ? parameters : [by]);
  const way = between(total, by).filter((node) => adjoints.has(node));
  const adjointOf = (node: Node) => adjoints.get(node) as Node;
  const all = [...way, ...way.map(adjointOf)];
  const read = readerOf(program);
  const images = new Map(read(all).map((image, i) => [elementAt(all, i), image]));
  const imageOf = (node: Node) => images.get(node) as Node;

  const sections = sectionsOf(described);
  const forward = new Set(withoutBodies([imageOf(total), ...way.map(imageOf)]));
  const names = new Map([...sections.symbols].flatMap(([text, node]) => (forward.has(node) ? [[node, text] as const] : [])));
  const given = new Set(described.values.values());
  const stops = stopsOf({ graph, way, images, names, isGiven: (image) => names.has(image) && (given.has(image) || graph.names.has(image)) });
  const isLooped = way.some(isView);

  const lines = new Lines(sections, { name, names, of: described.derivatives?.get(name)?.of ?? "loss" });
  for (const { image, name: own } of stops) lines.call(image, own);
  const loss: Stop = { node: total, image: imageOf(total), name: "", site: undefined };
  if (loss.image === imageOf(by)) {
    const own = adjointOf(by);
    const last = lines.derived({ ...loss, node: by }, { step: imageOf(own), standing: imageOf(own), onPage: imageOf(own), isLast: true, isLooped });
    return { derivation: { of: lines.of, by: name, steps: [{ paths: [], lines: last.slice(-1) }] }, nodes: [imageOf(own)] };
  }
  // What is read may lack a value that cancels; what was derived has them all.
  const met = wayOf(loss, stops, ({ image }) => image) ?? (wayOf(loss, stops, ({ node }) => node) as Way);
  const singles = isLooped ? met.stops.map(({ node }) => imageOf(adjointOf(node))) : read(singleSteps(loss, met, way));
  const steps = met.stops.map((stop, at): DerivationStep => {
    const derived = lines.derived(stop, {
      step: elementAt(singles, at),
      standing: isLooped ? imageOf(adjointOf(stop.node)) : gradientAt(stop.node),
      onPage: imageOf(adjointOf(stop.node)),
      isLast: stop.node === by,
      isLooped,
    });
    return { paths: met.before(stop).map((from) => pathBetween(from, stop, { met, lines, loss })), lines: derived };
  });
  return { derivation: { of: lines.of, by: name, steps }, nodes: met.stops.map(({ node }) => imageOf(adjointOf(node))) };
}

/** The gradient at each stop of the way as the chain rule makes it of those above. */
function singleSteps(loss: Stop, { stops }: Way, way: readonly Node[]): Node[] {
  const { before, ends } = wayOf(loss, stops, ({ node }) => node) as Way;
  const single = new SingleSteps(way, ends);
  const gradient = (stop: Stop) => (stop === loss ? build.constant(loss.node.graph, [1]) : gradientAt(stop.node));
  return stops.map((stop) => single.to(stop.node, new Map(before(stop).map((from) => [from.node, gradient(from)]))));
}

interface Surroundings {
  readonly met: Way;
  readonly lines: Lines;
  readonly loss: Stop;
}

function pathBetween(from: Stop, to: Stop, { met, lines, loss }: Surroundings): Path {
  const place = from.node.graph.positions.get(from.node);
  const rules = rulesBetween(met.standing(from), met.standing(to), { stops: met.ends, formulaOf: (node) => lines.shortly(node) });
  return { ...lines.forward(from.image, from === loss), ...(place && { place }), rules };
}
