// Random scalar functions as TypeScript source: exact arithmetic and comparisons, inside of functions that jump nowhere.
import fc from "fast-check";

/** A scalar function of one number that takes `scale` and `offset` from around it. */
export interface Arrow {
  readonly body: string;
  readonly style: number;
}

const { number } = fc.letrec<{ number: string; truth: string }>((tie) => {
  const number = tie("number");
  const truth = tie("truth");
  // TypeScript may read what follows a "<" as types, so that only a number does.
  const compared = fc.constantFrom("<=", ">", ">=");
  return {
    number: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      fc.constantFrom("p", "p", "p", "scale", "offset", "2", "0.125", "0"),
      fc.tuple(number, fc.constantFrom("+", "-", "*"), number).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
      fc.tuple(fc.constantFrom("Math.abs", "Math.floor", "Math.sign", "Math.round", "-", "+"), number).map(([f, a]) => `${f}(${a})`),
      fc.tuple(fc.constantFrom("Math.max", "Math.min"), number, number).map(([f, a, b]) => `${f}(${a}, ${b})`),
      fc.tuple(truth, number, number).map(([test, a, b]) => `(${test} ? ${a} : ${b})`),
      fc.tuple(number, fc.constantFrom(" as number", "!", " satisfies number", " /* p */")).map(([a, wrapper]) => `(${a}${wrapper})`),
    ),
    truth: fc.oneof(
      { maxDepth: 3, depthSize: "small" },
      fc.tuple(number, compared, number).map(([a, operator, b]) => `(${a} ${operator} ${b})`),
      number.map((a) => `(${a} < 0.125)`),
      fc.tuple(truth, fc.constantFrom("&&", "||"), truth).map(([a, operator, b]) => `((${a}) ${operator} (${b}))`),
      truth.map((a) => `!(${a})`),
    ),
  };
});

const smooth = fc.constantFrom("", "Math.tanh", "Math.sin", "Math.cos");

export const arrows: fc.Arbitrary<Arrow> = fc.record({ body: fc.tuple(smooth, number).map(([f, body]) => `${f}(${body})`), style: fc.nat(3) });

/** `arrow` as an expression of TypeScript. */
export function arrowText({ body, style }: Arrow): string {
  if (style === 0) return `(p: number) => ${body}`;
  if (style === 1) return `(p: number): number => { const q = ${body}; return q as number; }`;
  if (style === 2) return `(p: number): number => {\n  if (p > scale) return ${body}; // scale(\n  return p * offset;\n}`;
  return `function (p: number): number { let q: number = -p; return (${body}) + q; }`;
}
