// The pages of the examples as a second reader reads them, who knows their text and the grammar alone.
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { faultsIn, verdictsOn } from "./compare.ts";
import { subjectsOf } from "./harness.ts";
import { unread } from "./unread.ts";

const root = fileURLToPath(new URL("../../examples/", import.meta.url));
const paths = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".model.ts"))
  .sort();

test("each line of the pages of the examples has the interpreter's value when it is read from the text alone", async () => {
  const found: Record<string, string[]> = {};
  let right = 0;
  for (const path of paths) {
    const pages = await subjectsOf(root + path);
    for (const [at, page] of pages.entries()) {
      const verdicts = verdictsOn(page);
      right += verdicts.filter(({ verdict }) => verdict === "right").length;
      const faults = faultsIn(verdicts);
      if (faults.length > 0) found[`${path.replace(".model.ts", "")}${at === 0 ? "" : " as it runs"}`] = faults;
    }
  }
  expect(found).toEqual(unread);
  expect(right).toBeGreaterThan(690);
});
