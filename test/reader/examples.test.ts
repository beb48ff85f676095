// The pages of the examples as a second reader reads them, who knows their text and the grammar alone; `npm run read` reads the long ones too.
import { expect, test } from "vitest";
import { faultsIn } from "./compare.ts";
import { examples, long, verdictsOnExample } from "./examples.ts";
import { unread } from "./unread.ts";

test("each line of the pages of the examples has the interpreter's value when it is read from the text alone", async () => {
  const found: Record<string, string[]> = {};
  let right = 0;
  for (const path of examples.filter((each) => !long.includes(each)))
    for (const [at, verdicts] of (await verdictsOnExample(path)).entries()) {
      right += verdicts.filter(({ verdict }) => verdict === "right").length;
      const faults = faultsIn(verdicts);
      if (faults.length > 0) found[`${path}${at === 0 ? "" : " as it runs"}`] = faults;
    }
  expect(found).toEqual(unread);
  expect(right).toBeGreaterThan(480);
});
