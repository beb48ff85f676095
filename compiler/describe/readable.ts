// A program as it is read: as it was derived, with only those rewrites that make it more readable, or as it runs. Both know what the errors of
// layers are.
import { entryNamed } from "../../runtime/program.ts";
import { type Entry, lookingEntry, type Program, type Result } from "../ir/entry.ts";
import { withoutUnits } from "../ir/graph.ts";
import type { Node } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import { simplifyProgram, simplifyToRead } from "../passes/simplify.ts";
import { specialise, specialiseToRead } from "../passes/specialise.ts";
import { is } from "../rewrite/pattern.ts";
import { bits, type Rule, rewriteProgram } from "../rewrite/rewrite.ts";
import { landmarksOf, type SiteError } from "./landmarks.ts";

/** A program to be read. */
export interface Readable extends Program {
  /** Values by name as the definition wrote them, where they run in another form. */
  readonly written: readonly Result[];
  /** In order of computation. */
  readonly errors: readonly SiteError[];
  /** The same of values that have names, where formulas have to introduce one. */
  readonly others: readonly SiteError[];
  /** Parts of what layers compute that have names, in order of computation. */
  readonly parts: readonly Result[];
}

/** An entry point that is there only to be rewritten with the others. */
const beside = (nodes: readonly Node[], training = true): Entry => ({
  ...lookingEntry(
    "predict",
    nodes.map((node) => ({ name: "", node })),
  ),
  training,
});

/** Quotients and what they are made of are known by the rules of a softmax, with or without a name. */
const open = new Set(["div", "exp", "sub", "mul", "neg", "where"]);

const staysWhole = (node: Node): boolean => !open.has(node.op);

/** What is computed again is what it was. */
const again: readonly Rule[] = [bits("barrier(x) = x", is("barrier"), (_, { inputs }) => inputs[0])];

const nodesOf = (entry: Entry | undefined): Node[] => (entry?.results ?? []).map(({ node }) => node);

/** The names of outputs that no loss is made of, which have the values of a prediction. */
function namesOfPredicted({ entries, graph }: Program): Set<string> {
  const outputs = entryNamed(entries, "predict")?.results ?? [];
  const trained = withBodies(entries.filter(({ training }) => training).flatMap(nodesOf));
  const known = new Set(trained.flatMap((node) => [...(graph.names.get(node) ?? [])].map(({ text }) => text)));
  return new Set(outputs.flatMap(({ name }) => (known.has(name) ? [] : [name])));
}

/** What the definition wrote: losses, of which gradients come behind, and what is predicted. */
const writtenIn = (entries: readonly Entry[]): Node[] =>
  entries.flatMap((entry) => (entry.name.startsWith("gradients") ? nodesOf(entry).slice(0, 1) : entry.name === "predict" ? nodesOf(entry) : []));

/** `program` in the form in which it is read, and the nodes of each of `also` in it, of the first as they predict; those of the last stay whole. */
function brought(program: Program, also: readonly (readonly Node[])[], asRun = false): { readonly program: Program; readonly images: Node[][] } {
  const whole = { ...program, entries: [...program.entries, ...also.map((nodes, i) => beside(nodes, i > 0))] };
  const known = rewriteProgram((asRun ? specialise : specialiseToRead)(whole), again);
  const stops = [...nodesOf(known.entries.at(-1)), ...[...known.graph.names.keys()].filter(staysWhole)];
  const { entries, ...rest } = asRun ? simplifyProgram(known) : simplifyToRead(known, stops, writtenIn(known.entries.slice(0, -also.length)));
  return { program: { ...rest, entries: entries.slice(0, -also.length) }, images: entries.slice(-also.length).map(nodesOf) };
}

/** The program with what its definition states of gradients, which is no part of what runs; `asRun` in the form in which it runs. */
export function readable({ written = [], ...original }: Program, asRun = false): Readable {
  const { errors, others, parts, whole } = landmarksOf(original, { asRun });
  const predicted = namesOfPredicted(original);
  const asWritten = (isPredicted: boolean) => written.filter(({ name }) => predicted.has(name) === isPredicted);
  const also = [
    asWritten(true).map(({ node }) => node),
    asWritten(false).map(({ node }) => node),
    errors.map(({ node }) => node),
    others.flatMap(({ node, error }) => [node, error]),
    parts.map(({ node }) => node),
    errors.map(({ error }) => error),
    whole,
  ];
  const { program, images } = brought(original, also, asRun);
  const [ofPredicted, ofTrained, ofSites, ofOthers, ofParts, ofErrors] = images as [Node[], Node[], Node[], Node[], Node[], Node[]];
  const resultsOf = (results: readonly Result[], nodes: readonly Node[]) => results.map(({ name }, i) => ({ name, node: nodes[i] as Node }));
  return {
    ...program,
    written: asRun ? [] : [...resultsOf(asWritten(true), ofPredicted), ...resultsOf(asWritten(false), ofTrained)],
    errors: errors.map((site, i) => ({ ...site, node: ofSites[i] as Node, error: ofErrors[i] as Node })),
    others: others.map((site, i) => ({ ...site, node: ofOthers[2 * i] as Node, error: ofOthers[2 * i + 1] as Node })),
    parts: parts.map(({ name }, i) => ({ name, node: withoutUnits(ofParts[i] as Node) })),
  };
}

/** What `readable` makes of `nodes` of a program, where beside the errors of its layers those of `whole` stay whole. */
export function asRead({ written: _, ...program }: Program, nodes: readonly Node[], whole: readonly Node[] = []): Node[] {
  const { whole: known } = landmarksOf(program, { more: whole });
  const entries = program.entries.filter(({ name }) => name.startsWith("gradients"));
  return brought({ ...program, entries }, [[], nodes, known]).images[1] as Node[];
}
