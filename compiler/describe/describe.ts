import type { Definition, Equation } from "../formula/equation.ts";
import { byElements } from "../formula/lettered.ts";
import { drawName } from "../formula/symbol.ts";
import { call, type Formula, indicator, mapParts, variable } from "../formula/tree.ts";
import type { Graph, Node } from "../ir/node.ts";
import { withBodies } from "../ir/walk.ts";
import { isOp } from "../ops/table.ts";
import { isRepeated } from "./axes-said.ts";
import { functionsIn, isFunctionSomewhere } from "./called-alike.ts";
import { collected } from "./collect.ts";
import { derivative, derivativesOf, errorName, namesInNeed, suggestions } from "./error-names.ts";
import { expanded, explained } from "./expand.ts";
import type { SiteError } from "./landmarks.ts";
import { type LoopTexts, loopTexts } from "./loops.ts";
import { maskedProducts } from "./masked.ts";
import { asFunction, distinct, isNamed, isSource, mathNames, namesOfNodes, reservedNames } from "./names.ts";
import { derivativesIn, formulaOf, type Naming, type Outline, outline, reference } from "./outline.ts";
import { slopeOfNamedRelu } from "./relu-forms.ts";
import { isAffine, isOfWindows, unmoved, weightsInNeed } from "./sites.ts";
import { errorsAtParts, errorsInLoops, sidesOf } from "./suggest.ts";

/** What is differentiated, and by what, by their names. */
export interface Derivative {
  readonly of: string;
  readonly by: string;
}

/** The parts of a program that are worth reading, each by its full name (`hidden`, `hidden.weight`). All nodes are of `graph`. */
export interface Described {
  readonly graph: Graph;
  /** Values of the forward pass; `loss` among them where there is one. */
  readonly values: ReadonlyMap<string, Node>;
  /** Of `values` those that run in another form, which does not overflow. */
  readonly stable?: ReadonlyMap<string, Node>;
  /** The names of those that no loss depends on and that a training would give otherwise: they are those of predictions. */
  readonly predicted?: ReadonlySet<string>;
  /** What layers give as it was written, with what runs in its place and has a name. */
  readonly forms?: ReadonlyMap<Node, Node>;
  /** The gradients of the loss by what they are taken with respect to. */
  readonly gradients: ReadonlyMap<string, Node>;
  /** Which derivatives the gradients of those names are; of the loss by the name itself unless stated. */
  readonly derivatives?: ReadonlyMap<string, Derivative>;
  /** The errors that have names. */
  readonly errors?: readonly SiteError[];
  /** Errors that are called by a name where one has to be introduced. */
  readonly others?: readonly SiteError[];
  /** New values of parameters and states at the end of a step. */
  readonly updates: ReadonlyMap<string, Node>;
}

/** How much is said. */
export interface Detail {
  /** Says what functions mean, one level down, and writes linear layers in a row as one. */
  readonly expand?: boolean | undefined;
  /** Says what functions mean that the conventions of a page do not know. */
  readonly explain?: boolean | undefined;
}

/** A part of a program in mathematics: each line by its full name, and what its formulas had to introduce. */
export interface Section {
  readonly lines: ReadonlyMap<string, Main>;
  readonly outline: Outline;
}

/** A line without what it uses. */
export type Main = Pick<Equation, "left" | "letters" | "sign" | "right" | "also">;

/** The parts of a program in mathematics. */
export interface Sections extends Readonly<Record<"forward" | "stable" | "gradients" | "updates", Section>> {
  /** What each name on the page is the value of, except for what changes from step to step of a loop. */
  readonly symbols: ReadonlyMap<string, Node>;
  /** What each name stands for that changes from step to step, or is a part of a parameter. */
  readonly inSteps: ReadonlyMap<string, Node>;
  /** Formulas of further values of the graph in the same names, and in those of `names`; what it has to introduce is called by none of `taken`. */
  write(values: readonly Node[], names: ReadonlyMap<Node, Formula>, taken: Iterable<string>): Outline;
}

/** The program in the user's names: forward values, `∂loss/∂W = ...` for each gradient, `W ← ...` for each update. */
export function sectionsOf(described: Described, detail: Detail = {}): Sections {
  const sections = sectionsBeside(described, detail);
  const names = [...sections.symbols.keys(), ...sections.inSteps.keys()].filter(isFunctionSomewhere);
  const functions = names.length > 0 ? functionsOf(sectionsBeside(described, { explain: true })) : undefined;
  return functions && names.some((name) => functions.has(name)) ? sectionsBeside(described, detail, functions) : sections;
}

const functionsOf = ({ forward, stable, gradients, updates }: Sections): Set<string> =>
  functionsIn([forward, stable, gradients, updates].flatMap(({ lines, outline }) => [...lines.values(), ...[...outline.introduced.values()].flat()]));

/** The same where values are told apart from `functions`. */
function sectionsBeside(
  { graph, values, stable = new Map(), forms = new Map(), gradients, derivatives, errors = [], others = [], updates }: Described,
  { expand = false, explain = false }: Detail,
  functions: ReadonlySet<string> = new Set(),
): Sections {
  const forward = new Set(withBodies([...values.values(), ...stable.values()]));
  const mathName = mathNames(graph);
  const nodes = withBodies([...values.values(), ...stable.values(), ...gradients.values(), ...updates.values()]);
  const { names, untold, taken, wanted } = callings({ graph, values, stable, gradients, errors }, nodes, forward, functions);
  const next = new Map([...updates].map(([name, node]) => [node, `${mathName(name)}⁺`] as const));
  const { suggested: known, ...loops } = loopTexts(
    nodes,
    { names, suggested: wanted, taken },
    (node) => forward.has(node),
    new Map(others.map(({ error, name }) => [unmoved(error), errorName(name)])),
  );
  const stops = new Map([...[...names].map(([node, name]) => [node, reference(node, name)] as const), ...loops.stops]);
  const ofParts = namesOfParts({ graph, gradients, derivatives }, forward, loops.parts);
  const suggested = new Map([...distinctly(ofParts.gates, taken), ...known]);
  const inNeed = namesInNeed(others);
  const naming: Naming = {
    stops,
    suggested: new Map([...onlyInLoops(suggested), ...untold]),
    fallback: new Map([...ofParts.sides, ...weightsInNeed(nodes, names), ...inNeed.names]),
    own: inNeed.own,
    derivatives: derivativesOf(others, gradients, suggested, new Map([...untold, ...names])),
    taken,
    loops,
    slopes: ofParts.slopes,
    ...(explain && { compose: explained }),
  };
  const printed = printedNames(names, mathName, taken);
  const derived = (name: string, node: Node) => derivativeOf({ graph, values, derivatives }, name, node, printed);
  const ofErrors = withErrorsOf(nodes, loops, { isError: (node) => suggested.has(node), isNamed: (node) => names.has(node) });
  const slopes = new Map([...gradients].map(([name, node]) => [node, derived(name, node)] as const));
  const given = new Map([...[...stops].filter(([node]) => forward.has(node) || isSource(node)), ...loops.stops]);
  const ofGradients = equate(gradients, { ...naming, stops: given, suggested, loops: ofErrors }, "=", derived);
  const shared = sharedIn(suggested, [...stable.values()], [...values.values()]);
  const isForward = (node: Node) => forward.has(node);
  const inForward = (done: readonly Section[]) => withForms(withWindows(after(naming, done, isForward), suggested, shared), forms);
  const byName: Left = (name, node) => reference(node, printed(name, node));
  const ofValues = equate(values, { ...inForward([ofGradients]), ...(expand && { compose: expanded }) }, "=", byName);
  const ofStable = equate(stable, inForward([ofGradients, ofValues]), "=", byName);
  const ofUpdates = equateUpdates(updates, [ofGradients, ofValues, ofStable], { ...naming, stops: new Map([...stops, ...slopes]) }, next, (name) =>
    variable(printed(name, sourceNamed(graph, name))),
  );
  // Numbers have no name in formulas, but may have a line.
  const lefts = [...values].map(([name, node]) => [node, printed(name, node)] as const);
  const introduced = [ofValues, ofStable, ofGradients, ofUpdates].flatMap(({ outline }) => [...outline.named]);
  return {
    forward: alsoCollected(ofValues, expand ? values : new Map(), stops),
    stable: ofStable,
    gradients: ofGradients,
    updates: ofUpdates,
    inSteps: namesInSteps(loops.stops, [...drawsIn(nodes), ...names, ...introduced]),
    symbols: new Map(
      [...lefts, ...drawsIn(nodes), ...loops.sequences, ...names, ...introduced].flatMap(([node, name]) =>
        node.loops.length === 0 ? [[name, node]] : [],
      ),
    ),
    write: (nodes, more, others) =>
      outline(nodes, {
        ...naming,
        stops: new Map([...stops, ...more]),
        taken: new Set([...taken, ...introduced.map(([, name]) => name), ...others]),
        loops: ofErrors,
      }),
  };
}

/** Formulas of loops, and those of products under masks and of the slopes of what the user named. */
function withErrorsOf(
  nodes: readonly Node[],
  loops: Naming["loops"],
  { isError, isNamed }: { isError(node: Node): boolean; isNamed(node: Node): boolean },
): Naming["loops"] {
  const masked = maskedProducts(nodes, isError);
  return { ...loops, compositionOf: (node) => loops.compositionOf(node) ?? masked(node) ?? slopeOfNamedRelu(node, isNamed) };
}

/** Names for the errors at gates, and for the parts of gradients of parameters that hold several matrices. */
function namesOfParts(
  { graph, gradients, derivatives }: Pick<Described, "graph" | "gradients"> & { readonly derivatives: Described["derivatives"] | undefined },
  forward: ReadonlySet<Node>,
  { cells, sides }: LoopTexts["parts"],
) {
  const slopes = new Map<Node, Formula>();
  const byParameter = new Map<Node, Node>();
  for (const [name, gradient] of gradients) {
    const source = sourceNamed(graph, name);
    if (source) byParameter.set(source, gradient);
    const parts = source && sides.get(source);
    const nodes = sidesOf(gradient);
    if (parts?.length !== nodes?.length) continue;
    for (const [at, part] of (parts ?? []).entries()) {
      const node = nodes?.[at] as Node;
      if (!slopes.has(node) && node.inputs.length > 0) slopes.set(node, derivative(derivatives?.get(name)?.of ?? "loss", part, node));
    }
  }
  return { gates: errorsAtParts(byParameter, cells, forward), sides: errorsAtParts(byParameter, sides, forward), slopes };
}

const distinctly = (names: ReadonlyMap<Node, string>, taken: Set<string>): [Node, string][] =>
  [...names].map(([node, name]) => [node, distinct(name, taken)]);

/** What values are called: those that are given or have lines, others where they are used, and where errors have names. */
function callings(
  { graph, values, stable, gradients, errors }: Required<Pick<Described, "graph" | "values" | "stable" | "gradients" | "errors">>,
  nodes: readonly Node[],
  forward: ReadonlySet<Node>,
  functions: ReadonlySet<string>,
) {
  const among = new Set(nodes);
  const same = new Map([...stable].map(([name, node]) => [node, values.get(name) as Node]));
  const all = namesOfNodes(graph, nodes, values, { same, functions });
  const [names, untold] = byLine(all, new Set([...values.values(), ...stable.values()]));
  const taken = new Set([...reservedNames(nodes, functions), ...all.values()]);
  const wanted = new Map([...suggestions(errors, all, taken), ...untold]);
  const mathName = mathNames(graph);
  for (const [node, name] of graph.errors) if (among.has(node) && !wanted.has(node)) wanted.set(node, distinct(`δ_${mathName(name)}`, taken));
  const sites = new Set(wanted.values());
  for (const [node, name] of errorsInLoops(graph, gradients, forward))
    if (!wanted.has(node)) wanted.set(node, sites.has(name) ? distinct(name, taken) : name);
  return { names, untold, taken, wanted };
}

/** `names` of what is given or has a line of its own as one of `values`, and of what gets a line where it is used. */
function byLine(names: ReadonlyMap<Node, string>, values: ReadonlySet<Node>): [Map<Node, string>, Map<Node, string>] {
  const hasLine = (node: Node) => values.has(node) || isSource(node) || isOp(node, "constant") || node.loops.length > 0;
  const some = (wanted: boolean) => new Map([...names].filter(([node]) => hasLine(node) === wanted));
  return [some(true), some(false)];
}

/** What has a name that changes from step to step, or is a part of a parameter: of formulas `stops`, and of `named`. */
const namesInSteps = (stops: Naming["stops"], named: readonly (readonly [Node, string])[]): Map<string, Node> =>
  new Map([
    ...[...stops].flatMap(([node, formula]) => (formula.kind === "variable" ? [[formula.name, node] as const] : [])),
    ...named.flatMap(([node, name]) => (node.loops.length > 0 ? [[name, node] as const] : [])),
  ]);

/** What formulas call a value or a source by its full name: its mathematical name, in another form where one of `taken` is that. */
const printedNames =
  (names: ReadonlyMap<Node, string>, mathName: (name: string) => string, taken: ReadonlySet<string>) =>
  (name: string, node: Node | undefined): string => {
    const printed = node && names.get(node);
    if (isNamed(printed, mathName(name), taken)) return printed;
    return taken.has(asFunction(mathName(name))) ? distinct(mathName(name), new Set(taken)) : mathName(name);
  };

/** The input, parameter or state of that name. */
const sourceNamed = (graph: Graph, name: string): Node | undefined =>
  graph.nodes.find((node) => node.inputs.length === 0 && node.params.name === name && node.body.length === 0);

/** What is drawn, which formulas call `random_2()`. */
const drawsIn = (nodes: readonly Node[]): [Node, string][] =>
  nodes.flatMap((node) => (isOp(node, "random") ? [[node, drawName(String(node.params.stream + 1))]] : []));

const outsideOfLoops = (names: ReadonlyMap<Node, string>): Map<Node, string> => new Map([...names].filter(([{ loops }]) => loops.length === 0));

/** What the sections `done` call by a name is called by it in the next one, where it is one of `only` and no part of a line that was too long; nothing else is called so. */
function after(naming: Naming, done: readonly Section[], only: (node: Node) => boolean): Naming {
  const named = done.flatMap(({ outline }) => [...outline.named]);
  const cut = new Set(done.flatMap(({ outline }) => [...outline.cut]));
  return {
    ...naming,
    taken: new Set([...naming.taken, ...named.map(([, name]) => name)]),
    suggested: new Map([...naming.suggested, ...named.filter(([node]) => only(node) && !cut.has(node))]),
  };
}

/** What the sections `done` introduced by its name, but for what changes from step to step of a loop. */
const referencesIn = (done: readonly Section[]): Map<Node, Formula> =>
  new Map([
    ...[...outsideOfLoops(new Map(done.flatMap(({ outline }) => [...outline.named])))].map(([node, name]) => [node, reference(node, name)] as const),
    ...done.flatMap(({ outline }) => derivativesIn(outline)),
  ]);

/** `section` with what the names mean that those before it introduced. */
const withDefinitions = (done: readonly Section[], { lines, outline }: Section): Section => ({
  lines,
  outline: { ...outline, introduced: new Map([...done.flatMap((before) => [...before.outline.introduced]), ...outline.introduced]) },
});

/** `naming` with the names of `suggested` for what convolutions and pools give, and for what is `shared`. */
const withWindows = (naming: Naming, suggested: ReadonlyMap<Node, string>, shared: ReadonlySet<Node>): Naming => ({
  ...naming,
  suggested: new Map([...[...suggested].filter(([node]) => isOfWindows(node) || shared.has(node)), ...naming.suggested]),
});

/** The affine maps that have a name in `suggested` of which several steps of `stable` and `values` are made, of the first one at least. */
function sharedIn(suggested: ReadonlyMap<Node, string>, stable: readonly Node[], values: readonly Node[]): Set<Node> {
  const inStable = new Set(withBodies(stable));
  const uses = new Map<Node, number>();
  for (const { inputs } of withBodies([...stable, ...values])) for (const input of inputs) uses.set(input, (uses.get(input) ?? 0) + 1);
  return new Set([...suggested.keys()].filter((node) => inStable.has(node) && isAffine(node) && (uses.get(node) ?? 0) > 1));
}

/** `naming` with the names of what runs for what was written in its place. */
const withForms = (naming: Naming, forms: ReadonlyMap<Node, Node>): Naming => ({
  ...naming,
  suggested: new Map([...naming.suggested, ...[...forms].flatMap(([written, running]) => namedAs(written, naming.suggested.get(running)))]),
});

const namedAs = (node: Node, name: string | undefined): [Node, string][] => (name === undefined ? [] : [[node, name]]);

const onlyInLoops = (suggested: ReadonlyMap<Node, string>): Map<Node, string> => new Map([...suggested].filter(([{ loops }]) => loops.length > 0));

/** The lines of values that are several linear layers in a row, with the one layer that they are beside. */
function alsoCollected({ lines, outline }: Section, values: Described["values"], stops: Naming["stops"]): Section {
  const nameOf = (parameter: Node) => stops.get(parameter) as Formula;
  const written = [...lines].map(([name, line]) => {
    const value = values.get(name);
    const also = value && collected(value, nameOf, (x) => stops.get(x) ?? formulaOf(x, stops));
    return [name, also ? { ...line, also } : line] as const;
  });
  return { lines: new Map(written), outline };
}

/** The gradient of that name as the derivative that it is. */
function derivativeOf(
  { graph, values, derivatives }: Pick<Described, "graph" | "values"> & { readonly derivatives: Described["derivatives"] | undefined },
  name: string,
  node: Node,
  printed: ReturnType<typeof printedNames>,
): Formula {
  const { of, by } = derivatives?.get(name) ?? { of: "loss", by: name };
  return derivative(of, printed(by, sourceNamed(graph, by) ?? values.get(by)), node);
}

/** What is told of a condition is 1 where it holds. */
const asNumber = ({ dtype }: Node, formula: Formula): Formula => (dtype === "bool" ? indicator(formula) : formula);

/** `formula` without the number of rows of the parameter whose gradient it is: `scatter(δ, i)`. */
const withoutRows = (formula: Formula, rows: string): Formula =>
  formula.kind === "call" && formula.name === "scatter" && formula.subscript === rows
    ? call(
        "scatter",
        formula.args.map((arg) => withoutRows(arg, rows)),
      )
    : mapParts(formula, (part) => withoutRows(part, rows));

type Left = (name: string, node: Node) => Formula;

function equate(values: ReadonlyMap<string, Node>, naming: Naming, sign: Equation["sign"], left: Left): Section {
  const whole = outline([...values.values()], { ...naming, taken: new Set(naming.taken), isRule: sign === "←" });
  // What has a name of its own, as the error that is the gradient of a bias, is called by it.
  const rightOf = (node: Node): Formula => {
    const name = sign === "=" && naming.suggested.has(node) ? whole.named.get(node) : undefined;
    return name === undefined ? (whole.bodies.get(node) as Formula) : reference(node, name);
  };
  const lines = [...values].map(([name, node]) => {
    const of = left(name, node);
    const right = asNumber(node, rightOf(node));
    return [name, { left: of, sign, right: of.kind === "derivative" ? withoutRows(right, String(node.shape[0])) : right }] as const;
  });
  const section = { lines: new Map(lines), outline: whole };
  // Updates are those of any parameter, of which no name says how many elements it has.
  return sign === "=" ? inElements(section, values, naming) : section;
}

/** What is assigned, in the names that the sections `done` introduced; `next` are those of new values. */
function equateUpdates(
  updates: ReadonlyMap<string, Node>,
  done: readonly Section[],
  naming: Naming,
  next: ReadonlyMap<Node, string>,
  left: Left,
): Section {
  const known = after(naming, done, (node) => node.loops.length > 0);
  const own = {
    ...known,
    isRule: true,
    stops: new Map([...referencesIn(done), ...naming.stops]),
    suggested: new Map([...known.suggested, ...next]),
  };
  return withDefinitions(done, equate(updates, own, "←", left));
}

/** The lines that say best of what an element is made. */
function inElements({ lines, outline }: Section, values: ReadonlyMap<string, Node>, { stops, taken }: Naming): Section {
  const named = new Map([...outline.named].map(([node, name]) => [name, node]));
  const stopped = [...stops].flatMap(([node, formula]) => (formula.kind === "variable" && !formula.step ? [[formula.name, node] as const] : []));
  const known = new Map([...drawsIn(withBodies([...values.values()])).map(([node, name]) => [name, node] as const), ...named, ...stopped]);
  const names = [...taken, ...known.keys()].filter((name) => name.length === 1);
  const written = <T extends Definition>(line: T, node: Node | undefined): T => {
    const shapeOf = (name: string) => {
      const node = known.get(name);
      // What changes from step to step stands for all steps too.
      return node && node.loops.length === 0 ? node.shape : undefined;
    };
    const found =
      node?.loops.length === 0 ? byElements(line.right, { shape: node.shape, taken: names, isRepeated: isRepeated(node), shapeOf }) : undefined;
    return found ? { ...line, ...found } : line;
  };
  const bySlope = new Map(derivativesIn(outline).map(([node, slope]) => [slope, node]));
  const nodeOf = ({ left }: Definition) => (left.kind === "variable" && left.step === undefined ? named.get(left.name) : bySlope.get(left));
  const introduced = [...outline.introduced].map(([key, definitions]) => [key, definitions.map((each) => written(each, nodeOf(each)))] as const);
  return {
    lines: new Map([...lines].map(([name, line]) => [name, written(line, values.get(name))])),
    outline: { ...outline, introduced: new Map(introduced) },
  };
}
