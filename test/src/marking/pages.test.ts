// The lines of pages, as they are derived and as they run, as claims for themselves.
import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { networkOf } from "../../bits/networks.ts";
import { bothOf, type MarkedNet } from "./nets.ts";

const root = fileURLToPath(new URL("../../../examples/", import.meta.url));

/** Takes as long as all others; its page is like those of attention. */
const left = "tiny-gpt";
/** Its steps take long; as it runs it is like the network in recurrent.model.ts. */
const onlyDerived = "char-gru";

/** Lines that do not say along which axes something goes. The list may only become shorter. */
const unread: readonly string[] = ["network5: δ_linear_3", "network5: v2", "network5 as it runs: v2", "network5 as it runs: δ_linear_3"];

/** What the lines of a page are found to be that are not right by themselves, and how many lines there are. */
function readIn(net: MarkedNet, called: string): { readonly found: string[]; readonly lines: number } {
  const claims = [...net.lines].map(([name, line]) => `${name} = ${line}`);
  const verdicts = net.mark(claims.join("\n"));
  const found = verdicts.filter(({ verdict }) => verdict !== "right" && verdict !== "carried");
  return { found: found.map(({ claim }) => `${called}: ${claim.split(" = ")[0]}`), lines: verdicts.length };
}

test("each printed line of the examples is right as a claim", async () => {
  const found: string[] = [];
  let lines = 0;
  for (const path of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
    if (!path.endsWith(".model.ts") || dirname(path).endsWith(left)) continue;
    const called = basename(path, ".model.ts");
    const [derived, asRun] = await bothOf(root + path);
    const read = [readIn(derived, called), ...(dirname(path).endsWith(onlyDerived) ? [] : [readIn(asRun, `${called} as it runs`)])];
    found.push(...read.flatMap((each) => each.found));
    lines += read.reduce((total, each) => total + each.lines, 0);
  }
  expect(found).toEqual([]);
  expect(lines).toBeGreaterThan(500);
});

/** One or two of every kind, among them windows that leave cells over (18), groups (38) and signals of one row (39). */
const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18, 23, 27, 38, 39];

test("each printed line of networks by number is right as a claim, or is known not to be read", async () => {
  const found: string[] = [];
  let lines = 0;
  for (const number of numbers) {
    const [derived, asRun] = await bothOf(networkOf(number).model);
    for (const read of [readIn(derived, `network${number}`), readIn(asRun, `network${number} as it runs`)]) {
      found.push(...read.found);
      lines += read.lines;
    }
  }
  expect(found.sort()).toEqual([...unread].sort());
  expect(lines).toBeGreaterThan(600);
});
