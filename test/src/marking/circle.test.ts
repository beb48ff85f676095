// The number π on a page, beside a value of the user's that is called pi.
import { expect, test } from "vitest";
import { f32, losses, model, nn, ops } from "../../../src/index.ts";
import { dataOf } from "../page/pages.ts";
import { type MarkedNet, netOf } from "./nets.ts";

const waves = (scale: number) =>
  model("waves", { pi: f32("batch", 2), y: f32("batch", 2) }, ({ pi, y }) => {
    const wave = ops.sin(ops.mul(scale, pi));
    const yhat = nn.linear(wave, 2);
    return { outputs: { wave, yhat }, loss: losses.mse(yhat, y) };
  });

const conventionsOf = async (scale: number): Promise<string> => (await dataOf(waves(scale))).json.conventions.join("\n");

const verdicts = (net: MarkedNet, ...claims: readonly string[]): string[] => net.mark(claims.join("\n")).map(({ verdict }) => verdict);

test("a value called pi is primed where the number stands, and each line of the page is read", async () => {
  const net = await netOf(waves(2 * Math.PI));
  expect(net.lines.get("wave")).toBe("sin(2·π·pi′)");
  const claims = [...net.lines].map(([name, right]) => `${name} = ${right}`);
  expect(verdicts(net, ...claims)).toEqual(claims.map(() => "right"));
  expect(await conventionsOf(2 * Math.PI)).toContain("π is the number");
});

test("by hand pi is the value, π the number", async () => {
  const net = await netOf(waves(2 * Math.PI));
  expect(verdicts(net, "wave = sin(2·π·pi)", "wave = sin(6.283185307179586·pi)")).toEqual(["right", "right"]);
  expect(verdicts(net, "wave = sin(2·π·π)")).not.toEqual(["right"]);
});

test("without the number the value keeps its name", async () => {
  const net = await netOf(waves(3));
  expect(net.lines.get("wave")).toBe("sin(3·pi)");
  expect(verdicts(net, "wave = sin(3·π)", "wave = sin(3·pi)")).toEqual(["right", "right"]);
  expect(await conventionsOf(3)).not.toContain("π is the number");
});

test("a value of the definition that is called pi is primed too, and each line beside √(2·π) is read", async () => {
  const mixture = model("mixture", { x: f32("batch", 2), y: f32("batch", 2) }, ({ x, y }) => {
    const pi = ops.softmax(nn.linear(x, 2), { dim: 1 });
    const density = ops.div(ops.exp(ops.mul(-0.5, ops.square(ops.sub(y, nn.linear(x, 2))))), ops.sqrt(2 * Math.PI));
    return { outputs: { pi }, loss: ops.neg(ops.mean(ops.log(ops.sum(ops.mul(pi, density), { dim: 1 })))) };
  });
  const net = await netOf(mixture);
  expect(net.lines.has("pi′")).toBe(true);
  const claims = [...net.lines].map(([name, right]) => `${name} = ${right}`);
  expect(verdicts(net, ...claims)).toEqual(claims.map(() => "right"));
});
