// A program as it is read: as it was derived, with only those rewrites that make it more readable, or as it runs. Both know what the errors of
// layers are.
import { type Assigned, type Entry, lookingEntry, type Program, type Result } from "../ir/entry.ts";
import { withoutUnits } from "../ir/graph.ts";
import type { Graph, Node } from "../ir/node.ts";
import { sameShape } from "../ir/type.ts";
import { withBodies, withoutBodies } from "../ir/walk.ts";
import { isOp } from "../ops/table.ts";
import { withSigns } from "../passes/rules/arithmetic.ts";
import { rootOf } from "../passes/rules/fractions.ts";
import { simplifyProgram, simplifyToRead } from "../passes/simplify.ts";
import { specialise, specialiseToRead } from "../passes/specialise.ts";
import { is } from "../rewrite/pattern.ts";
import { bits, type Rule, rewriteProgram } from "../rewrite/rewrite.ts";
import { landmarksOf, type SiteError } from "./landmarks.ts";
import type { Site } from "./sites.ts";

/** A program to be read. */
export interface Readable extends Program {
  /** Values by name as the definition wrote them, where they run in another form. */
  readonly written: readonly Result[];
  readonly assigned: readonly Assigned[];
  /** In order of computation. */
  readonly errors: readonly SiteError[];
  /** The same of values that have names, where formulas have to introduce one. */
  readonly others: readonly SiteError[];
  /** Parts of what layers compute that have names, in order of computation. */
  readonly parts: readonly Result[];
  /** What layers give as the definition wrote it, with what runs in its place. */
  readonly forms: ReadonlyMap<Node, Node>;
}

/** An entry point that is there only to be rewritten with the others. */
const beside = (nodes: readonly Node[]): Entry => ({
  ...lookingEntry(
    "predict",
    nodes.map((node) => ({ name: "", node })),
  ),
  training: true,
});

/** Quotients and what they are made of are known by the rules of a softmax, with or without a name. */
const open = new Set(["div", "exp", "sub", "where"]);

/** Whether it is a quotient by a root, as what is normalised is. */
const isOverRoot = (node: Node): boolean => isOp(node, "div") && rootOf(node.inputs[1] as Node) !== undefined;

/** The named values that stay whole: of those that a softmax may be made of single numbers, since it goes along an axis, and what would lose its line with its sign; and errors. */
function wholeNames({ names, errors }: Graph, written: readonly Node[]): Node[] {
  const signed = new Set(withSigns(withBodies(written)));
  const isWhole = (node: Node) => node.shape.length === 0 || !open.has(node.op) || signed.has(node) || isOverRoot(node);
  return [...[...names.keys()].filter(isWhole), ...errors.keys()];
}

/** What is computed again is what it was. */
const again: readonly Rule[] = [bits("barrier(x) = x", is("barrier"), (_, { inputs }) => inputs[0])];

const nodesOf = (entry: Entry | undefined): Node[] => (entry?.results ?? []).map(({ node }) => node);

/** What the definition wrote: losses, of which gradients come behind, and what is predicted. */
const writtenIn = (entries: readonly Entry[]): Node[] =>
  entries.flatMap((entry) => (entry.name.startsWith("gradients") ? nodesOf(entry).slice(0, 1) : entry.name === "predict" ? nodesOf(entry) : []));

/** `program` in the form in which it is read, and the nodes of each of `also` in it, of which so many are `written`; those of the last stay whole. */
function brought(
  program: Program,
  also: readonly (readonly Node[])[],
  { written = 0, asRun = false } = {},
): { readonly program: Program; readonly images: Node[][] } {
  const whole = { ...program, entries: [...program.entries, ...also.map(beside)] };
  const known = rewriteProgram((asRun ? specialise : specialiseToRead)(whole), again);
  const [own, others] = [known.entries.slice(0, -also.length), known.entries.slice(-also.length)];
  const asWritten = [...writtenIn(own), ...others.slice(0, written).flatMap(nodesOf)];
  const stops = [...nodesOf(known.entries.at(-1)), ...wholeNames(known.graph, asWritten)];
  const { entries, ...rest } = asRun ? simplifyProgram(known) : simplifyToRead(known, stops, asWritten);
  return { program: { ...rest, entries: entries.slice(0, -also.length) }, images: entries.slice(-also.length).map(nodesOf) };
}

/** What layers give in `written`, with the sites that run in its place; where a layer is used twice it is not told which is which. */
function formsOf(graph: Graph, written: readonly Result[], sites: readonly Site[]): [Node, Node][] {
  const known = new Set(sites.map(({ node }) => node));
  const sitesOfLayer = (layer: string | undefined) => (layer === undefined ? [] : sites.filter(({ node }) => graph.layers.get(node) === layer));
  return withoutBodies(written.map(({ node }) => node)).flatMap((node): [Node, Node][] => {
    const [site, ...others] = known.has(node) ? [] : sitesOfLayer(graph.layers.get(node));
    return site && others.length === 0 && sameShape(site.node.shape, node.shape) ? [[node, site.node]] : [];
  });
}

const withPredict = (program: Program, predict: Entry): Program => ({
  ...program,
  entries: program.entries.map((entry) => (entry.name === predict.name ? predict : entry)),
});

type NodesOfEach = [forms: Node[], written: Node[], sites: Node[], others: Node[], parts: Node[], errors: Node[], assigned: Node[]];

/** The program with what its definition states of gradients, which is no part of what runs; `asRun` in the form in which it runs. */
export function readable({ written = [], assigned = [], predict, ...running }: Program, asRun = false): Readable {
  const original = predict && !asRun ? withPredict(running, predict) : running;
  const { errors, others, parts, whole } = landmarksOf(original, asRun);
  const forms = asRun ? [] : formsOf(original.graph, written, errors);
  const also = [
    forms.flat(),
    written.map(({ node }) => node),
    errors.map(({ node }) => node),
    others.flatMap(({ node, error }) => [node, error]),
    parts.map(({ node }) => node),
    errors.map(({ error }) => error),
    assigned.map(({ value }) => value),
    whole,
  ];
  const { program, images } = brought(original, also, { written: 2, asRun });
  const [ofForms, ofWritten, ofSites, ofOthers, ofParts, ofErrors, ofAssigned] = images as NodesOfEach;
  return {
    ...program,
    assigned: assigned.map((each, i) => ({ ...each, value: ofAssigned[i] as Node })),
    written: asRun ? [] : written.map(({ name }, i) => ({ name, node: ofWritten[i] as Node })),
    errors: errors.map((site, i) => ({ ...site, node: ofSites[i] as Node, error: ofErrors[i] as Node })),
    others: others.map((site, i) => ({ ...site, node: ofOthers[2 * i] as Node, error: ofOthers[2 * i + 1] as Node })),
    forms: new Map(forms.map((_, i) => [ofForms[2 * i] as Node, ofForms[2 * i + 1] as Node])),
    parts: parts.map(({ name }, i) => ({ name, node: withoutUnits(ofParts[i] as Node) })).filter(({ node }) => !program.graph.names.has(node)),
  };
}

/** What `readable` makes of nodes of `program`, the errors of whose layers stay whole, as do those of `also`; it is asked for all of some at once. */
export function readerOf({ written: _, predict: __, ...program }: Program): (nodes: readonly Node[], also?: readonly Node[]) => Node[] {
  const { whole } = landmarksOf(program);
  // What inputs may be is known from the losses.
  const entries = program.entries.flatMap((entry) => (entry.name.startsWith("gradients") ? [{ ...entry, results: entry.results.slice(0, 1) }] : []));
  return (nodes, also = []) => {
    const below = new Set(withBodies(nodes));
    const met = [...whole, ...also].filter((node) => below.has(node));
    return brought({ ...program, entries }, [nodes, met]).images[0] as Node[];
  };
}
