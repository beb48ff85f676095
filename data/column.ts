// Columns that grow cell by cell: numbers, or texts as the numbers of their labels.
import { isMissing, isMissingNumber, numberIn } from "./cell.ts";
import { createNumbers, type Numbers } from "./numbers.ts";
import { createSpellings, isCode, type Spellings } from "./spelling.ts";

/** One column of a table. */
export interface Column {
  readonly name: string;
  /** Where the column holds texts: its labels in order of appearance, numbers among them as JavaScript spells them, but for codes such as 007. */
  readonly labels?: readonly string[] | undefined;
  /** How many cells are missing. */
  readonly missing: number;
  /** Where a row holds an array: its shape. */
  readonly shape?: readonly number[] | undefined;
  /** The number in a row, or that of its label; NaN where the cell is missing. */
  at(row: number): number;
  /** All rows in one array. */
  toArray(): Float64Array;
}

/** A row, and the text of a cell there. */
export interface Found {
  readonly row: number;
  readonly text: string;
}

/** A column as it was read. */
export interface ReadColumn extends Column {
  /** The first text in a column that holds some. */
  readonly firstText?: Found | undefined;
  /** The first missing cell. */
  readonly firstMissing?: Found | undefined;
  /** How many cells are missing by each word that says so. */
  readonly words: ReadonlyMap<string, number>;
  /** Makes the column one of texts though it has none but words for missing numbers, such as "-": they are its labels then. */
  holdTexts(): void;
  /** The label in a row, or that of its number; undefined where the cell is missing. */
  textAt(row: number): string | undefined;
  /** Whether some number begins with a 0 that says nothing, as codes do. */
  readonly hasCodes?: boolean | undefined;
  /** The first number that is infinite as f32. */
  readonly firstLarge?: Found | undefined;
}

/** A column that grows. */
export interface GrowingColumn extends ReadColumn {
  /** Adds the cell that stands in `text` from `start` to `end`. */
  add(text: string, start: number, end: number): void;
  addNumber(value: number): void;
  addMissing(): void;
}

/** Texts by number, and the other way round. */
interface Labels {
  readonly list: string[];
  numberOf(text: string): number;
}

function createLabels(): Labels {
  const list: string[] = [];
  const numbers = new Map<string, number>();
  return {
    list,
    numberOf(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      const label = detached(text);
      numbers.set(label, list.length);
      return list.push(label) - 1;
    },
  };
}

/** A text that was cut out of a larger one keeps the larger one alive: this one does not. */
export const detached = (text: string): string => ` ${text}`.slice(1);

/** The numbers of labels in place of numbers; `texts` are what stood where none is. */
function relabelled(numbers: Numbers, labels: Labels, spelled: Spellings, texts: readonly Found[]): Numbers {
  const textOf = new Map(texts.map(({ row, text }) => [row, text]));
  const values = createNumbers();
  for (let row = 0; row < numbers.length; row++) {
    const value = numbers.at(row);
    const text = Number.isNaN(value) ? textOf.get(row) : (spelled.at(row) ?? String(value));
    values.push(text === undefined ? Number.NaN : labels.numberOf(text));
  }
  return values;
}

/** Cells that are missing in a column of texts too: the first, and how many by each word. */
interface Holes {
  first?: Found;
  readonly words: Map<string, number>;
}

function addHole(holes: Holes, cell: Found): void {
  holes.first ??= cell;
  if (cell.text !== "") holes.words.set(cell.text, (holes.words.get(cell.text) ?? 0) + 1);
}

/** An empty column, one of numbers until a text is added. `point` is the decimal point. */
export function createColumn(name: string, point = "."): GrowingColumn {
  const pointCode = point.charCodeAt(0);
  // "-" and the like are missing numbers until the column turns out to hold texts.
  const dashes: Found[] = [];
  let values = createNumbers();
  const spellings = createSpellings();
  const holes: Holes = { words: new Map() };
  let labels: Labels | undefined;
  const column = { name, missing: 0, labels: undefined } as { -readonly [K in keyof GrowingColumn]: GrowingColumn[K] };
  column.words = holes.words;
  const found = (text: string): Found => ({ row: values.length, text: detached(text) });

  column.addNumber = (value) => {
    if (!Number.isFinite(Math.fround(value))) column.firstLarge ??= found(String(value));
    values.push(labels ? labels.numberOf(String(value)) : value);
  };
  const lack = (cell: Found): void => {
    column.missing++;
    column.firstMissing ??= cell;
    values.push(Number.NaN);
  };
  const lackWord = (text: string): void => {
    const cell = found(text);
    addHole(holes, cell);
    lack(cell);
  };
  column.addMissing = () => lackWord("");
  const becomeTexts = (): Labels => {
    labels = createLabels();
    values = relabelled(values, labels, spellings, dashes);
    column.labels = labels.list;
    column.missing -= dashes.length;
    column.firstMissing = holes.first;
    return labels;
  };
  column.holdTexts = () => void (labels ?? becomeTexts());
  const addText = (text: string): void => {
    if (isMissing(text)) lackWord(text.trim());
    else if (!labels && isMissingNumber(text)) {
      const cell = found(text);
      dashes.push(cell);
      lack(cell);
    } else {
      column.firstText ??= found(text);
      const known = labels ?? becomeTexts();
      values.push(known.numberOf(text));
    }
  };
  const addCode = (code: string, value: number): void => {
    column.hasCodes = true;
    if (!labels) spellings.add(values.length, detached(code));
    values.push(labels ? labels.numberOf(code) : value);
  };
  column.add = (text, start, end) => {
    const value = numberIn(text, start, end, pointCode);
    if (Number.isNaN(value)) {
      addText(text.slice(start, end));
      return;
    }
    if (!Number.isFinite(Math.fround(value))) column.firstLarge ??= found(text.slice(start, end));
    if (!isCode(text, start, end)) column.addNumber(value);
    else addCode(text.slice(start, end).trim(), value);
  };
  column.textAt = (row) => {
    const value = values.at(row);
    if (Number.isNaN(value)) return undefined;
    return labels ? labels.list[value] : (spellings.at(row) ?? String(value));
  };
  column.at = (row) => values.at(row);
  column.toArray = () => values.toArray();
  return column;
}
