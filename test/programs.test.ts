// Tables and programs of the examples, in short.
import { expect, test } from "vitest";
import { fromCsv } from "../data/index.ts";
import { type Digits, errorOfMean, neighboursAgree, readDigits, rowsOf, train } from "../examples/autoencoder/train.ts";
import { lossOfFrequencies, piecesOf, readText } from "../examples/char-gru/text.ts";
import { train as trainReader, write } from "../examples/char-gru/train.ts";
import { learn } from "../examples/pendulum/learn.ts";
import { measure, truth } from "../examples/pendulum/measure.ts";
import { outcomeOf, type Way, ways } from "../examples/regularisation/compare.ts";
import { length, train as trainGpt, write as writeGpt } from "../examples/tiny-gpt/train.ts";

const example = (path: string) => new URL(`../examples/${path}`, import.meta.url);

test("multi-label: the labels follow the rule that the README states", async () => {
  const { columns, length } = await fromCsv(example("multi-label/points.csv"));
  const [x, y, ...labels] = [...columns.values()].map((column) => column.toArray());
  expect([length, labels.length]).toEqual([400, 3]);
  x?.forEach((a, row) => {
    const b = y?.[row] ?? 0;
    expect(labels.map((label) => label[row] === 1)).toEqual([a * a + b * b < 0.5, a > 0, b > a]);
  });
});

test("regularisation: with l2 twenty points are learned less by heart, and an early stop takes the weights of an earlier epoch", async () => {
  const [none, , l2, , early] = ways as readonly [Way, Way, Way, Way, Way];
  const overfitted = await outcomeOf(none, 150);
  for (const way of [l2, early]) {
    const { train, test } = await outcomeOf(way, 150);
    expect(train).toBeGreaterThan(overfitted.train);
    expect(test).toBeLessThan(overfitted.test);
  }
});

test("autoencoder: after a few epochs codes give back more than the mean picture, and are near where digits are equal", async () => {
  const digits = await readDigits();
  const few = { train: firstOf(digits.train, 600), held: firstOf(digits.held, 100) };
  const net = await train(few.train, 15);
  expect(net.evaluate({ pixels: few.held.pixels }).loss).toBeLessThan(0.6 * errorOfMean(few.train, few.held));
  const [seen, unseen] = [few.train, few.held].map(({ pixels }) => rowsOf(net.predict({ pixels }).code ?? [], 8)) as [number[][], number[][]];
  expect(neighboursAgree(seen, unseen, few)).toBeGreaterThan(0.8);
});

const firstOf = ({ pixels, digit }: Digits, count: number): Digits => ({ pixels: pixels.slice(0, count), digit: digit.slice(0, count) });

test("char-gru: after two epochs more is known than the frequencies of letters, and what is written has letters of the text", async () => {
  const text = await readText();
  const [read, held] = [piecesOf(text.characters.slice(0, 1500), 24), piecesOf(text.characters.slice(1500, 2000), 24)];
  const { net, history } = await trainReader(read, held, 2);
  expect(history.epochs.at(-1)?.validation?.loss).toBeLessThan(0.9 * lossOfFrequencies(text.characters));
  const written = await write(net, text, "the cat", 20);
  expect(written).toMatch(/^the cat[ a-z,.]{20}$/);
  expect(await write(net, text, "the cat", 20)).toBe(written);
});

test("tiny-gpt: after a few epochs more is known than the frequencies of letters, and what is written has letters of the text", async () => {
  const text = await readText();
  const [read, held] = [piecesOf(text.characters.slice(0, 1500), length), piecesOf(text.characters.slice(1500, 1700), length)];
  const { net, history } = await trainGpt(read, held, 3);
  expect(history.epochs.at(-1)?.validation?.loss).toBeLessThan(0.9 * lossOfFrequencies(text.characters));
  expect(writeGpt(net, text, "the cat", 40)).toMatch(/^the cat[ a-z,.]{40}$/);
});

test("pendulum: length and damping are found through steps of Runge and Kutta", async () => {
  const estimates = await learn(undefined, measure(), 150);
  const { length: meters, damping, error } = estimates.at(-1) ?? { length: 0, damping: 0, error: 1 };
  expect(Math.abs(meters - truth.length)).toBeLessThan(0.01);
  expect(Math.abs(damping - truth.damping)).toBeLessThan(0.01);
  expect(error).toBeLessThan(0.02 / Math.sqrt(3));
});
