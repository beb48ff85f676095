// Compares what 200 networks and 1,000 random programs compute with `test/golden/wide-bits.json`: `npm run bits`, and with `--modules` the bytes of the
// modules too, which hold as long as code is moved only. `--write` writes the file anew.
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Bits, bitsOfNetwork, bitsOfProgram } from "../test/bits/bits.ts";
import { randomPrograms } from "../test/bits/programs.ts";

const { values: options } = parseArgs({ options: { write: { type: "boolean" }, modules: { type: "boolean" } } });
const file = new URL("../test/golden/wide-bits.json", import.meta.url);
const batches = [8, 33];

async function* everything(): AsyncGenerator<[string, Bits]> {
  for (let number = 0; number < 200; number++) {
    for (const batch of batches) yield [`network ${number}, batch ${batch}`, await bitsOfNetwork(number, batch)];
  }
  for (const [number, program] of randomPrograms(1000).entries()) yield [`program ${number}`, await bitsOfProgram(program)];
}

const known: Record<string, string> = options.write ? {} : JSON.parse(await readFile(file, "utf8"));
const found: Record<string, string> = {};
const differ: string[] = [];
for await (const [name, { values, module }] of everything()) {
  found[name] = `${values} ${module}`;
  const [knownValues, knownModule] = known[name]?.split(" ") ?? [];
  if (values !== knownValues || (options.modules && module !== knownModule)) differ.push(name);
}
if (options.write) await writeFile(file, `${JSON.stringify(found, null, 1)}\n`);
else for (const name of differ) console.log(`${name} differs`);
console.log(`${Object.keys(found).length} bits, ${options.write ? "written" : `${differ.length} differ`}`);
process.exitCode = differ.length === 0 || options.write ? 0 : 1;
