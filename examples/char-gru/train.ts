import { optim } from "gradc";
import { compile } from "gradc/compiler";
import { fit, type History, load, type Net } from "gradc/runtime";
import { uniform } from "../uniform.ts";
import { draw, type Pieces, type Text } from "./text.ts";

const definition = new URL("char.model.ts", import.meta.url);

/** The network, and what happened in each epoch. */
export async function train(pieces: Pieces, held: Pieces, epochs: number): Promise<{ net: Net; history: History }> {
  const net = await load(await compile(definition, { batch: 32, optimizer: optim.adam({ lr: 0.005 }), clip: { norm: 1 } }), { seed: 0 });
  const history = await fit(net, pieces, { epochs, validation: held });
  return { net, history };
}

/** Goes on after `start` for `count` characters, each drawn from what the network makes of those before. */
export async function write(net: Net, { alphabet }: Text, start: string, count: number): Promise<string> {
  const one = await load(await compile(definition, { model: "one", batch: 1 }));
  one.restore(net.state({ optimizer: false }));
  const next = uniform(1);
  let text = start;
  let memory: ArrayLike<number> = new Float32Array(64);
  for (let at = 0; text.length < start.length + count; at++) {
    const { scores = [], hn = [] } = one.predict({ text: [alphabet.indexOf(text[at] ?? " ")], h0: memory });
    memory = hn;
    if (at === text.length - 1) text += alphabet[draw(scores, 0.7, next())];
  }
  return text;
}
