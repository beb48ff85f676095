// What texts of others, such as the names in a module, must not do in a terminal: set its title, move its cursor, turn its lines around.
import { randomUUID } from "node:crypto";
import colors from "picocolors";

/** Characters that a terminal acts on, but tabs and ends of lines; then those that turn the direction of what follows, and those without a width, save for what joins letters or stands in formulas. */
const acting = /[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\u2060\ufeff](?<![\t\n]|\r(?=\n))/gu;

/** The text with the characters that a terminal would act on written out: `\u001b`, as JSON does. */
export const visible = (text: string): string => text.replace(acting, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Stands for the escape character of our own colours until they are printed; no name can hold it. */
const mark = randomUUID();

/** The text in a style, where the terminal has colours; printed by way of `printable`. */
export const paint = (style: "bold" | "green" | "red", text: string): string => colors[style](visible(text)).replaceAll("\u001b", mark);

/** What is printed of a text: `visible`, but for what `paint` made. */
export const printable = (text: string): string => text.split(mark).map(visible).join("\u001b");
