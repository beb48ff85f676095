import { optim, schedules } from "gradc";
import { compile } from "gradc/compiler";
import { fit, type History, load, type Net } from "gradc/runtime";
import { draw, type Pieces, type Text } from "../char-gru/text.ts";
import { uniform } from "../uniform.ts";

/** How many characters the network sees. */
export const length = 32;

const rowsOfStep = 32;

/** The network, and what happened in each epoch. The learning rate rises for 50 steps and falls as a cosine to the end; biases and norms do not decay. */
export async function train(pieces: Pieces, held: Pieces, epochs: number): Promise<{ net: Net; history: History }> {
  const totalSteps = epochs * Math.ceil(pieces.text.length / rowsOfStep);
  const lr = schedules.warmupCosine(0.005, { warmupSteps: 50, totalSteps });
  const groups = [{ params: ["*.bias", "*norm*", "last.*"], weightDecay: 0 }];
  const optimizer = optim.adamw({ lr, weightDecay: 0.1, groups });
  const net = await load(await compile(new URL("gpt.model.ts", import.meta.url), { batch: rowsOfStep, optimizer, clip: { norm: 1 } }), { seed: 0 });
  const history = await fit(net, pieces, { epochs, validation: held });
  return { net, history };
}

/** Goes on after `start` for `count` characters, each drawn from what the network makes of the last ones, of which it sees `length`. */
export function write(net: Net, { alphabet }: Text, start: string, count: number): string {
  const next = uniform(1);
  let text = start;
  while (text.length < start.length + count) {
    const seen = text.slice(-length);
    // What stands behind the text is not seen from its last place.
    const { scores = [] } = net.predict({ text: [...seen.padEnd(length)].map((character) => alphabet.indexOf(character)) });
    const at = (seen.length - 1) * alphabet.length;
    text += alphabet[draw(Array.from(scores).slice(at, at + alphabet.length), 0.7, next())];
  }
  return text;
}
