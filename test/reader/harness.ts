// What `gradc inspect` prints of a definition, and the values that the interpreter computes in f64 for what stands there.
import { sectionsOf } from "../../compiler/describe/describe.ts";
import { type ProgramPage, pageOf } from "../../compiler/describe/page.ts";
import { writeLegend } from "../../compiler/formula/legend.ts";
import { print } from "../../compiler/formula/notation.ts";
import { writePage } from "../../compiler/formula/page.ts";
import { text } from "../../compiler/formula/text.ts";
import { readable } from "../../compiler/index.ts";
import type { Node } from "../../compiler/ir/node.ts";
import { indexRanges } from "../../compiler/passes/index-ranges.ts";
import type { ModelSource } from "../../src/definition-file.ts";
import { partsToRead } from "../../src/described.ts";
import { type Opened, openDefinition } from "../../src/open.ts";
import type { Optimizer } from "../../src/optim/optimizer.ts";
import type { Line, Page } from "./page.ts";
import type { Given } from "./read.ts";
import type { Tensor } from "./tensor.ts";
import { Values } from "./values.ts";

/** A definition as a reader gets it, and what is right. */
export interface Subject {
  readonly text: string;
  readonly latex: string;
  /** Values for the names on `page`, which is `text` or another writing of it. */
  given(page: Page): Given;
  /** The true value of a line, for the parameter `of` if it is one of a rule. */
  truth(line: Line, of?: string): Tensor | undefined;
}

/** The pages of a definition, as it is derived and as it runs, with the values that follow from a seed. */
export async function subjectsOf(source: ModelSource, optimizer?: Optimizer, seed = 7): Promise<readonly [derived: Subject, asRun: Subject]> {
  const opened = await openDefinition(source, { optimizer });
  return [subjectOf(opened, false, seed), subjectOf(opened, true, seed)];
}

/** The page of a definition as it is derived alone. */
export async function derivedOf(source: ModelSource, optimizer?: Optimizer, seed = 7): Promise<Subject> {
  return subjectOf(await openDefinition(source, { optimizer }), false, seed);
}

const title = (words: string): string => words;

function subjectOf({ program, purpose }: Opened, asRun: boolean, seed: number): Subject {
  const shown = readable(program, asRun);
  const described = partsToRead(shown);
  const page = pageOf(described);
  // What a step is handed stands for another step.
  const inSteps = [...sectionsOf(described, { explain: true }).inSteps].flatMap(([name, node]) =>
    node.op === "slot" ? [] : [[`${name}_t`, node] as const],
  );
  const named = new Map([
    ...inSteps,
    ...described.values,
    ...page.nodes,
    ...leftsOf(page),
    ...[...described.updates].map(([name, node]) => [`${name} ←`, node] as const),
  ]);
  const values = new Values([...named.values()], { ranges: indexRanges(program), within: purpose.binary, seed });
  const full = new Map(page.symbols.map(({ name, full: whole }) => [name, whole ?? name]));
  const settings = new Set(full.keys());
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
      stateOf: (letter, parameter) => values.stateOf(full.get(parameter) ?? parameter, letter, settings),
      ...values.standard(),
    }),
    truth: ({ left, sign }, of) => {
      if (sign === "=") return valueFor(left);
      const whole = of === undefined ? undefined : (full.get(of) ?? of);
      if (whole === undefined) return valueFor(`${full.get(left) ?? left} ←`) ?? valueFor(left);
      return valueFor(/^[wθ]′*$/u.test(left) ? `${whole} ←` : `${values.stateName(whole, left, settings)} ←`);
    },
  };
}

const known = (name: string, value: Tensor | undefined): [string, Tensor][] => (value ? [[name, value]] : []);

/** The elements of a table of constants, which is a symbol of the page. */
const constantOf = (page: ProgramPage, name: string, valueFor: (key: string) => Tensor | undefined): Tensor | undefined =>
  page.symbols.some((symbol) => symbol.name === name && symbol.kind === "table") ? valueFor(name) : undefined;

/** What the lines of gradients are, by their left sides without letters. */
const leftsOf = ({ results }: ProgramPage): [string, Node][] =>
  [...results].flatMap(([left, node]) => (left.kind === "derivative" ? [[print(left, text).replace(/\[[^\]]*\]$/u, ""), node]] : []));
