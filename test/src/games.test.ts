import { beforeAll, describe, expect, it, test } from "vitest";
import { fit, load, type Net } from "../../runtime/index.ts";
import { type Built, bindings, compile, formulas } from "../../src/compile.ts";
import { f32, losses, model, nn, ops, optim, state, type Tensor, update } from "../../src/index.ts";
import { verify } from "../../src/verify/verify.ts";
import { define } from "./running.ts";

const inputs = { x: f32("batch", 2), y: f32("batch", 1) };

/** Two heads on one trunk, which both games train; only the second reads y. */
const heads = (more: { readonly loss?: boolean; readonly metrics?: boolean } = {}) =>
  model("heads", inputs, ({ x, y }) => {
    const trunk = nn.tanh(nn.linear(x, 3, { name: "trunk" }));
    const [own, other] = [nn.linear(trunk, 1, { name: "own" }), nn.linear(trunk, 1, { name: "other" })];
    const games = {
      first: { loss: ops.mean(ops.square(own)), parameters: ["trunk.*", "own.*"] },
      second: { loss: losses.mse(other, y), parameters: ["trunk.*", "other.weight"] },
    };
    const loss = more.loss ? { loss: losses.mse(own, y) } : {};
    const metrics = more.metrics ? { metrics: { mae: ops.mean(ops.abs(ops.sub(other, y))) } } : {};
    return { outputs: { own, other }, games, ...loss, ...metrics };
  });

const rows = { x: [1, 2, -1, 0.5, 3, -2], y: [1, -1, 0.5] };

describe("games on shared parameters", () => {
  let built: Built;
  beforeAll(async () => {
    const rules = { first: optim.adam({ lr: 0.1 }), second: optim.sgd({ lr: 0.1, momentum: 0.5 }) };
    built = (await compile(heads({ loss: true, metrics: true }), { batch: 4, optimizer: rules })) as unknown as Built;
  });

  const trained = (net: Net, before: Net) => [...net.parameters.keys()].filter((name) => `${net.read(name)}` !== `${before.read(name)}`);

  it("have steps that change their own parameters alone, on what their losses read", async () => {
    const [net, before] = await Promise.all([load(built), load(built)]);
    expect(Object.keys(net.step({ x: rows.x }, { game: "first" }))).toEqual(["loss"]);
    expect(trained(net, before)).toEqual(["trunk.weight", "trunk.bias", "own.weight", "own.bias"]);
    const other = await load(built);
    other.step(rows, { game: "second" });
    expect(trained(other, before)).toEqual(["trunk.weight", "trunk.bias", "other.weight"]);
    expect(() => net.step({ x: rows.x }, { game: "second" })).toThrowError(/needs the input "y"/);
  });

  it("have states, settings and numbers of steps of their own", async () => {
    const net = await load(built);
    const names = net.manifest.variables.map(({ name }) => name);
    const ofTrunk = names.filter((name) => name.startsWith("trunk.bias."));
    expect(ofTrunk).toEqual(["trunk.bias.first_m", "trunk.bias.first_v", "trunk.bias.second_momentum"]);
    for (const game of ["first", "first", "second", "first"]) net.step(rows, { game });
    expect(["#step", "#step.first", "#step.second"].map((name) => net.read(name)[0])).toEqual([4, 3, 1]);
    net.setHyper({ "first.lr": 0 });
    const before = net.read("own.weight");
    net.step(rows, { game: "first" });
    expect(net.read("own.weight")).toEqual(before);
  });

  it("are evaluated together, with the loss and the metrics", async () => {
    const net = await load(built);
    const all = net.evaluate(rows) as Record<string, number>;
    expect(Object.keys(all)).toEqual(["loss", "first", "second", "mae"]);
    expect(all.second).toBeCloseTo(net.step(rows, { game: "second" }).loss, 6);
  });

  it("give gradients by their own parameters, and those of the loss beside them", async () => {
    const net = await load(built);
    expect(Object.keys(net.gradients(rows, { game: "second" }).gradients)).toEqual(["trunk.weight", "trunk.bias", "other.weight"]);
    expect(Object.keys(net.gradients(rows).gradients)).toEqual(["trunk.weight", "trunk.bias", "own.weight", "own.bias"]);
  });

  it("go on from a saved state as if it had not been", async () => {
    const [net, other] = await Promise.all([load(built), load(built, { seed: 3 })]);
    const turns = (of: Net) => ["second", "first", "first"].map((game) => of.step(rows, { game }).loss);
    turns(net);
    other.restore(net.state());
    expect(turns(other)).toEqual(turns(net));
    expect(other.state()).toEqual(net.state());
    // Into a net of one loss, which has no states of theirs.
    const plain = await load(await compile(heads(), { batch: 4 }));
    expect(plain.restore(net.state()).missing).toEqual([]);
    expect(plain.read("trunk.weight")).toEqual(net.read("trunk.weight"));
  });

  it("refuse what is no game, and fit has no turns", async () => {
    const net = await load(built);
    const needed = '"step" needs { game: "first" or "second" }';
    expect(() => net.step(rows)).toThrowError(needed);
    expect(() => net.step(rows, { game: "frist" })).toThrowError(needed);
    expect(() => net.step(rows, { gmae: "first" } as never)).toThrowError(/the nearest is "game"/);
    await expect(fit(net, rows, { epochs: 1 })).rejects.toThrowError(needed);
    const single = await load(await compile(model("one", inputs, ({ x, y }) => ({ outputs: { x }, loss: losses.mse(nn.linear(x, 1), y) }))));
    expect(() => single.step(rows, { game: "first" })).toThrowError('"step" needs no game');
    const untrained = await load(await compile(heads()));
    expect(() => untrained.step(rows, { game: "first" })).toThrowError(expect.objectContaining({ code: "compiled-in" }));
    expect(() => untrained.gradients(rows)).toThrowError('"gradients" needs { game: "first" or "second" }');
  });

  it("have types in bindings", async () => {
    const { dts } = await bindings(built.manifest);
    expect(dts).toContain('export type HeadsGame = "first" | "second";');
    expect(dts).toContain('NetOfGames<HeadsInputs, HeadsOutputs, HeadsParameter, HeadsHyper, "loss" | "first" | "second" | "mae", ');
  });
});

test("options hold for each game by itself: accumulation, averages, clipping, penalties, one optimizer for all", async () => {
  const options = { batch: 4, optimizer: optim.adam({ lr: 0.1 }), accumulate: 2, average: { decay: 0.5 }, clip: { norm: 1 } } as const;
  const net = await load(await compile(heads(), { ...options, penalties: [optim.l2(0.1, ["own.weight", "other.weight"])] }));
  const start = net.read("trunk.bias");
  net.step(rows, { game: "first" });
  net.step(rows, { game: "second" });
  expect(net.read("trunk.bias")).toEqual(start);
  net.step(rows, { game: "first" });
  expect(net.read("trunk.bias")).not.toEqual(start);
  expect(net.read("trunk.bias.first_average")).toEqual(net.read("trunk.bias"));
  expect([...net.read("trunk.bias.second_average")]).toEqual([0, 0, 0]);
  const penalty = 0.1 * [...net.read("own.weight")].reduce((sum, w) => sum + w * w, 0);
  const { first = 0 } = net.evaluate(rows) as Record<string, number>;
  expect(net.gradients(rows, { game: "first" }).loss - first).toBeCloseTo(penalty, 5);
});

test("states of layers belong to the games that read all that they are made of, and noise is new in each turn", async () => {
  const body = model("states", inputs, ({ x, y }) => {
    const [seenX, seenY] = [state("seen_x", [], 0), state("seen_y", [], 0)];
    update(seenX, ops.mean(x));
    update(seenY, ops.add(seenY, ops.mean(y)));
    const a = nn.linear(nn.dropout(x), 1, { name: "a" });
    const b = nn.linear(x, 1, { name: "b" });
    return { outputs: { a }, games: { first: { loss: ops.mean(a), parameters: "a.*" }, second: { loss: losses.mse(b, y), parameters: "b.*" } } };
  });
  const net = await load(await compile(body, { batch: 4, optimizer: optim.sgd({ lr: 0 }) }));
  const written = (name: string) => net.manifest.entries.find((entry) => entry.name === name)?.updates.filter((each) => each.startsWith("seen"));
  expect([written("step.first"), written("step.second")]).toEqual([["seen_x"], ["seen_x", "seen_y"]]);
  const noisy = () => net.step(rows, { game: "first" }).loss;
  const first = noisy();
  expect(noisy()).not.toBe(first);
});

test("a state that is assigned in several places moves in a game by those that its loss is made of, once for each value", async () => {
  const body = model("places", inputs, ({ x, y }) => {
    const [seen, calls] = [state("seen", [], 0), state("calls", [], 0)];
    const score = (of: Tensor) => {
      update(seen, ops.add(ops.mul(10, seen), ops.mean(of)));
      update(calls, ops.add(calls, 1));
      return nn.linear(of, 1, { name: "judge" });
    };
    const norm = nn.batchNorm1d({ name: "norm" });
    const made = nn.linear(x, 1, { name: "made", init: { weight: 0, bias: 2 } });
    const first = ops.add(ops.mean(ops.add(norm(y), norm(made))), ops.mean(ops.mul(score(y), ops.sum(ops.add(made, y)))));
    const second = ops.mean(ops.add(norm(ops.add(made, 1)), norm(made)));
    const games = { first: { loss: first, parameters: "judge.*" }, second: { loss: second, parameters: "made.*" } };
    update(seen, ops.add(ops.mul(10, seen), ops.mean(made)));
    return { outputs: { made }, games };
  });
  const net = await load(await compile(body, { batch: 4, optimizer: optim.sgd({ lr: 0 }) }));
  const moved = (game: string) => {
    net.step({ x: [1, 2, -1, 0.5], y: [3, 5] }, { game });
    return ["norm.num_batches_tracked", "seen", "calls"].map((name) => net.read(name)[0]);
  };
  expect(moved("second")).toEqual([2, 2, 1]);
  expect(moved("first")).toEqual([4, 242, 2]);
});

test("each game has its equations", async () => {
  const { forward, gradients, updates } = await formulas(heads(), { optimizer: { first: optim.sgd(), second: optim.sgd() } });
  expect(forward).toMatchObject({ first: "first = mean(own²)", second: "second = mean((other − y)²)" });
  expect(gradients["first.own.bias"]).toMatch(/^∂first\/∂b_own = /);
  expect(updates["other.weight"]).toBe("W_other ← W_other − second_lr·∂second/∂W_other");
  expect(updates["trunk.bias"]).toContain("first_lr·∂first/∂b_trunk");
  expect(updates["second.trunk.bias"]).toContain("second_lr·∂second/∂b_trunk");
});

test("each game is checked", async () => {
  const comparisons = await verify(heads({ loss: true }));
  const games = (kind: string) => new Set(comparisons.flatMap((one) => (one.kind === kind ? [one.game] : [])));
  expect([games("derivative"), games("gradients"), games("update")]).toEqual([
    new Set([undefined, "first", "second"]),
    new Set([undefined, "first", "second"]),
    new Set(["first", "second"]),
  ]);
  expect(comparisons.filter(({ error, tolerance }) => !(error <= tolerance))).toEqual([]);
});

test("parameters that no game trains, and those that a game does not reach, are warned about", async () => {
  const { warnings } = await compile(heads());
  expect(warnings).toEqual(['no game trains "other.bias"\n  allow: dead-parameter']);
  const unused = model("unused", inputs, ({ x }) => {
    const [a, b] = [nn.linear(x, 1, { name: "a" }), nn.linear(x, 1, { name: "b" })];
    return { outputs: { b }, games: { only: { loss: ops.mean(a), parameters: "*" } } };
  });
  const made = await compile(unused);
  expect(made.warnings.join("\n")).toContain('the loss does not use "b.weight", "b.bias": not trained');
});

describe("mistakes with games", () => {
  const returning = (games: unknown) => () =>
    define({ x: f32("batch", 2) }, ({ x }) => {
      const y = nn.linear(x, 1, { name: "y" });
      return { outputs: { y }, games: games instanceof Function ? games(y) : games };
    });

  it.each<[string, unknown, string]>([
    ["no object", 3, "its games are no object"],
    ["a tensor", (y: Tensor) => ({ one: y }), 'the game "one" is a tensor, not { loss, parameters }'],
    ["no globs", (y: Tensor) => ({ one: { loss: ops.mean(y) } }), 'the game "one" trains undefined, not names of parameters'],
    ["an option that it has not", (y: Tensor) => ({ one: { loss: ops.mean(y), parameters: "*", lr: 1 } }), 'the game "one" has "lr" beside'],
    ["a loss that is no number", (y: Tensor) => ({ one: { loss: y, parameters: "*" } }), 'Cannot use the loss of the game "one"'],
    ["a name that is taken", (y: Tensor) => ({ loss: { loss: ops.mean(y), parameters: "*" } }), 'a game cannot be named "loss"'],
  ])("%s", (_, games, message) => {
    expect(returning(games)).toThrowError(expect.objectContaining({ message: expect.stringContaining(message) }));
  });

  const globs = (parameters: string) =>
    model("globs", { x: f32("batch", 2) }, ({ x }) => {
      const y = nn.linear(x, 1, { name: "y" });
      return { outputs: { y }, games: { one: { loss: ops.mean(y), parameters }, two: { loss: ops.mean(ops.stopGradient(y)), parameters: "y.*" } } };
    });
  const rule = optim.sgd();

  it.each<[string, () => Promise<unknown>, string]>([
    ["a glob that fits nothing", () => compile(globs("z.*")), 'The model has no parameter "z.*"'],
    ["a game without an optimizer", () => compile(heads(), { optimizer: { first: rule } }), 'one for "second" too'],
    ["an optimizer for no game", () => compile(heads(), { optimizer: { first: rule, second: rule, thrid: rule } }), 'The model has no game "thrid"'],
    [
      "no game at all",
      () =>
        compile(
          model("m", inputs, ({ x }) => ({ outputs: { x }, loss: ops.mean(nn.linear(x, 1)) })),
          { optimizer: { a: rule } },
        ),
      "the model has no games",
    ],
    ["a loss that reaches no parameter", () => compile(globs("y.*"), { optimizer: rule }), 'Cannot train "globs" by the game "two"'],
    ["gradients by names", () => compile(heads(), { wrt: ["x"] }), 'Cannot build the gradients of "wrt"'],
    [
      "a group of another game's",
      () => compile(heads(), { optimizer: { first: optim.sgd({ groups: [{ params: "other.*", lr: 1 }] }), second: rule } }),
      'no parameter "other.*"',
    ],
  ])("%s", async (_, mistake, message) => {
    await expect(mistake()).rejects.toThrowError(expect.objectContaining({ message: expect.stringContaining(message) }));
  });
});
