// Terms of a loss that the user named keep their lines, whatever sign or factor they bring.
import { expect, test } from "vitest";
import { pageOf } from "../../../compiler/describe/page.ts";
import { writePage } from "../../../compiler/formula/page.ts";
import { readable } from "../../../compiler/index.ts";
import { partsToRead } from "../../../src/described.ts";
import { program } from "../../../src/entries.ts";
import { f32, nn, ops, type Tensor } from "../../../src/index.ts";
import { assigned, define } from "../../src/running.ts";

const linesOf = (term: (mean: Tensor) => Tensor, loss: (rest: Tensor, term: Tensor) => Tensor): string[] => {
  const definition = define({ x: f32("batch", 3) }, ({ x }) => {
    const out = assigned(1, "out", () => nn.linear(x, 2));
    const part = assigned(2, "part", () => term(ops.mean(ops.exp(out))));
    return { outputs: { out }, loss: loss(ops.mean(ops.square(out)), part) };
  });
  const text = writePage(pageOf(partsToRead(readable(program(definition)))), "text", (title) => title);
  return text.split("\n").filter((line) => /^(part|loss) =/.test(line));
};

test("a named term that is negative", () => {
  expect(linesOf((mean) => ops.mul(-0.5, mean), ops.add)).toEqual(["part = −0.5·mean(exp(out))", "loss = mean(out²) + part"]);
});

test("a named term that is scaled", () => {
  const lines = linesOf(ops.neg, (rest, part) => ops.sub(rest, ops.mul(0.01, part)));
  expect(lines).toEqual(["part = −mean(exp(out))", "loss = mean(out²) − 0.01·part"]);
});

test("but a named number that a sigmoid is made of is seen through, so that its stable form is found", () => {
  const lines = linesOf(ops.neg, (rest, part) => ops.add(rest, ops.div(1, ops.add(1, ops.exp(part)))));
  expect(lines.join("\n")).toContain("sigmoid");
});
