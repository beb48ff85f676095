// What `gradc inspect` prints of a definition, and the values that the interpreter computes in f64 for what stands there.
import { sectionsOf } from "../../compiler/describe/describe.ts";
import { type ProgramPage, pageOf } from "../../compiler/describe/page.ts";
import { writeLegend } from "../../compiler/formula/legend.ts";
import { print } from "../../compiler/formula/notation.ts";
import { writePage } from "../../compiler/formula/page.ts";
import { text } from "../../compiler/formula/text.ts";
import { readable } from "../../compiler/index.ts";
import { type Evaluated, evaluateSteps, type Source } from "../../compiler/interpret.ts";
import { evaluate as extentOf } from "../../compiler/ir/dim.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { withBodies, withoutBodies } from "../../compiler/ir/walk.ts";
import type { Value } from "../../compiler/ops/op.ts";
import { indexRanges } from "../../compiler/passes/index-ranges.ts";
import { uniform } from "../../compiler/pipeline/draw.ts";
import type { ModelSource } from "../../src/definition-file.ts";
import { partsToRead } from "../../src/described.ts";
import { type Opened, openDefinition } from "../../src/open.ts";
import type { Optimizer } from "../../src/optim/optimizer.ts";
import type { Line, Page } from "./page.ts";
import type { Given } from "./read.ts";
import type { Tensor } from "./tensor.ts";

/** A definition as a reader gets it, and what is right. */
export interface Subject {
  readonly text: string;
  readonly latex: string;
  /** Values for the names on `page`, which is `text` or another writing of it. */
  given(page: Page): Given;
  /** The true value of a line, for the parameter `of` if it is one of a rule. */
  truth(line: Line, of?: string): Tensor | undefined;
}

/** The pages of a definition, as it is derived and as it runs. */
export async function subjectsOf(source: ModelSource, optimizer?: Optimizer): Promise<readonly [derived: Subject, asRun: Subject]> {
  const opened = await openDefinition(source, { optimizer });
  return [subjectOf(opened, false), subjectOf(opened, true)];
}

const title = (words: string): string => words;

function subjectOf({ program, purpose }: Opened, asRun: boolean): Subject {
  const shown = readable(program, asRun);
  const described = partsToRead(shown);
  const page = pageOf(described);
  // What a step is handed stands for another step, and names that pages make up are found again for other values.
  const inSteps = [...sectionsOf(described, { explain: true }).inSteps].flatMap(([name, node]) =>
    node.op === "slot" || /^v\d+$/u.test(name) ? [] : [[`${name}_t`, node] as const],
  );
  // What updates introduce may be called like what gradients do.
  const { nodes } = pageOf({ ...described, updates: new Map() });
  const named = new Map([
    ...inSteps,
    ...described.values,
    ...page.nodes,
    ...nodes,
    ...leftsOf(page),
    ...[...described.updates].map(([name, node]) => [`${name} ←`, node] as const),
  ]);
  const values = new Values([...named.values()], indexRanges(program), purpose.binary);
  const full = new Map(page.symbols.map(({ name, full: whole }) => [name, whole ?? name]));
  const valueFor = (key: string): Tensor | undefined => {
    const node = named.get(key);
    return node && values.of(node);
  };
  return {
    text: `${writePage(page, "text", title)}\n\n${writeLegend(page, title)}\n`,
    latex: writePage(page, "latex"),
    given: ({ symbols }) => ({
      batch: values.rows,
      names: new Map(
        [...symbols.keys()]
          .flatMap((name) => known(name, values.source(full.get(name) ?? name) ?? constantOf(page, name, valueFor)))
          .concat(values.draws()),
      ),
      stateOf: (letter, parameter) => values.stateOf(full.get(parameter) ?? parameter, letter),
      ...values.standard(),
    }),
    truth: ({ left, sign }, of) => {
      if (sign === "=") return valueFor(left);
      const whole = of === undefined ? undefined : (full.get(of) ?? of);
      if (whole === undefined) return valueFor(`${full.get(left) ?? left} ←`) ?? valueFor(left);
      return valueFor(left === "w" ? `${whole} ←` : `${values.stateName(whole, left)} ←`);
    },
  };
}

const known = (name: string, value: Tensor | undefined): [string, Tensor][] => (value ? [[name, value]] : []);

/** The elements of a table of constants, which is a symbol of the page. */
const constantOf = (page: ProgramPage, name: string, valueFor: (key: string) => Tensor | undefined): Tensor | undefined =>
  page.symbols.some((symbol) => symbol.name === name && symbol.kind === "table") ? valueFor(name) : undefined;

/** What the lines of gradients and updates are, by their left sides without letters. */
const leftsOf = ({ results }: ProgramPage): [string, Node][] =>
  [...results].map(([left, node]) => [print(left, text).replace(/\[[^\]]*\]$/u, ""), node]);

type SourceNode = Node & { readonly params: { readonly name: string } };

const isSource = ({ op }: Node): boolean => op === "input" || op === "parameter" || op === "state";

/** Random values of all that a program is computed from, and what it computes from them. */
class Values {
  readonly rows: number;
  private readonly nodes: readonly Node[];
  private readonly sources: ReadonlyMap<string, Source>;
  private readonly computed: Evaluated;
  private readonly batches: ReadonlyMap<string, readonly boolean[]>;

  constructor(
    roots: readonly Node[],
    ranges: ReturnType<typeof indexRanges>,
    within: Readonly<Record<string, { lower: number; upper: number }>> = {},
  ) {
    this.nodes = withBodies(roots);
    const extents = new Set(this.nodes.flatMap(({ shape }) => shape));
    this.rows = [5, 7, 11, 13].find((rows) => !extents.has(rows)) ?? 17;
    const random = uniform(7);
    const upperOf = new Map([...ranges].map(([node, { upper }]) => [node.params.name, upper]));
    const sources = this.nodes.filter(isSource) as SourceNode[];
    this.sources = new Map(
      sources.map((node) => [node.params.name, this.drawn(node, () => random.next().value, upperOf.get(node.params.name), within[node.params.name])]),
    );
    this.batches = new Map(sources.map(({ params, shape }) => [params.name, shape.map((dim) => typeof dim !== "number")]));
    const draws = withoutBodies(roots).filter(({ op }) => op === "random");
    const outside = roots.filter(({ loops }) => loops.length === 0);
    this.computed = evaluateSteps([...outside, ...draws], { sizes: { batch: this.rows }, sources: this.sources, training: true });
  }

  /** Not near 0, by which something may be divided; states are positive, as means of squares are. */
  private drawn(node: SourceNode, random: () => number, upper: number | undefined, range?: { lower: number; upper: number }): Source {
    const shape = node.shape.map((dim) => extentOf(dim, { batch: this.rows }));
    const real = () => {
      if (range) return range.lower + (range.upper - range.lower) * random();
      return (node.op === "state" || random() < 0.5 ? 1 : -1) * (0.1 + 0.6 * random());
    };
    const one = () => (node.dtype === "i32" ? Math.floor(random() * (upper ?? 4)) : real());
    return { dtype: node.dtype, shape, data: Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, one) };
  }

  of(node: Node): Tensor | undefined {
    const value = this.computed.own.get(node) ?? stepsOf(this.computed, node);
    const batches = node.shape.map((dim) => typeof dim !== "number");
    return value && tensor(value, value.shape.length > batches.length ? [false, ...batches] : batches);
  }

  source(full: string): Tensor | undefined {
    const source = this.sources.get(full);
    return source && tensor(source, this.batches.get(full) ?? []);
  }

  draws(): [string, Tensor][] {
    return this.nodes.flatMap((node): [string, Tensor][] => {
      const value = node.op === "random" ? this.of(node) : undefined;
      return value ? [[`random_${Number((node.params as { stream: number }).stream) + 1}`, value]] : [];
    });
  }

  /** The full name of what a rule calls by a letter for a parameter: `w.m`, by its first letter where it is longer. */
  stateName(parameter: string, letter: string): string {
    const own = [...this.sources.keys()]
      .filter((name) => name.startsWith(`${parameter}.`))
      .map((name) => [name, name.slice(parameter.length + 1).replaceAll(".", "_")] as const);
    const [name = letter] = own.find(([, state]) => state === letter) ?? own.find(([, state]) => state.startsWith(letter)) ?? [];
    return name;
  }

  stateOf = (parameter: string, letter: string): Tensor | undefined => this.source(this.stateName(parameter, letter));

  /** Of a standardisation, where there is one. */
  standard(): Pick<Given, "standard"> {
    const ending = (end: string) => [...this.sources.keys()].filter((name) => name.endsWith(end));
    const [means, deviations] = [ending("standardize.mean"), ending("standardize.deviation")];
    if (means.length !== 1 || deviations.length !== 1) return {};
    return { standard: { mean: this.source(means[0] as string) as Tensor, deviation: this.source(deviations[0] as string) as Tensor } };
  }
}

/** The value in all steps of the loop that it is computed in, which come first. */
function stepsOf({ steps }: Evaluated, node: Node): Value | undefined {
  for (const made of steps.values()) {
    const rows = made.flatMap(({ own }) => own.get(node) ?? []);
    if (rows.length < made.length) continue;
    const [first] = rows as [Value];
    return { ...first, shape: [rows.length, ...first.shape], data: Float64Array.from(rows.flatMap(({ data }) => [...data])) };
  }
  return undefined;
}

const tensor = ({ shape, data }: Source, batches: readonly boolean[]): Tensor => ({
  axes: shape.map((extent, axis) => ({ extent, ...(batches[axis] && { batch: true }) })),
  data: Float64Array.from(data),
});
