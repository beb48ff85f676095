// Small letters on pictures: capitals, digits and a few marks, three dots wide and five high.

// A row of dots is an octal digit.
const glyphs: Readonly<Record<string, string>> = {
  A: "25755",
  B: "65656",
  C: "34443",
  D: "65556",
  E: "74647",
  F: "74644",
  G: "34553",
  H: "55755",
  I: "72227",
  J: "11152",
  K: "55655",
  L: "44447",
  M: "57755",
  N: "57775",
  O: "25552",
  P: "65644",
  Q: "25573",
  R: "65655",
  S: "34216",
  T: "72222",
  U: "55557",
  V: "55522",
  W: "55775",
  X: "55255",
  Y: "55222",
  Z: "71247",
  0: "75557",
  1: "26227",
  2: "71747",
  3: "71717",
  4: "55711",
  5: "74717",
  6: "74757",
  7: "71222",
  8: "75757",
  9: "75717",
  ".": "00002",
  "-": "00700",
  "+": "02720",
};

/** Pixels a dot. */
const dot = 2;
const wide = 4 * dot;

/** How high a line of text is, with the space below. */
export const lineHeight = 8 * dot;

/** How wide a text is. */
export const widthOf = (text: string): number => text.length * wide;

/** An RGB picture that is drawn on. */
export interface Sheet {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3;
}

/** Writes `text` in black with its upper left corner at (left, top); what has no glyph is a space. */
export function letter(sheet: Sheet, text: string, left: number, top: number): void {
  [...text.toUpperCase()].forEach((char, at) => {
    [...(glyphs[char] ?? "")].forEach((octal, row) => {
      for (let column = 0; column < 3; column++) if (Number(octal) & (4 >> column)) square(sheet, left + at * wide + column * dot, top + row * dot);
    });
  });
}

function square({ data, width }: Sheet, left: number, top: number): void {
  for (let y = top; y < top + dot; y++) data.fill(0, 3 * (y * width + left), 3 * (y * width + left + dot));
}
