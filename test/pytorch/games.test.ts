// Trainings in turns, each with an optimizer of its own, and a loss of many parts, step by step.
import { f32, type Game, gradient, losses, model, nn, ops, optim } from "gradc";
import { type CompileOptions, compile } from "gradc/compiler";
import { load, type Net } from "gradc/runtime";
import { expect, it } from "vitest";
import type { Layer } from "../../src/index.ts";
import type { Tensor } from "../../src/tensor.ts";
import { expectClose, type Golden, readGolden } from "./golden.ts";

/** What PyTorch had in some rounds of turns: the losses before each turn, and all parameters and running statistics after each round. */
interface Run {
  /** New rows for each round. */
  readonly inputs: Readonly<Record<string, Golden>>;
  /** In the order in which the trajectory has them. */
  readonly start: Readonly<Record<string, Golden>>;
  readonly losses: Golden;
  readonly trajectory: Golden;
}

type Inputs = Readonly<Record<string, Tensor>>;

/** What is trained and by what; the games in the order of their turns, or one loss. */
interface Played {
  readonly body: (inputs: Inputs) => { readonly outputs: Inputs; readonly games?: Readonly<Record<string, Game>>; readonly loss?: Tensor };
  readonly optimizer: CompileOptions["optimizer"];
}

const mlp = (name: string, outputs: number, activation: Layer, hidden = 4): Layer =>
  nn.sequential(nn.linear(hidden), activation, nn.linear(outputs), { name });

const against = (discriminator: Tensor, generator: Tensor): Readonly<Record<string, Game>> => ({
  discriminator: { loss: discriminator, parameters: "seen.*" },
  generator: { loss: generator, parameters: "made.*" },
});

const gan: Played["body"] = ({ noise, real }) => {
  const [seen, fake] = [mlp("seen", 1, nn.leakyRelu(0.2)), mlp("made", 2, nn.tanh())(noise as Tensor)];
  const told = (scores: Tensor, isReal: number) => losses.bceWithLogits(scores, ops.add(ops.mul(0, scores), isReal));
  return { outputs: { fake }, games: against(ops.add(told(seen(real as Tensor), 1), told(seen(fake), 0)), told(seen(fake), 1)) };
};

const penalised: Played["body"] = ({ noise, real, share }) => {
  const [seen, fake] = [mlp("seen", 1, nn.tanh()), mlp("made", 2, nn.tanh())(noise as Tensor)];
  const between = ops.add(ops.mul(share as Tensor, real as Tensor), ops.mul(ops.sub(1, share as Tensor), fake));
  const [slope] = gradient(ops.sum(seen(between)), [between]) as [Tensor];
  const penalty = ops.mean(ops.square(ops.sub(ops.sqrt(ops.sum(ops.square(slope), { dim: 1 })), 1)));
  const critic = ops.add(ops.sub(ops.mean(seen(fake)), ops.mean(seen(real as Tensor))), ops.mul(10, penalty));
  return { outputs: { fake }, games: against(critic, ops.neg(ops.mean(seen(fake)))) };
};

const actorCritic: Played["body"] = ({ state, action, reward }) => {
  const [critic, chosen] = [mlp("critic", 1, nn.tanh()), mlp("actor", 1, nn.tanh())(state as Tensor)];
  const worth = (of: Tensor) => critic(ops.concat([state as Tensor, of], { dim: 1 }));
  const games = {
    critic: { loss: losses.mse(worth(action as Tensor), reward as Tensor), parameters: "critic.*" },
    actor: { loss: ops.neg(ops.mean(worth(chosen))), parameters: "actor.*" },
  };
  return { outputs: { chosen }, games };
};

const normalisedMlp = (name: string, outputs: number, activation: Layer): Layer =>
  nn.sequential(nn.linear(3, { bias: false }), nn.batchNorm1d(), activation, nn.linear(outputs), { name });

const normalised: Played["body"] = ({ noise, real }) => {
  const [seen, fake] = [normalisedMlp("seen", 1, nn.leakyRelu(0.2)), normalisedMlp("made", 2, nn.tanh())(noise as Tensor)];
  const told = (scores: Tensor, isReal: number) => losses.bceWithLogits(scores, ops.add(ops.mul(0, scores), isReal));
  return { outputs: { fake }, games: against(ops.add(told(seen(real as Tensor), 1), told(seen(fake), 0)), told(seen(fake), 1)) };
};

const normalisedSlopes: Played["body"] = ({ noise, real }) => {
  const norm = nn.batchNorm1d({ momentum: null });
  const seen = nn.sequential(nn.linear(3, { bias: false }), nn.tanh, nn.linear(1, { bias: false }), norm, { name: "seen" });
  const fake = mlp("made", 2, nn.tanh(), 3)(noise as Tensor);
  const [first, second] = ops.split(real as Tensor, [1, 1], { dim: 1 }) as [Tensor, Tensor];
  const between = ops.mul(0.5, ops.add(real as Tensor, fake));
  const [slope] = gradient(ops.sum(ops.mul(seen(between), first)), [between]) as [Tensor];
  const penalty = ops.mean(ops.square(ops.sub(ops.sqrt(ops.sum(ops.square(slope), { dim: 1 })), 1)));
  const critic = ops.add(ops.mean(ops.mul(seen(real as Tensor), second)), penalty);
  return { outputs: { fake }, games: against(critic, ops.mean(ops.mul(seen(fake), first))) };
};

const together: Played["body"] = ({ x, y, z }) => {
  const trunk = mlp("trunk", 4, nn.tanh());
  const once = trunk(x as Tensor);
  const again = trunk(ops.slice(once, [0, 0], ["batch", 2]));
  const [slope] = gradient(ops.sum(again), [x as Tensor]) as [Tensor];
  const price = nn.linear(again, 1, { name: "price" });
  const kind = nn.linear(once, 1, { name: "kind" });
  const parts = [ops.mul(0.75, losses.mse(price, y as Tensor)), ops.mul(0.25, losses.mse(ops.tanh(kind), z as Tensor))];
  return { outputs: { price, kind }, loss: [...parts, ops.mul(0.5, ops.mean(ops.square(slope)))].reduce((sum, part) => ops.add(sum, part)) };
};

const played: Readonly<Record<string, Played>> = {
  gan: { body: gan, optimizer: { discriminator: optim.adam({ lr: 1 / 32 }), generator: optim.adam({ lr: 1 / 64, betas: [0.5, 0.999] }) } },
  penalised: { body: penalised, optimizer: { generator: optim.rmsprop({ lr: 1 / 128 }), discriminator: optim.adam({ lr: 1 / 64 }) } },
  actorCritic: { body: actorCritic, optimizer: { critic: optim.sgd({ lr: 1 / 32, momentum: 0.5 }), actor: optim.adam({ lr: 1 / 64 }) } },
  together: { body: together, optimizer: optim.adam({ lr: 1 / 32 }) },
  normalised: { body: normalised, optimizer: { discriminator: optim.adam({ lr: 1 / 32 }), generator: optim.sgd({ lr: 1 / 8 }) } },
  normalisedSlopes: { body: normalisedSlopes, optimizer: optim.sgd({ lr: 1 / 16 }) },
};

// Of a step's roundings the next steps make more: 20 steps may lose a digit of the five that gradients have.
const along = { relative: 1e-4, absolute: 1e-5 };

const runs = readGolden<Readonly<Record<string, Run>>>("games");

it("covers every run", () => expect(Object.keys(played)).toEqual(Object.keys(runs)));

/** One turn on the inputs that it reads. */
function turn(net: Net, game: string | undefined, given: Readonly<Record<string, readonly number[]>>): number {
  if (game === undefined) return net.step(given).loss;
  const needed = net.manifest.entries.find(({ name }) => name === `step.${game}`)?.inputs ?? [];
  return net.step(Object.fromEntries(needed.map((name) => [name, given[name] ?? []])), { game }).loss;
}

it.each(Object.entries(runs))("%s takes PyTorch's turns", async (name, { inputs, start, ...wanted }) => {
  const { body, optimizer } = played[name] as Played;
  const types = Object.fromEntries(Object.entries(inputs).map(([key, { shape }]) => [key, f32("batch", shape.at(-1) as number)]));
  let games: (string | undefined)[] = [undefined];
  const definition = model("played", types, (given) => {
    const result = body(given);
    if (result.games) games = Object.keys(result.games);
    return result;
  });
  const net = await load(await compile(definition, { batch: 8, optimizer }));
  for (const [key, { data }] of Object.entries(start)) net.write(key, data);
  const rounds = Object.values(inputs)[0]?.shape[0] as number;
  const ofRound = ({ data }: Golden, round: number) => data.slice((round * data.length) / rounds, ((round + 1) * data.length) / rounds);
  const found: { losses: number[]; trajectory: number[] } = { losses: [], trajectory: [] };
  for (let round = 0; round < rounds; round++) {
    const given = Object.fromEntries(Object.entries(inputs).map(([key, value]) => [key, ofRound(value, round)]));
    for (const game of games) found.losses.push(turn(net, game, given));
    for (const key of Object.keys(start)) found.trajectory.push(...net.read(key));
  }
  expectClose(found.losses, wanted.losses, along, "loss");
  expectClose(found.trajectory, wanted.trajectory, along, "parameters");
});
