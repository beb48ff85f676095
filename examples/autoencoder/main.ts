// Learns a code of eight numbers for the digits, draws held-out digits and what their codes give back, and says what the codes are worth.
import { errorOfMean, neighboursAgree, readDigits, rowsOf, train } from "./train.ts";

const digits = await readDigits();
const net = await train(digits.train, 100);
const { loss } = net.evaluate({ pixels: digits.held.pixels });
console.log(
  `mean squared error of ${digits.held.pixels.length} held-out digits: ${loss.toFixed(4)} (the mean picture: ${errorOfMean(digits.train, digits.held).toFixed(4)})`,
);

const codesOf = (pixels: readonly number[][]) => rowsOf(net.predict({ pixels }).code ?? [], 8);
const byCode = neighboursAgree(codesOf(digits.train.pixels), codesOf(digits.held.pixels), digits);
const byPixels = neighboursAgree(digits.train.pixels, digits.held.pixels, digits);
console.log(`nearest neighbour is the same digit: ${byCode.toFixed(3)} by 8 numbers of code, ${byPixels.toFixed(3)} by 64 pixels\n`);

const shades = " .:-=+*#%@";
const line = (row: readonly number[], at: number) =>
  row
    .slice(8 * at, 8 * at + 8)
    .map((level) => shades[Math.min(9, Math.floor(10 * level))]?.repeat(2))
    .join("");
const shown = digits.held.pixels.slice(0, 4);
const pictures = [shown.map((row) => row.map((level) => level / 16)), rowsOf(net.predict({ pixels: shown }).drawn ?? [], 64)];
for (const rows of pictures) {
  for (let at = 0; at < 8; at++)
    console.log(
      rows
        .map((row) => line(row, at))
        .join("   ")
        .trimEnd(),
    );
  console.log("");
}
