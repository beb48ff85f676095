// Reads both pages of networks by number, those of the examples and those of each op, layer and loss with several settings, from their text alone: `npm run read`, `npm run read -- 500`, or `npm run read -- 20 40` for those from 20 on.
// Prints the first line of each page that is not right, and why.
import { parseArgs } from "node:util";
import { type Verdict, verdictsOn } from "../test/reader/compare.ts";
import { examples, verdictsOnExample } from "../test/reader/examples.ts";
import { subjectsOf } from "../test/reader/harness.ts";
import { definitionOfKind, type Kind, kindsOfLayers, kindsOfLosses, kindsOfOps } from "../test/reader/kinds.ts";
import { verdictsOnNetwork } from "../test/reader/networks.ts";
import { settings } from "../test/reader/settings.ts";

const { positionals } = parseArgs({ allowPositionals: true });
const [first, count] = (positionals.length > 1 ? positionals : ["0", positionals[0] ?? "200"]).map(Number) as [number, number];
const counts = { right: 0, wrong: 0, unread: 0, unchecked: 0 };

function report(name: string, pages: readonly Verdict[][]): void {
  for (const [at, verdicts] of pages.entries()) {
    for (const { verdict } of verdicts) counts[verdict]++;
    const fault = verdicts.find(({ verdict }) => verdict === "wrong" || verdict === "unread");
    if (fault) console.log(`${name}${at === 0 ? "" : " as it runs"}: ${fault.line} is ${fault.verdict}: ${fault.reason}`);
  }
}

for (let number = first; number < first + count; number++) report(`network ${number}`, await verdictsOnNetwork(number));
for (const path of examples) report(path, await verdictsOnExample(path));

async function reportKind(name: string, kind: Kind): Promise<void> {
  report(
    name,
    (await subjectsOf(definitionOfKind("kind", kind))).map((page) => verdictsOn(page)),
  );
}

for (const kinds of [kindsOfOps, kindsOfLayers, kindsOfLosses]) for (const [name, kind] of Object.entries(kinds)) await reportKind(name, kind);
for (const [name, kinds] of Object.entries(settings)) for (const [at, kind] of kinds.entries()) await reportKind(`${name} ${at + 1}`, kind);
const { right, wrong, unread, unchecked } = counts;
console.log(
  `${count} networks and ${examples.length} examples, and each op, layer and loss in several settings: ${right} lines right, ${wrong} wrong, ${unread} cannot be read; ${unchecked} are only compared by what uses them`,
);
process.exitCode = wrong + unread === 0 ? 0 : 1;
