// What a cell is that is no number but looks like one.

/** What a text is, as the end of a sentence, and what to do about it. */
export interface Look {
  readonly reason: string;
  readonly help: string;
  /** Whether columns of such texts may be categories. */
  readonly mayBeCategory?: boolean;
}

const number = String.raw`\d+(?:[.,]\d+)*(?:e[+-]?\d+)?`;
const sign = "[+\\-−–]?";
const gap = "[ \\u00a0\\u202f\\u2009]";
const month = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez)[a-zä]*\\.?";
const clock = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(?: ?[ap]\.?m\.?)?(?: ?(?:z|[+-]\d{2}:?\d{2}))?`;
const day = [
  String.raw`\d{4}([-/.])\d{1,2}\1\d{1,2}`,
  String.raw`\d{1,2}([-/.])\d{1,2}\2\d{2,4}`,
  String.raw`\d{1,2}[-. ]+${month}[-. ,]*(?:\d{4}|\d{2})?`,
  String.raw`${month} ?\d{1,2}(?:,? \d{4})?`,
  String.raw`\d{4}-\d{2}`,
].join("|");
const currency = "(?:[A-Z]{0,2}[$€£¥₹₽₩₺₫₴฿]|(?:USD|EUR|GBP|CHF|JPY|CNY|INR|CAD|AUD|BRL|SEK|NOK|DKK|PLN|CZK|RUB|KRW|MXN|ZAR|Rs\\.?|kr|zł))";

/** A number of a text as it should be written. */
const plain = (text: string): string => text.replace(/[−–]/g, "-").replace(/[^\d.,e+-]/gi, "");

const wholePattern = (...parts: readonly string[]): RegExp => new RegExp(`^(?:${parts.join("")})$`, "i");

/** Kinds by pattern, the most particular first. */
const looks: readonly (readonly [pattern: RegExp, look: (text: string) => Look])[] = [
  [wholePattern(sign, number, gap, "?[%‰]"), () => ({ reason: "it is a percentage", help: 'write the number without "%"' })],
  [
    wholePattern(`(?:${day})(?:[t ,]+${clock})?`),
    () => ({ reason: "it is a date", help: "write numbers, such as the year and the day in columns of their own; --ignore COL leaves it out" }),
  ],
  [wholePattern(clock), () => ({ reason: "it is a time", help: "write a number, such as the minutes" })],
  [
    wholePattern(`[(]?${sign}${gap}?${currency}${gap}?${sign}${number}[)]?|[(]?${sign}${number}${gap}?${currency}[)]?`),
    () => ({ reason: "it is an amount of money", help: "write the number alone" }),
  ],
  [wholePattern(`[−–]${gap}?${number}`), (text) => ({ reason: "its minus sign is another character", help: `write ${plain(text)}` })],
  [wholePattern(`${number}-`), (text) => ({ reason: "its minus sign stands behind it", help: `write -${plain(text).slice(0, -1)}` })],
  [
    wholePattern(`[(]${number}[)]`),
    (text) => ({ reason: "it stands in parentheses", help: `write ${plain(text)}, or -${plain(text)} where that is meant` }),
  ],
  [
    wholePattern(String.raw`[+-]?\d{1,3}(?:([_' \u00a0\u202f\u2009’])\d{3})(?:\1\d{3})*(?:[.,]\d+)?`),
    (text) => ({ reason: "it has marks between thousands", help: `write ${plain(text)}` }),
  ],
  [
    // 0,500 is none of thousands.
    wholePattern(String.raw`[+-]?(?:0?,\d+|\d+,(?!\d{3}$)\d+|\d{4,},\d+)(?:e[+-]?\d+)?`),
    () => ({ reason: "it has a decimal comma", help: "--decimal , reads such numbers; others have no point then" }),
  ],
  [
    wholePattern(String.raw`[+-]?\d{1,3}(?:([,.])\d{3})(?:\1\d{3})*(?:[.,]\d+)?`),
    () => ({
      reason: "it has marks between thousands",
      help: "write numbers without marks between thousands; a decimal comma is read with --decimal ,",
    }),
  ],
  [
    wholePattern(String.raw`[+-]?(?:\d*\.\d+|\d+\.)(?:e[+-]?\d+)?`),
    () => ({ reason: "it has a decimal point where others have a comma", help: "--decimal . reads such numbers; others have no comma then" }),
  ],
  [
    wholePattern("[+-]?(?:inf|infinity|∞)"),
    () => ({ reason: "it is infinite", help: "leave the cell empty, or write the largest number that is meant" }),
  ],
  [wholePattern("0x[0-9a-f]+"), (text) => ({ reason: "it is hexadecimal", help: `write ${Number(text)}` })],
  [wholePattern(String.raw`[+-]?\d+ ?\/ ?\d+`), () => ({ reason: "it is a fraction", help: "write a decimal number", mayBeCategory: true })],
  [
    wholePattern(`[<>≤≥~≈=]{1,2} ?${sign}${number}|${sign}${number} ?[+<>]`),
    () => ({ reason: "it is a bound", help: "write the number alone", mayBeCategory: true }),
  ],
  [
    wholePattern(`${number} ?(?:-|–|—|\\.\\.|to|bis) ?${number}`),
    () => ({ reason: "it is a range", help: "write one number for it", mayBeCategory: true }),
  ],
  [
    wholePattern(`${sign}${number} ?(?:[a-zµμ°Ωº"'²³/*^]{1,8}\\d?)`),
    () => ({ reason: "it has a unit", help: "write the number alone", mayBeCategory: true }),
  ],
];

/** What a text that is no number looks like; undefined for nothing in particular. */
export function lookOf(text: string): Look | undefined {
  const cell = text.trim();
  if (cell.length > longestLook) return undefined;
  return looks.find(([pattern]) => pattern.test(cell))?.[1](cell);
}

const longestLook = 40;
