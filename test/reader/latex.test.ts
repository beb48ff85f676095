// LaTeX of pages read back as text: the lines that are right are the same ones.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { nn } from "../../src/index.ts";
import { networkOf } from "../bits/networks.ts";
import { verdictsOn } from "./compare.ts";
import { type Subject, subjectsOf } from "./harness.ts";
import { definitionOfKind } from "./kinds.ts";
import { pageOfLatex } from "./latex-page.ts";
import { readPageText } from "./page.ts";

const examples = ["course/conv", "course/deep", "course/likelihoods", "course/norms", "course/recurrent", "iris/iris", "two-neurons/net", "xor/xor"];

async function subjects(): Promise<Subject[]> {
  const ofExamples = examples.map((path) => subjectsOf(fileURLToPath(new URL(`../../examples/${path}.model.ts`, import.meta.url))));
  const ofNetworks = Array.from({ length: 6 }, (_, number) => subjectsOf(networkOf(number).model, networkOf(number).options.optimizer));
  // Two errors that steps hand on have one letter and a mark.
  const bothWays = subjectsOf(definitionOfKind("kind", ({ steps }) => nn.rnn(steps, 3, { bidirectional: true }).output));
  return (await Promise.all([...ofExamples, ...ofNetworks, bothWays])).flat();
}

test("the LaTeX of a page says what its text says", async () => {
  let lines = 0;
  for (const subject of await subjects()) {
    const kinds = (verdicts: ReturnType<typeof verdictsOn>) => verdicts.map(({ line, verdict }) => `${line}: ${verdict}`);
    const read = kinds(verdictsOn(subject, readPageText(pageOfLatex(subject.latex, subject.text))));
    expect(read).toEqual(kinds(verdictsOn(subject)));
    lines += read.length;
  }
  expect(lines).toBeGreaterThan(550);
});
