// Trains the perceptron on a set that a line separates, and on xor, which none does; prints each error, and draws the line after each epoch.
import { writeFile } from "node:fs/promises";
import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { chart, type Drawn, type Point } from "../chart.ts";
import { separable, xor } from "./examples.ts";
import { type Example, learn, type Shown } from "./rule.ts";

const here = (path: string) => new URL(path, import.meta.url);
const minus = (value: number): string => String(value).replace("-", "−");

/** The ends of w1·x1 + w2·x2 + b = 0 far outside of the picture. */
function decisionLine([w1 = 0, w2 = 0, b = 0]: readonly number[]): Point[] {
  const square = w1 ** 2 + w2 ** 2;
  const [foot, far] = [-b / square, 100 / Math.sqrt(square)];
  return [-far, far].map((t): Point => [foot * w1 - t * w2, foot * w2 + t * w1]);
}

interface Line {
  readonly label: string;
  readonly weights: readonly number[];
}

/** The points, and the lines that there are, from light to dark. */
function picture(title: string, examples: readonly Example[], box: { readonly from: number; readonly to: number }, all: readonly Line[]): string {
  const lines = all.filter(({ weights: [w1, w2] }) => w1 !== 0 || w2 !== 0);
  const ofClass = (y: number) => examples.filter((example) => example.y === y).map(({ x }) => x);
  const drawn = lines.map(({ label, weights }, i): Drawn => {
    const light = Math.round(200 - (200 * (i + 1)) / lines.length);
    return { label, color: `rgb(${light},${light},${light})`, lines: [decisionLine(weights)], width: i === lines.length - 1 ? 2.5 : 1.5 };
  });
  const axis = (label: string) => ({ label, ...box });
  return chart(
    title,
    axis("x1"),
    axis("x2"),
    [
      { label: "y = 1", color: "#1f77b4", dots: ofClass(1), width: 4 },
      { label: "y = −1", color: "#d62728", dots: ofClass(-1), crosses: true },
      ...drawn,
    ],
    { width: 560, height: 440 },
  );
}

const weightText = (weights: readonly number[]): string => `w = (${weights.slice(0, 2).map(minus).join(", ")}), b = ${minus(weights[2] ?? 0)}`;

function printEpochs(epochs: readonly (readonly Shown[])[]): void {
  for (const [i, epoch] of epochs.entries()) {
    const errors = epoch.filter(({ isError }) => isError);
    console.log(`epoch ${i + 1}: ${errors.length} errors`);
    for (const { example, weights } of errors)
      console.log(`  x = (${example.x.map(minus).join(", ")}), y = ${minus(example.y)}  →  ${weightText(weights)}`);
  }
}

const built = await compile(here("perceptron.model.ts"), { batch: 1, optimizer: optim.sgd({ lr: 1 }) });

console.log("A set that a line separates\n");
const { epochs } = learn(await load(built), separable);
printEpochs(epochs);
const ends = epochs.map((epoch, i) => ({ label: `after epoch ${i + 1}`, weights: epoch.at(-1)?.weights ?? [] }));
await writeFile(here("separable.svg"), picture("The perceptron's line after each epoch", separable, { from: -3, to: 6 }, ends.slice(0, -1)));

console.log("\nExclusive or\n");
const { epochs: turns, cycle } = learn(await load(built), xor);
printEpochs(turns);
console.log(`The weights are those of ${cycle === 1 ? "one epoch" : `${cycle} epochs`} before: they go round for ever.`);
const steps = turns.flat().map(({ weights }, i) => ({ label: `after example ${i + 1}`, weights }));
await writeFile(here("xor.svg"), picture("Exclusive or: the line turns for ever", xor, { from: -1.5, to: 2.5 }, steps));
