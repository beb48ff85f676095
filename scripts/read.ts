// Reads both pages of networks by number from their text alone: `npm run read`, `npm run read -- 500`, or `npm run read -- 20 40` for those from 20 on.
// Prints the first line of each page that is not right, and why.
import { parseArgs } from "node:util";
import { verdictsOnNetwork } from "../test/reader/networks.ts";

const { positionals } = parseArgs({ allowPositionals: true });
const [first, count] = (positionals.length > 1 ? positionals : ["0", positionals[0] ?? "200"]).map(Number) as [number, number];
const counts = { right: 0, wrong: 0, unread: 0, unchecked: 0 };
for (let number = first; number < first + count; number++) {
  for (const [at, verdicts] of (await verdictsOnNetwork(number)).entries()) {
    for (const { verdict } of verdicts) counts[verdict]++;
    const fault = verdicts.find(({ verdict }) => verdict === "wrong" || verdict === "unread");
    if (fault) console.log(`network ${number}${at === 0 ? "" : " as it runs"}: ${fault.line} is ${fault.verdict}: ${fault.reason}`);
  }
}
const { right, wrong, unread, unchecked } = counts;
console.log(`${count} networks: ${right} lines right, ${wrong} wrong, ${unread} cannot be read; ${unchecked} are only compared by what uses them`);
process.exitCode = wrong + unread === 0 ? 0 : 1;
