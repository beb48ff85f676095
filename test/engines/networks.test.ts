// The profile `exact` gives the same bits in every engine. The hashes in `test/golden/bits.json` change when the order of a sum changes, as a new
// schedule may do: `npm run golden` writes them anew, and `npm run engines` compares
// engines.
import { expect, test } from "vitest";
import { bitsHere } from "./networks.ts";

test("200 steps of small networks leave the known bits", async () => {
  const bits = Object.entries(await bitsHere()).map(([name, { state }]) => [name, state]);
  await expect(`${JSON.stringify(Object.fromEntries(bits), null, 2)}\n`).toMatchFileSnapshot("../golden/bits.json");
});
