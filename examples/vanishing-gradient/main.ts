// Sigmoid against relu at depth 2 to 20, and what helps: the gradient that reaches the first layer before any training, and the digits that are
// recognised after one.
import { writeFile } from "node:fs/promises";
import { chart, type Drawn, type Point } from "../chart.ts";
import { accuracyOf, measure, readDigits } from "./measure.ts";
import { type FloorName, floors } from "./stack.ts";

const here = (path: string) => new URL(path, import.meta.url);
const depths = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20];
const trained = [2, 10, 20];
const epochs = 40;
const colors: Readonly<Record<FloorName, string>> = {
  sigmoid: "#d62728",
  relu: "#1f77b4",
  "sigmoid, Xavier times 4": "#ff7f0e",
  "sigmoid, batch norm": "#9467bd",
  "sigmoid, residual": "#8c564b",
  "relu, Kaiming": "#17becf",
};
const names = Object.keys(floors) as FloorName[];

interface Measured {
  readonly name: FloorName;
  /** By depth: the norm of each layer's gradient, that of the last one at the end. */
  readonly gradients: ReadonlyMap<number, readonly number[]>;
  readonly accuracies: readonly number[];
}

const { training, rest } = await readDigits(360);

async function measureAll(name: FloorName): Promise<Measured> {
  const gradients = new Map<number, readonly number[]>();
  const accuracies: number[] = [];
  for (const depth of depths) {
    const { built, gradients: byLayer } = await measure(name, depth, training);
    gradients.set(depth, byLayer);
    if (trained.includes(depth)) accuracies.push(await accuracyOf(built, training, rest, epochs));
  }
  return { name, gradients, accuracies };
}

const measured: Measured[] = [];
for (const name of names) measured.push(await measureAll(name));

/** How large the first layer's gradient is beside the last one's. */
const ratio = (norms: readonly number[]): number => (norms[0] ?? 0) / (norms.at(-1) ?? 1);

const row = (name: string, cells: readonly string[]): string => `${name.padEnd(24)}${cells.map((cell) => cell.padStart(8)).join("")}`;

console.log("Gradient of the first layer, as a share of the last one's\n");
console.log(row("depth", depths.map(String)));
for (const { name, gradients } of measured)
  console.log(
    row(
      name,
      depths.map((depth) => ratio(gradients.get(depth) ?? []).toExponential(0)),
    ),
  );
console.log(`\nHeld-out digits that are right after ${epochs} epochs\n`);
console.log(row("depth", trained.map(String)));
for (const { name, accuracies } of measured)
  console.log(
    row(
      name,
      accuracies.map((share) => `${(100 * share).toFixed(1)} %`),
    ),
  );

const drawn = (points: (one: Measured) => readonly Point[]): Drawn[] =>
  measured.map((one) => ({ label: one.name, color: colors[one.name], lines: [points(one)], dots: points(one) }));
const share = (label: string, from: number) => ({ label, from, to: 100, log: true });
await writeFile(
  here("depth.svg"),
  chart(
    "Gradient of the first layer before any training",
    { label: "layers", from: 1.5, to: 20.5 },
    share("share of the last layer's", 1e-18),
    drawn(({ gradients }) => depths.map((depth): Point => [depth, ratio(gradients.get(depth) ?? [])])),
    { width: 720, height: 400 },
  ),
);
await writeFile(
  here("layers.svg"),
  chart(
    "Gradient by layer in a stack of 20",
    { label: "layer", from: 0.5, to: 20.5 },
    share("norm of the gradient", 1e-18),
    drawn(({ gradients }) => (gradients.get(20) ?? []).slice(0, -1).map((norm, i): Point => [i + 1, norm])),
    { width: 720, height: 400 },
  ),
);
