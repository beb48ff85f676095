// Lets generator and discriminator take turns, prints which line the made points lie on, and draws them into out/.
import { mkdir, writeFile } from "node:fs/promises";
import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { load } from "gradc/runtime";
import { line, lineThrough, noise, numbersFrom, onLine, type Point, points } from "./points.ts";

const here = (path: string) => new URL(path, import.meta.url);

const rounds = 1000;
const batch = 64;
const betas = [0.5, 0.999] as const;

const built = await compile(here("gan-line.model.ts"), {
  batch,
  optimizer: { discriminator: optim.adam({ lr: 0.004, betas }), generator: optim.adam({ lr: 0.004, betas }) },
});
const net = await load(built);
const draw = numbersFrom(1);

function madePoints(count: number): Point[] {
  const { made } = net.predict({ noise: points(count, () => noise(draw)) });
  return Array.from({ length: count }, (_, row) => [made?.[2 * row] as number, made?.[2 * row + 1] as number]);
}

const number = (value: number) => value.toFixed(3).padStart(7);

console.log(`Real points lie near y = ${line.slope} x + ${line.height}, those that are made near`);
const early = madePoints(400);
for (let round = 0; round <= rounds; round++) {
  const discriminator = net.step(
    { noise: points(batch, () => noise(draw)), real: points(batch, () => onLine(draw)) },
    { game: "discriminator" },
  ).loss;
  const generator = net.step({ noise: points(batch, () => noise(draw)) }, { game: "generator" }).loss;
  if (round % 100 > 0) continue;
  const { slope, height, away } = lineThrough(madePoints(400));
  const losses = `discriminator ${number(discriminator)}, generator ${number(generator)}`;
  console.log(`round ${String(round).padStart(5)}   y =${number(slope)} x +${number(height)}, ${number(away)} away   losses: ${losses}`);
}

const dots = (all: readonly Point[], color: string) =>
  all.map(([x, y]) => `<circle cx="${(200 + 150 * x).toFixed(1)}" cy="${(200 - 150 * y).toFixed(1)}" r="2" fill="${color}"/>`).join("");
const groups: readonly (readonly [string, string, readonly Point[]])[] = [
  ["real", "#1f77b4", points(400, () => onLine(draw))],
  ["made at first", "#bbbbbb", early],
  [`made after ${rounds} rounds`, "#d62728", madePoints(400)],
];
const legend = groups.map(([label, color], i) => `<text x="12" y="${20 + 16 * i}" fill="${color}">${label}</text>`);
const drawn = groups.map(([, color, all]) => dots(all, color));
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" font-family="sans-serif" font-size="12">
  <rect width="400" height="400" fill="white"/>
  ${[...drawn, ...legend].join("\n  ")}
</svg>
`;
await mkdir(here("out/"), { recursive: true });
await writeFile(here("out/gan-line.svg"), svg);
console.log("\nexamples/gan-line/out/gan-line.svg");
