// The outline of every page that gradc writes: one file that needs nothing else, readable on a phone and in the dark.
import { escaped } from "../../compiler/formula/html.ts";

interface Outline {
  readonly title: string;
  /** The language of its words. */
  readonly lang: string;
  readonly style: string;
  /** HTML below the title. */
  readonly header: string;
  /** Parts, empty ones among them. */
  readonly content: readonly string[];
  /** What moves on it. */
  readonly script?: string;
}

/** The whole file. */
export const outlined = ({ title, lang, style, header, content, script }: Outline): string => `<!doctype html>
<html lang="${escaped(lang)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>${escaped(title)}</h1>
${header}
</header>
<main>
${content.filter((part) => part !== "").join("\n")}
</main>${script === undefined ? "" : `\n<p id="said" role="status"></p>\n<script>${script}</script>`}
</body>
</html>
`;
