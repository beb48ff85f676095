// The lines of pages, as they are derived and as they run, as claims for themselves.
import { readdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { f32, i32, losses, model, nn, ops } from "../../../src/index.ts";
import type { Tensor } from "../../../src/tensor.ts";
import { networkOf } from "../../bits/networks.ts";
import { bothOf, type MarkedNet, netOf } from "./nets.ts";

const root = fileURLToPath(new URL("../../../examples/", import.meta.url));

/** Both take as long as all others: attention and gates of smaller size are below. */
const left = ["tiny-gpt", "char-gru"];

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
    if (!path.endsWith(".model.ts") || left.includes(dirname(path))) continue;
    const called = basename(path, ".model.ts");
    const [derived, asRun] = await bothOf(root + path);
    for (const read of [readIn(derived, called), readIn(asRun, `${called} as it runs`)]) {
      found.push(...read.found);
      lines += read.lines;
    }
  }
  expect(found).toEqual([]);
  expect(lines).toBeGreaterThan(500);
});

test("lines of gates, heads, groups and rows of a table are right as claims", async () => {
  const inputs = { x: i32("batch", 5), y: f32("batch", 2) };
  const trained = (features: Tensor, y: Tensor) => {
    const out = nn.linear(features, 2);
    return { outputs: { out }, loss: losses.mse(out, y) };
  };
  const states = [nn.gru, nn.lstm].map((cell, i) =>
    model(`cell${i}`, { x: f32("batch", 5, 3), y: f32("batch", 2) }, ({ x, y }) => trained(ops.mean(cell(x, 4).output, { dim: 1 }), y)),
  );
  const heads = model("heads", inputs, ({ x, y }) => {
    const token = nn.embedding(x, 7, 4);
    return trained(nn.flatten(nn.layerNorm(nn.multiheadAttention(token, token, token, 2))), y);
  });
  const groups = model("groups", { x: f32("batch", 4, 6, 6), y: f32("batch", 2) }, ({ x, y }) =>
    trained(nn.flatten(nn.groupNorm(nn.conv2d(x, 4, 3, { stride: 2 }), 2)), y),
  );
  for (const source of [...states, heads, groups])
    for (const net of await bothOf(source)) {
      const { found, lines } = readIn(net, source.name);
      expect(found).toEqual([]);
      expect(lines).toBeGreaterThan(8);
    }
});

/** One or two of every kind, among them windows that leave cells over (18), groups (38) and signals of one row (39). */
const numbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 18, 23, 27, 38, 39];

test("each printed line of networks by number is right as a claim", async () => {
  const found: string[] = [];
  let lines = 0;
  for (const number of numbers) {
    const [derived, asRun] = await bothOf(networkOf(number).model);
    for (const read of [readIn(derived, `network${number}`), readIn(asRun, `network${number} as it runs`)]) {
      found.push(...read.found);
      lines += read.lines;
    }
  }
  expect(found).toEqual([]);
  expect(lines).toBeGreaterThan(600);
});

test("a gradient that is zero is told as 0, and read as that", async () => {
  const rank = model("rank", { u: f32("batch", 3), v: f32("batch", 3), sign: f32("batch", 1) }, ({ u, v, sign }) => {
    const scorer = nn.sequential(nn.linear(4), nn.relu, nn.linear(1));
    const [su, sv] = [scorer(u), scorer(v)];
    return { outputs: { su }, loss: losses.marginRanking(su, sv, sign, { margin: 1 }) };
  });
  const critic = model("critic", { real: f32("batch", 2), made: f32("batch", 2) }, ({ real, made }) => {
    const judged = nn.linear(1, { name: "judged" });
    return { outputs: { score: judged(made) }, loss: ops.sub(ops.mean(judged(made)), ops.mean(judged(real))) };
  });
  for (const source of [rank, critic]) {
    const net = await netOf(source);
    expect([...net.lines].filter(([name, line]) => /^∂loss\/∂b_\S+$/.test(name) && line === "0")).toHaveLength(1);
    expect(readIn(net, source.name).found).toEqual([]);
  }
});
