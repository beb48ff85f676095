// A derivation as text: numbered steps, each with its place, the rules and what holds after it, and values at the right.

import { type Definition, leftOf } from "../formula/equation.ts";
import { writeConventions } from "../formula/legend.ts";
import { print } from "../formula/notation.ts";
import { text } from "../formula/text.ts";
import type { Formula } from "../formula/tree.ts";
import type { Position } from "../ir/node.ts";
import { words } from "../words/words.ts";
import type { Derivation, DerivationStep, Path } from "./derivation.ts";
import { writeTable } from "./numbers.ts";

/** A line of text, and what stands at its right. */
interface Row {
  readonly left: string;
  readonly right?: string | undefined;
}

const said = words.derivation;

const side = (formula: Formula): string => print(formula, text);
const equation = (definition: Definition): string => `${side(leftOf(definition))}${text.infix("=")}${side(definition.right)}`;

/** How far to the right the second column may stand. */
const widest = 84;

/** The derivation in lines. The first line says the file of the loss, which places do not repeat. */
export function writeDerivation({ steps, conventions }: Derivation): string {
  const file = steps[0]?.paths[0]?.place?.file;
  const last = steps.at(-1)?.lines.at(-1);
  const title: Row = { left: said.title(last ? side(last.left) : ""), right: file };
  const digits = String(steps.length).length;
  const rows = steps.flatMap((step, at) => rowsOf(step, String(at + 1).padEnd(digits + 2), file));
  return [aligned([title, ...rows]), writeConventions(conventions)].join("\n\n");
}

function rowsOf({ paths, lines, value }: DerivationStep, number: string, file: string | undefined): Row[] {
  const space = " ".repeat(number.length);
  const isSum = paths.length > 1;
  const before = isSum
    ? [{ left: `${number}${said.several}` }, ...paths.flatMap((path, at) => pathRows(path, `${space}${letterOf(at)}  `, file))]
    : paths.flatMap((path) => pathRows(path, number, file));
  const after = lines.flatMap((line, at): Row[] => [
    ...line.where.map((definition) => ({ left: `${space}${said.where(equation(definition))}` })),
    ...(line.because === undefined ? [] : [{ left: space + line.because }]),
    { left: space + equation(line), right: at === lines.length - 1 && value !== undefined ? `= ${writeTable(value.data, value.shape)}` : undefined },
  ]);
  return [...before, ...after];
}

const letterOf = (at: number): string => (at < 26 ? String.fromCharCode(97 + at) : String(at + 1));

function pathRows({ line, stable, place, rules }: Path, head: string, file: string | undefined): Row[] {
  const space = " ".repeat(head.length);
  return [
    { left: head + equation(line), right: place && placeText(place, file) },
    ...(stable ? [{ left: space + said.runs(equation({ left: line.left, right: stable })) }] : []),
    ...rules.flatMap(({ words: rule, paths = [], through = [], note }) => [
      { left: space + rule },
      ...[...paths, ...through.map((part) => said.through(side(part)))].map((path, at) => ({ left: `${space}${letterOf(at)}  ${path}` })),
      ...(note === undefined ? [] : [{ left: space + note }]),
    ]),
  ];
}

const placeText = ({ file, line, column }: Position, own: string | undefined): string => `${file === own ? "" : `${file}:`}${line}:${column}`;

function aligned(rows: readonly Row[]): string {
  const widths = rows.filter(({ right }) => right !== undefined).map(({ left }) => left.length);
  const width = Math.min(widest, Math.max(0, ...widths));
  return rows.map(({ left, right }) => (right === undefined ? left : `${left.padEnd(width)}  ${right}`)).join("\n");
}
