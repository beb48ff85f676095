// The shape of the search space: contours of the loss of a line y = w·x + b, and the path of gradient descent, with x as it is and with x centred.
import { writeFile } from "node:fs/promises";
import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { load, type Net } from "gradc/runtime";
import { chart, type Point } from "../chart.ts";
import { contour, gridOf, spaced } from "../contours.ts";

const here = (path: string) => new URL(path, import.meta.url);

// Points near y = x − 1; x has mean 3 and deviation 1.
const wave = (i: number, factor: number) => Math.sin(1 + factor * i);
const raw = Array.from({ length: 24 }, (_, i) => wave(i, 2.4));
const [mean, deviation] = [average(raw), Math.sqrt(average(raw.map((x) => x * x)) - average(raw) ** 2)];
const x = raw.map((value) => 3 + (value - mean) / deviation);
const y = x.map((value, i) => value - 1 + 0.3 * wave(i, 5.1));

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

interface Descent {
  readonly title: string;
  readonly file: string;
  readonly x: readonly number[];
  readonly lr: number;
}

// Each rate is near the largest with which descent does not run away.
const descents: readonly Descent[] = [
  { title: "x as it is: a narrow valley", file: "not-centred.svg", x, lr: 0.085 },
  { title: "x centred: a bowl", file: "centred.svg", x: x.map((value) => value - 3), lr: 0.35 },
];
const shown = [1, 5, 20, 100, 500];

const place = (net: Net): Point => [net.read("line.weight")[0] as number, net.read("line.bias")[0] as number];

/** The places of a descent from (−1, 3), and the loss at each. */
function descend(net: Net, rows: { readonly x: readonly number[]; readonly y: readonly number[] }, lr: number) {
  net.setHyper({ lr });
  net.write("line.weight", [-1]);
  net.write("line.bias", [3]);
  const path: Point[] = [place(net)];
  const losses: number[] = [];
  for (let step = 0; step <= Math.max(...shown); step++) {
    losses.push(net.step(rows).loss);
    path.push(place(net));
  }
  return { path, losses };
}

function landscape(net: Net, rows: { readonly x: readonly number[]; readonly y: readonly number[] }) {
  return gridOf(spaced(-2, 4, 121), spaced(-4, 4, 161), (w, b) => {
    net.write("line.weight", [w]);
    net.write("line.bias", [b]);
    return net.evaluate(rows).loss;
  });
}

const built = await compile(here("line.model.ts"), { batch: x.length, optimizer: optim.sgd({ lr: 0.1 }) });
const net = await load(built);
console.log(`Loss after so many steps\n\n${"".padEnd(32)}${["0", ...shown].map((step) => String(step).padStart(9)).join("")}`);
for (const { title, file, x: inputs, lr } of descents) {
  const rows = { x: inputs, y };
  const { path, losses } = descend(net, rows, lr);
  const cells = [0, ...shown].map((step) => (losses[step] as number).toPrecision(3).padStart(9));
  console.log(`${`${title}, lr ${lr}`.padEnd(32)}${cells.join("")}`);
  const grid = landscape(net, rows);
  const levels = [0.2, 0.5, 1, 2, 4, 8, 16, 32, 64];
  const lines = levels.map((level, i) => {
    const dark = 120 + 12 * i;
    return { color: `rgb(${dark},${dark},${dark})`, lines: contour(grid, level), width: 1 };
  });
  const drawn = [...lines, { label: "descent", color: "#d62728", lines: [path.slice(0, 60)], dots: path.slice(0, 60), width: 1 }];
  const axes = [
    { label: "w", from: -2, to: 4 },
    { label: "b", from: -4, to: 4 },
  ] as const;
  await writeFile(here(file), chart(title, axes[0], axes[1], drawn, { width: 560, height: 440 }));
}
