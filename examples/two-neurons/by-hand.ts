import { evaluate } from "mathjs";

/** Numbers by symbol. */
type Numbers = ReadonlyMap<string, number>;

interface Slide {
  readonly title: string;
  /** Symbol and formula: each formula uses earlier symbols and what was given. */
  readonly lines: readonly (readonly [symbol: string, formula: string])[];
}

/** The weights: `wij` goes to neuron j, from input i where j is 1 or 2 and from neuron i where j is 3; index 0 is the bias. */
export const weights = ["w01", "w11", "w21", "w02", "w12", "w22", "w03", "w13", "w23"] as const;

/** What stands on the slides: tanh′(a) is written with z = tanh(a), as 1 − z². */
const slides: readonly Slide[] = [
  {
    title: "Forward",
    lines: [
      ["a1", "w11·x1 + w21·x2 + w01"],
      ["a2", "w12·x1 + w22·x2 + w02"],
      ["z1", "tanh(a1)"],
      ["z2", "tanh(a2)"],
      ["a3", "w13·z1 + w23·z2 + w03"],
      ["ŷ", "tanh(a3)"],
      ["L", "(ŷ - y)^2"],
    ],
  },
  {
    title: "Errors, from the loss back: δj = ∂L/∂aj",
    lines: [
      ["δ3", "2·(ŷ - y)·(1 - ŷ^2)"],
      ["δ1", "δ3·w13·(1 - z1^2)"],
      ["δ2", "δ3·w23·(1 - z2^2)"],
    ],
  },
  {
    title: "Gradients: the error where a weight ends, times the value where it begins",
    lines: [
      ["∂w03", "δ3"],
      ["∂w13", "δ3·z1"],
      ["∂w23", "δ3·z2"],
      ["∂w01", "δ1"],
      ["∂w11", "δ1·x1"],
      ["∂w21", "δ1·x2"],
      ["∂w02", "δ2"],
      ["∂w12", "δ2·x1"],
      ["∂w22", "δ2·x2"],
    ],
  },
  { title: "Not so: g′ taken at a3, where δ1 needs it at a1", lines: [["δ1 with g′(a3)", "δ3·w13·(1 - ŷ^2)"]] },
  { title: "Update: a step of ε against the gradient", lines: weights.map((weight) => [`${weight}′`, `${weight} - ε·∂${weight}`]) },
];

const symbol = /[∂δ]?\p{L}+\d*(?!\()(?!\p{L})/gu;

/** Five significant digits. */
export const short = (value: number): string => String(Number(value.toPrecision(5))).replace("-", "−");

const inBrackets = (value: number): string => (value < 0 ? `(${short(value)})` : short(value));

const known = (numbers: Numbers, name: string): number => {
  const value = numbers.get(name);
  if (value === undefined) throw new Error(`Nothing gives a value to ${name}`);
  return value;
};

/** Works through the slides as on paper: `name = formula = with numbers = value`, a line each. Values between are not rounded. */
export function workThrough(given: Readonly<Record<string, number>>): { numbers: Numbers; text: string } {
  const numbers = new Map(Object.entries(given));
  const solve = ([name, formula]: readonly [string, string]): string => {
    const withNumbers = (write: (value: number) => string) =>
      formula.replace(symbol, (part) => (part === "tanh" ? part : write(known(numbers, part))));
    const value = evaluate(withNumbers((each) => `(${each})`).replaceAll("·", "*")) as number;
    numbers.set(name, value);
    const put = withNumbers(inBrackets);
    const steps = put === inBrackets(value) ? [formula] : [formula, put];
    return [name, ...steps.map((part) => part.replaceAll(" - ", " − ").replaceAll("^2", "²")), short(value)].join(" = ");
  };
  const text = slides.map(({ title, lines }) => `${title}\n\n${lines.map((line) => `  ${solve(line)}`).join("\n")}`).join("\n\n");
  return { numbers, text };
}
