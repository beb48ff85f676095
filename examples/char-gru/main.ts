// Reads a text character by character and then writes in its manner.
import { lossOfFrequencies, piecesOf, readText } from "./text.ts";
import { train, write } from "./train.ts";

const text = await readText();
const end = Math.floor(0.85 * text.characters.length);
const [read, held] = [text.characters.slice(0, end), text.characters.slice(end)];
const { net, history } = await train(piecesOf(read, 24), piecesOf(held, 24), 12);
const { loss, validation } = history.epochs.at(-1) ?? {};
console.log(`${text.characters.length} characters of ${text.alphabet.length} kinds, the last ${held.length} held out`);
console.log(`loss of a character after 12 epochs: ${loss?.toFixed(2)}, held out ${validation?.loss.toFixed(2)}`);
console.log(`  that of the frequencies of letters: ${lossOfFrequencies(held).toFixed(2)}`);
console.log(`\n${(await write(net, text, "the cat", 400)).replace(/(.{1,90})( |$)/g, "$1\n").trimEnd()}`);
