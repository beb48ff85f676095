import { test } from "vitest";
import { folder } from "./error-case.ts";
import * as a from "./cases/definitions.ts";
import * as b from "./cases/sources.ts";
import * as c1 from "./cases/running.ts";
import * as d from "./cases/tables.ts";
import * as e1 from "./cases/commands.ts";
const all = [a, b, c1, d, e1].flatMap((m: any) => Object.values(m)).flat() as any[];
test("show", async () => {
  const out: string[] = [];
  for (const c of all) {
    const t = performance.now();
    let e: any; try { await c.run(); e = { code: "NO ERROR", message: "" } } catch (x) { e = x }
    out.push(`${c.code === e.code ? "ok " : "BAD"} ${c.code} (${e.code}) ${Math.round(performance.now() - t)} ms: ${c.did}\n${String(e.message).replaceAll(folder, "")}\n${e.code ? "" : e.stack}`);
  }
  console.log(out.join("\n"));
}, 100000);
