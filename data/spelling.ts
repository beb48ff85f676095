// Codes: 007 is another category than 7, though both are the number 7. All other spellings of a number are one: 1.0 is 1.
import { createNumbers } from "./numbers.ts";

/** The texts of codes by row. */
export interface Spellings {
  add(row: number, code: string): void;
  /** The code in a row; undefined where none is. */
  at(row: number): string | undefined;
}

const [zero, minus] = [48, 45];

/** Whether a number begins with a 0 that says nothing. */
export function isCode(text: string, start: number, end: number): boolean {
  const at = text.charCodeAt(start) === minus ? start + 1 : start;
  const next = text.charCodeAt(at + 1);
  return text.charCodeAt(at) === zero && at + 1 < end && next >= 48 && next <= 57;
}

export function createSpellings(): Spellings {
  const codes: string[] = [];
  const numbers = new Map<string, number>();
  // 0 for a row without.
  const marks = createNumbers();
  return {
    add(row, code) {
      const number = numbers.get(code) ?? codes.push(code);
      numbers.set(code, number);
      while (marks.length < row) marks.push(0);
      marks.push(number);
    },
    at: (row) => (row < marks.length ? codes[marks.at(row) - 1] : undefined),
  };
}
