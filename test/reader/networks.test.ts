// Pages of networks by number as the second reader reads them; `npm run read` reads more of them.
import { expect, test } from "vitest";
import { faultsIn } from "./compare.ts";
import { verdictsOnNetwork } from "./networks.ts";
import { unreadOfNetworks } from "./unread.ts";

/** Groups of channels in a rule, an activation of cases before a pool, a prediction without the draws of a dropout. */
const others = [79, 162, 168, 248];

test("each line of the pages of networks by number has the interpreter's value when it is read from the text alone", async () => {
  const found: Record<string, string[]> = {};
  let right = 0;
  for (const number of [...Array(12).keys(), ...others])
    for (const [at, verdicts] of (await verdictsOnNetwork(number)).entries()) {
      right += verdicts.filter(({ verdict }) => verdict === "right").length;
      const faults = faultsIn(verdicts);
      if (faults.length > 0) found[`${number}${at === 0 ? "" : " as it runs"}`] = faults;
    }
  expect(found).toEqual(unreadOfNetworks);
  expect(right).toBeGreaterThan(950);
});
