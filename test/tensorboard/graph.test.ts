// The graph of a net as TensorBoard reads it.
import { SummaryWriter } from "gradc/tensorboard";
import { beforeAll, expect, test } from "vitest";
import { load } from "../../runtime/index.ts";
import { type Built, compile } from "../../src/compile.ts";
import { f32, i32, losses, model, nn, ops, optim } from "../../src/index.ts";
import { codeOf } from "../support/code-of.ts";
import { messageAt, messages, readEvents, textAt, texts, wholeAt } from "./reader.ts";

const definition = model("net", { x: f32("batch", 3, 4), y: i32("batch") }, ({ x, y }) => {
  const { output } = nn.gru(x, 5, { name: "gru" });
  const scores = nn.linear(nn.dropout(ops.mean(output, { dim: 1 }), 0.1), 3, { name: "scores" });
  return { outputs: { scores, p: ops.softmax(scores, { dim: -1 }) }, loss: losses.crossEntropy(scores, y) };
});

let built: Built;
beforeAll(async () => {
  built = await compile(definition, { batch: 4, optimizer: optim.adam() });
});

function nodesOf(net: object) {
  const writer = new SummaryWriter("memory");
  writer.addGraph(net);
  const [, event] = readEvents(writer.bytes());
  return messages(event?.graph as never, 1).map((node) => {
    const attributes = new Map(messages(node, 5).map((each) => [textAt(each, 1), messageAt(each, 2)]));
    const shape = messages(messageAt(attributes.get("_output_shapes") as never, 1, 7), 2).map((dim) => wholeAt(dim, 1));
    return { name: textAt(node, 1) as string, op: textAt(node, 2) as string, inputs: texts(node, 3), shape };
  });
}

test("a node for each op of the forward pass and the loss, after its inputs", async () => {
  const nodes = nodesOf(await load(built));
  const seen = new Set<string>();
  for (const { name, op, inputs } of nodes) {
    expect(inputs.filter((input) => !seen.has(input))).toEqual([]);
    expect([seen.has(name), /^[A-Za-z0-9][\w./-]*$/.test(name), op]).toEqual([false, true, expect.stringMatching(/^\w+$/)]);
    seen.add(name);
  }
  const named = (name: string) => nodes.find((node) => node.name === name);
  expect(named("input/x")).toEqual({ name: "input/x", op: "input", inputs: [], shape: [-1, 3, 4] });
  expect(named("gru/weight_ih_l0")?.shape).toEqual([4, 15]);
  expect(named("output/p")?.inputs[0]).toMatch(/softmax|div/);
  expect(named("output/loss")?.shape).toEqual([]);
  expect(nodes.filter(({ op }) => op === "output")).toHaveLength(3);
  const weighted = nodes.find(({ inputs }) => inputs.includes("scores/weight"));
  expect([weighted?.op, weighted?.shape]).toEqual(["contract", [-1, 3]]);
  expect(nodes.some(({ op, inputs }) => op === "loop" && inputs.length > 1)).toBe(true);
});

test("is the same of what compile gives, of a module and of its bytes", async () => {
  const nodes = nodesOf(await load(built));
  for (const net of [built, built.wasm, await WebAssembly.compile(built.wasm as Uint8Array<ArrayBuffer>)]) expect(nodesOf(net)).toEqual(nodes);
});

test("a module that was stripped has none", async () => {
  const { wasm } = await compile(definition, { batch: 4, strip: true });
  const writer = new SummaryWriter("memory");
  expect(codeOf(() => writer.addGraph({ wasm }))).toBe("not-in-module");
});
