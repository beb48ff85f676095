// What a cell may be: a number, a missing one, yes or no, or a text.

// 10^22 is the largest power of ten that is an f64.
const powers = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

// A whole number of 15 digits is an f64, and one division of two such numbers rounds as the decimal does (Clinger 1990).
const exactDigits = 15;

const decimalPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The number of a text; NaN where it is none. `point` is the decimal point. */
export function numberOf(text: string, point = "."): number {
  const plain = text.trim();
  if (point !== "." && plain.includes(".")) return Number.NaN;
  const decimal = point === "." ? plain : plain.replace(point, ".");
  return decimalPattern.test(decimal) ? Number(decimal) : Number.NaN;
}

/** Whether a cell is a number, with a point or a comma. */
export const isNumberCell = (cell: string): boolean => !Number.isNaN(numberOf(cell)) || !Number.isNaN(numberOf(cell, ","));

/** Whether a number may hold this character though it is no digit: an e, a blank around it. */
const isRare = (code: number): boolean => code === 101 || code === 69 || code <= 32 || code === 160;

/** The number in `text` from `start` to `end`, without a string for it where its digits are few; NaN where there is none. */
export function numberIn(text: string, start: number, end: number, point: number): number {
  const sign = text.charCodeAt(start);
  let whole = 0;
  let digits = 0;
  let pointAt = -1;
  for (let at = sign === 45 || sign === 43 ? start + 1 : start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code >= 48 && code <= 57) {
      whole = whole * 10 + code - 48;
      digits++;
    } else if (code === point && pointAt < 0) pointAt = at;
    else return isRare(code) ? numberOf(text.slice(start, end), String.fromCharCode(point)) : Number.NaN;
  }
  if (digits === 0) return Number.NaN;
  if (digits > exactDigits) return numberOf(text.slice(start, end), String.fromCharCode(point));
  const value = pointAt < 0 ? whole : whole / (powers[end - pointAt - 1] as number);
  return sign === 45 ? -value : value;
}

// Those of pandas but for None, and what databases and spreadsheets write: \N of MySQL, (null) of SQL Developer, the errors of Excel. In whatever case.
const missingTexts = new Set(["", "NA", "<NA>", "N/A", "N.A.", "#N/A", "#NA", "#N/A N/A", "NAN", "-NAN", "NULL", "(NULL)", "\\N", "?"]);
const numberErrors = /^([+-]?1\.#(IND|QNAN)|#(VALUE!|REF!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!))$/;

const longestWord = 12;

/** Whether a cell is empty, or says in a word that there is nothing. */
export function isMissing(cell: string): boolean {
  if (cell.length > longestWord) return false;
  const word = cell.trim().toUpperCase();
  return missingTexts.has(word) || numberErrors.test(word);
}

const missingNumbers = new Set(["-", "--", "---", "–", "—", ".", "..", "...", "*", "NONE", "NIL", "NAT", "N.D."]);

/** Whether a cell stands for a missing number in a column of numbers. In a column of texts it is a text: a class may be called "-" or "None". */
export const isMissingNumber = (cell: string): boolean => missingNumbers.has(cell.trim().toUpperCase());

const words = [
  ["false", "true"],
  ["no", "yes"],
] as const;

/** The two labels of a column of nothing but TRUE and FALSE, or yes and no, in whatever case; undefined for other columns. */
export function flagsOf(labels: readonly string[]): readonly [string, string] | undefined {
  const lower = labels.map((label) => label.toLowerCase());
  const pair = words.find((both) => lower.length > 0 && lower.every((label) => (both as readonly string[]).includes(label)));
  if (!pair) return undefined;
  // JavaScript spells its own values so, and a table may spell them in several ways.
  const spelled = (word: string) => labels[lower.indexOf(word)] ?? word;
  return pair[1] === "true" ? pair : [spelled("no"), spelled("yes")];
}
