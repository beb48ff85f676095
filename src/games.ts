// Who is trained by what: the parameters of a model by its loss, or those of each game by the loss and the optimizer of the game.
import { unknownName } from "../compiler/diagnostics/definitions.ts";
import { missingLoss } from "../compiler/diagnostics/gradients.ts";
import { settingOutOfRange } from "../compiler/diagnostics/settings.ts";
import type { Node } from "../compiler/ir/node.ts";
import * as build from "../compiler/ops/build.ts";
import * as counters from "../runtime/counters.ts";
import type { Declared } from "./declare.ts";
import { selectNames } from "./globs.ts";
import type { Optimizer } from "./optim/optimizer.ts";
import { type Optimizers, parametersOf, type TrainingOptions, trainableParameters } from "./training.ts";

/** A loss with what it trains and by which rule. */
export interface Player {
  /** None for the loss of the model. */
  readonly game: string | undefined;
  readonly loss: Node;
  readonly parameters: readonly Node[];
  readonly optimizer: Optimizer | undefined;
  /** What its step assigns to states of layers. */
  readonly assigned: ReadonlyMap<Node, Node>;
}

/** Whether the settings of `compile` name one rule for all. */
const isOptimizer = (optimizers: Optimizers): optimizers is Optimizer => typeof optimizers.next === "function";

/**
 * The loss of a model, and its games, each with its rule. A model that has games is trained by these alone.
 * @throws GradcError `unknown-name`, `setting-out-of-range`, `missing-loss`
 */
export function playersOf({ name, graph, loss, games }: Declared, { optimizer, wrt }: TrainingOptions): Player[] {
  const attempt = `Cannot compile "${name}"`;
  const names = Object.keys(games);
  const trainable = trainableParameters(graph);
  if (names.length === 0) {
    if (optimizer && !isOptimizer(optimizer))
      throw settingOutOfRange(attempt, "optimizer", "one for each game", "one optimizer: the model has no games");
    return loss ? [{ game: undefined, loss, parameters: trainable, optimizer, assigned: new Map(graph.updates) }] : [];
  }
  if (wrt && !loss) throw missingLoss(name, 'the gradients of "wrt"');
  if (optimizer) checkOptimizers(attempt, optimizer, names);
  const players = Object.entries(games).map(([game, { loss, parameters, assigned }]): Player => {
    const members = selectNames(parameters, [...parametersOf(graph).keys()]);
    const own = trainable.filter((node) => members.has(graph.declarations.get(node)?.name as string));
    return { game, loss, parameters: own, optimizer: optimizer && (isOptimizer(optimizer) ? optimizer : optimizer[game]), assigned };
  });
  return loss ? [{ game: undefined, loss, parameters: trainable, optimizer: undefined, assigned: new Map() }, ...players] : players;
}

function checkOptimizers(attempt: string, optimizers: Optimizers, games: readonly string[]): void {
  if (isOptimizer(optimizers)) return;
  for (const name of Object.keys(optimizers)) if (!games.includes(name)) throw unknownName("game", name, games);
  const missing = games.find((game) => !Object.hasOwn(optimizers, game));
  if (missing !== undefined)
    throw settingOutOfRange(attempt, "optimizer", "one for some games", `one for "${missing}" too, or one optimizer for all`);
}

/** The names of the rules: one where all are alike. */
export const optimizerNames = (optimizers: Optimizers): string =>
  isOptimizer(optimizers) ? optimizers.name : [...new Set(Object.values(optimizers).map(({ name }) => name))].join(", ");

/** The name of the state that counts the steps of a game, or of the net. */
export const counterOf = (game: string | undefined): string => (game === undefined ? counters.step : `${counters.step}.${game}`);

/** Declares the counters of the games, which begin at 0. */
export function declareCounter(loss: Node, game: string): void {
  const { graph } = loss;
  const name = counterOf(game);
  const init = build.constant(graph, [0], [], "i32");
  graph.declarations.set(build.state(graph, name, "i32", []), { name, role: "counter", trainable: false, init });
}
