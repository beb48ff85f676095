// Claims in the names of the definition.
import { notAFormula, notOnThePage } from "../../compiler/diagnostics/formulas.ts";
import type { Program } from "../../compiler/ir/entry.ts";
import { isOp } from "../../compiler/ops/table.ts";
import { nearestOf } from "../../compiler/reading/spelling.ts";
import { words } from "../../compiler/words/words.ts";
import type { Claim } from "./claims.ts";
import type { AxesOf } from "./letters.ts";
import type { Marking } from "./mark.ts";
import type { ReadPage } from "./page.ts";
import { type PointOptions, Points } from "./points.ts";
import type { ClaimReader, Sides, Target } from "./reader.ts";
import { derivativeName, nameOnPage } from "./scope.ts";
import { sidesOf } from "./written.ts";

const { parts } = words.marking;

/** Reads claims in the names of `page`. */
class ByNames implements ClaimReader {
  private readonly page: ReadPage;
  private readonly functions: ReadonlySet<string>;

  constructor(page: ReadPage) {
    this.page = page;
    this.functions = new Set([...page.meanings.keys()].map((key) => key.split(" ")[0] as string));
  }

  sidesOf(claim: Claim, axesOf: AxesOf): Sides {
    const { left, term } = sidesOf(claim, this.functions, axesOf);
    const target = this.targetOf({ ...claim, left });
    const name = "name" in left ? left.name : derivativeName(this.page, left.of, left.by);
    return { target, name: target?.name ?? name, term };
  }

  /** What the page knows of the left-hand side. @throws GradcError `not-a-formula`, `not-on-the-page` */
  private targetOf({ left, line }: Claim): Target | undefined {
    const place = { line, column: 1 };
    if ("of" in left) {
      const name = derivativeName(this.page, left.of, left.by);
      const found = this.page.lines.get(name);
      if (!found) throw notOnThePage("gradient", name, nearestOf(name, this.page.lines.keys()), place);
      return { name, node: found.node, what: parts.gradient };
    }
    const name = nameOnPage(this.page, left.name);
    const node = name === undefined ? undefined : this.page.symbols.get(name);
    const said = this.page.lines.get(name ?? left.name);
    if (said && (!node || isOp(node, "parameter"))) return { name: said.name, node: said.node, steps: said.steps, what: said.name };
    if (name === undefined || !node) return undefined;
    if (isOp(node, "parameter") || isOp(node, "input") || isOp(node, "state"))
      throw notAFormula(place, `${name}, which is given`, isOp(node, "parameter") ? `its gradient, ∂loss/∂${name}` : "what is computed");
    return { name, node, what: name };
  }

  valueNamed(name: string): Target | undefined {
    const known = nameOnPage(this.page, name);
    const [, of = "loss", by = known ?? name] = /^[∂d]([^/]+)\/[∂d](.+)$/.exec(name) ?? [];
    const gradient = derivativeName(this.page, of, by);
    const node = this.page.lines.get(gradient)?.node;
    if (node) return { name: gradient, node, what: parts.gradient };
    const value = known === undefined ? undefined : this.page.symbols.get(known);
    return known !== undefined && value ? { name: known, node: value, what: known } : undefined;
  }
}

/** Claims about a page of names, with random points of its program. */
export function markingByNames(page: ReadPage, program: Program, options?: PointOptions): Marking {
  const stepped = [...page.stepped.values()].flatMap(({ all }) => all ?? []);
  const roots = [...page.symbols.values(), ...[...page.lines.values()].map(({ node }) => node)];
  return { page, points: new Points(roots, program, { ...options, stepped }), reader: new ByNames(page) };
}
