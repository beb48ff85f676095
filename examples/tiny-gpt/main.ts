// Reads the text of char-gru with a transformer and then writes in its manner.
import { lossOfFrequencies, piecesOf, readText } from "../char-gru/text.ts";
import { length, train, write } from "./train.ts";

const text = await readText();
const end = Math.floor(0.85 * text.characters.length);
const [read, held] = [text.characters.slice(0, end), text.characters.slice(end)];
const { net, history } = await train(piecesOf(read, length), piecesOf(held, length), 40);
const { loss, validation } = history.epochs.at(-1) ?? {};
const weights = [...net.parameters.values()].reduce((sum, { shape }) => sum + shape.reduce((product, extent) => product * extent, 1), 0);
console.log(`${weights.toLocaleString("en")} weights`);
console.log(`loss of a character after 40 epochs: ${loss?.toFixed(2)}, held out ${validation?.loss.toFixed(2)}`);
console.log(`  that of the frequencies of letters: ${lossOfFrequencies(held).toFixed(2)}`);
console.log(
  `\n${write(net, text, "the cat", 400)
    .replace(/(.{1,90})( |$)/g, "$1\n")
    .trimEnd()}`,
);
