// The user's files at the end of a page, and the ways to their lines.
import { escaped } from "../../compiler/formula/html.ts";
import { sectionOf } from "./document.ts";
import type { JsonPlace, JsonSource } from "./types.ts";

export class Sources {
  readonly #sources: readonly JsonSource[];

  constructor(sources: readonly JsonSource[]) {
    this.#sources = sources;
  }

  /** A place, and the way there where its text is known. */
  place(place: JsonPlace): string {
    return this.#link(place, nameOf(place));
  }

  /** The same without the file where there is one alone. */
  placeShort(place: JsonPlace): string {
    return this.#link(place, this.#sources.length === 1 && this.#at(place) === 0 ? `${place.line}:${place.column}` : nameOf(place));
  }

  #at({ file }: JsonPlace): number {
    return this.#sources.findIndex((source) => source.file === file);
  }

  #link(place: JsonPlace, shown: string): string {
    const at = this.#at(place);
    if (at < 0) return `<span class="place">${escaped(shown)}</span>`;
    return `<a class="place" href="#${anchor(at, place.line)}" title="${escaped(nameOf(place))}">${escaped(shown)}</a>`;
  }

  /** The texts with a number for each line; none where there are none. */
  section(title: string): string {
    if (this.#sources.length === 0) return "";
    const blocks = this.#sources.map(({ file, text }, at) => {
      const rows = text
        .replace(/\n$/, "")
        .split(/\r?\n/)
        .map((row, i) => `<span id="${anchor(at, i + 1)}">${escaped(row)}\n</span>`);
      return `<h3>${escaped(file)}</h3>\n<pre class="wide"><code>${rows.join("")}</code></pre>`;
    });
    return sectionOf("source", title, blocks.join("\n"));
  }
}

const nameOf = ({ file, line, column }: JsonPlace): string => `${file}:${line}:${column}`;

const anchor = (file: number, line: number): string => `source-${file + 1}-${line}`;
