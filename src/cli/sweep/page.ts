// `gradc sweep --report FILE`: a page about a sweep.
import { createRequire } from "node:module";
import { escaped } from "../../../compiler/formula/html.ts";
import { lines, page, type Section, table } from "../page/frame.ts";
import { parallel } from "./parallel.ts";
import { explained, importanceRows, resultRows, type Swept, spreadText } from "./table.ts";

/** What a page says beside what trials gave. */
export interface Facts {
  readonly name: string;
  /** The table and its columns, a line each. */
  readonly described: string;
  /** What a user was told before. */
  readonly notes: readonly string[];
  /** What was searched, and how. */
  readonly searched: readonly (readonly [setting: string, value: string])[];
  /** The command line that repeats the best trial. */
  readonly command: string;
}

const paragraph = (text: string): string => `<p class="faint">${escaped(text)}</p>`;

export function sweepPage(swept: Swept, { name, described, notes, searched, command }: Facts): string {
  const { version } = createRequire(import.meta.url)("gradc/package.json");
  const versions = [
    ["gradc", version],
    ["Node", process.versions.node],
  ];
  const sections: Section[] = [
    { title: "Trials", content: parallel(swept) },
    { title: "What mattered", content: [table(importanceRows(swept)), paragraph(explained), paragraph(spreadText(swept))].join("\n") },
    { title: "Results", content: table(resultRows(swept).rows) },
    { title: "The best again", content: lines([command]) },
    { title: "Data", content: lines([described, ...notes]) },
    { title: "Sweep", content: table([["setting", "value"], ...searched, ...versions]) },
  ];
  const best = swept.results[0];
  return page(`${name}: sweep`, `${swept.results.length} trials, the best is ${best?.trial.number}`, sections);
}
