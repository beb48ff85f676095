// The lines of a page of scalars, one for each table, with other forms in which mistakes are made too.
import { print } from "../../../compiler/formula/notation.ts";
import { text } from "../../../compiler/formula/text.ts";
import { element } from "../../../compiler/formula/tree.ts";
import { read } from "../../../compiler/reading/parse.ts";
import { mapParts, type Term } from "../../../compiler/reading/tree.ts";
import { write } from "../../../compiler/reading/write.ts";
import { functionOf } from "../../../compiler/scalars/functions.ts";
import type { Making, ScalarLine } from "../../../compiler/scalars/line.ts";
import { linesOf } from "../../../compiler/scalars/lines.ts";
import { makingOf, type Written } from "../../../compiler/scalars/page.ts";
import type { SignReader } from "../../../compiler/scalars/resolve.ts";
import type { SignTable } from "../../../compiler/scalars/tables.ts";
import { signsBy, tableTerm, termOfFound } from "./terms.ts";

/** The line of a table. */
export interface TableLine {
  readonly table: SignTable;
  readonly text: string;
  readonly term: Term;
  /** The same in other forms: g′ written out, with Σ for its terms, with factors inside of that. */
  readonly others: readonly Term[];
}

type Form = Pick<Making, "style" | "isClosed">;

/** The form of a page's lines, then the others. */
function formsOf({ signs }: Written): Form[] {
  const both = (style: Form["style"]): Form[] => [{ style }, { style, isClosed: true }];
  return signs.notation === "neurons" ? [...both("short"), ...both("named")] : [...both("named"), ...both("short")];
}

/** What the activation of a layer is called: g on a page of neurons, else by its own name. */
export function calledOf({ signs, network, activations }: Written): Making["gOf"] {
  return (layer) => {
    const value = signs.notation === "neurons" ? undefined : functionOf(network, layer)?.value.named({ first: element("a", []) });
    return value?.kind === "call" && value.args.length === 1 && value.subscript === undefined ? value.name : activations.gOf(layer);
  };
}

/** g′·Σₖ wⱼₖ·δₖ as Σₖ g′·wⱼₖ·δₖ. */
function distributed(term: Term): Term {
  const image = mapParts(term, distributed);
  const last = image.kind === "product" ? image.rest.at(-1) : undefined;
  if (image.kind !== "product" || last?.sign === "/" || last?.factor.kind !== "total") return image;
  const { body } = last.factor;
  const rest = image.rest.slice(0, -1);
  const factors = body.kind === "product" ? [{ sign: last.sign, factor: body.first }, ...body.rest] : [{ sign: last.sign, factor: body }];
  return { ...last.factor, body: { ...image, rest: [...rest, ...factors] } };
}

/** The lines of the tables, as they are read. */
export function tableLines(
  written: Written,
  tables: readonly SignTable[],
  reader: SignReader,
  functions: ReadonlySet<string>,
): Map<string, TableLine> {
  const known = new Map(tables.map((table) => [table.name, table]));
  const readLine = ({ right }: ScalarLine): Term =>
    read(print(right, text), undefined, {
      functions,
      ...signsBy(reader),
      termOf: (element, at) => {
        const found = reader.find(element, new Map());
        return found ? termOfFound(found, at) : { kind: "name", name: element.text, at };
      },
    });
  const found = new Map<string, TableLine>();
  for (const form of formsOf(written)) {
    const { forward, errors, gradients } = linesOf({ ...makingOf(written, form.style), ...form, isGeneral: true, gOf: calledOf(written) });
    // Of several lines of one sign the last one is that of the errors which the page has names for.
    const lines = new Map([...forward, ...errors, ...gradients].map((line) => [print(line.left, text), line] as const));
    for (const [name, line] of lines) {
      const table = known.get(name);
      if (!table) continue;
      const letters = table.axes.map(({ letter }) => letter);
      const body = readLine(line);
      const before = found.get(name);
      const forms = [body, distributed(body)].map((each) => tableTerm(letters, each));
      const [term, ...others] = before ? [before.term, ...before.others, ...forms] : forms;
      found.set(name, { table, text: before?.text ?? print(line.right, text), term: term as Term, others: distinct(others, term as Term) });
    }
  }
  return found;
}

/** Those of `terms` that are written otherwise than each other and than `first`. */
function distinct(terms: readonly Term[], first: Term): Term[] {
  const texts = terms.map(write);
  return terms.filter((_, at) => texts[at] !== write(first) && texts.indexOf(texts[at] as string) === at);
}
