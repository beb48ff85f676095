import { expect, test } from "vitest";
import type { Verdict } from "../../../src/marking/verdict.ts";
import { rightClaims, type Spoiled, spoiledClaims } from "./machine.ts";
import { nets } from "./nets.ts";

const all = await nets();

/** Whether the kind of what the machine did is said, and where: in which line, or where in the claim operands do not fit. */
function isNamed({ line, claim }: Spoiled, { kind, in: place, at, hint, detail }: Verdict): boolean {
  const where = place ?? claim.split(" = ")[0];
  if (kind === "shape") return at !== undefined && detail !== undefined;
  if (hint === "it is 0") return detail?.startsWith(`in ${line}: `) === true;
  if (kind === "sign" || kind === "factor" || kind === "transpose") return true;
  return kind !== "other" && kind !== "unreadable" && where === line;
}

/** One in so many of what the machines make is marked. */
const stride = 4;

test("single mistakes by machine in ten nets are named at their place", () => {
  const missed: string[] = [];
  const kinds = new Map<string, number>();
  for (const [name, marked] of all) {
    const values = [...marked.lines.keys()].filter((line) => /^[a-z]/.test(line) && line !== "loss");
    for (const spoiled of spoiledClaims(marked, [...values, "x"]).filter((_, i) => i % stride === 0)) {
      const [verdict] = marked.mark(spoiled.claim) as [Verdict];
      // As h = relu(z), [z > 0] is [h > 0].
      if (verdict.verdict === "right" && spoiled.claim.includes("[z > 0]")) continue;
      kinds.set(spoiled.kind, (kinds.get(spoiled.kind) ?? 0) + 1);
      if (verdict.verdict !== "wrong" || !isNamed(spoiled, verdict))
        missed.push(`${name}: ${spoiled.line} ${spoiled.claim} | ${verdict.in} ${verdict.hint}`);
    }
  }
  // A name of another shape in an error that is handed on is told as shapes that do not fit, at its place in the claim.
  expect(missed.length, missed.join("\n")).toBeLessThanOrEqual(1);
  expect([...kinds.keys()].sort()).toEqual(["exchanged", "factor", "index", "missing", "sign", "transpose"]);
  expect([...kinds.values()].reduce((a, b) => a + b)).toBeGreaterThan(60);
});

test("no right claim is refused, however it is written", () => {
  const refused: string[] = [];
  let count = 0;
  for (const [name, { mark, ...net }] of all) {
    for (const claim of rightClaims({ mark, ...net }).filter((_, i) => i % stride === 0)) {
      count++;
      const [verdict] = mark(claim);
      if (verdict?.verdict !== "right") refused.push(`${name}: ${claim} | ${verdict?.hint}`);
    }
  }
  expect(all.size).toBe(10);
  expect(refused).toEqual([]);
  expect(count).toBeGreaterThan(150);
});
