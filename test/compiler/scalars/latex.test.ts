// KaTeX reads the LaTeX of every page of scalars, without a warning.
import katex from "katex";
import { expect, test } from "vitest";
import { expandedPart, weightsIn } from "../../../compiler/scalars/expand.ts";
import { networkOf } from "../../../compiler/scalars/network.ts";
import { examplesIn, numberParts } from "../../../compiler/scalars/numbers.ts";
import { scalarPage, writtenIn } from "../../../compiler/scalars/page.ts";
import { writeScalars } from "../../../compiler/scalars/write.ts";
import { sourcesOf } from "../../../src/interpret.ts";
import { openDefinition } from "../../../src/open.ts";
import { cases } from "./networks.ts";

const read = (latex: string): string => katex.renderToString(latex, { displayMode: true, throwOnError: true, strict: "error", maxExpand: 10_000 });

test.each(["neurons", "modules", "index"] as const)("of %s, with numbers put in", async (notation) => {
  for (const { model, inputs, parameters, rows, title } of cases.filter((_, at) => at % 6 === 0)) {
    if (notation !== "index" && (rows ?? 1) > 1) continue;
    const { program } = await openDefinition(model, { allow: ["two-linear-layers"] });
    const network = networkOf(program);
    const given = new Map([...sourcesOf(program, inputs, parameters).sources].map(([name, { data }]) => [name, data]));
    const written = writtenIn(network, notation, examplesIn(network, notation, given));
    const page = scalarPage(written);
    const expanded = weightsIn(network) <= 12 ? expandedPart(network, false) : [];
    const latex = writeScalars({ ...page, parts: [...page.parts, ...expanded, ...numberParts(written, given, 0.1)] }, "latex");
    expect(read(latex), title).toContain("<math");
    // A number behind another one would be read as one of them.
    expect(latex.match(/\d \\, \d/g), title).toBeNull();
    // One environment, that is pasted as it is.
    expect(latex.match(/begin\{aligned\}/g), title).toHaveLength(1);
  }
});
