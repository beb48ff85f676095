// The stops on the route of a gradient, and the lines of a derivation from each to the next.
import { type Described, type Sections, sectionsOf } from "../describe/describe.ts";
import { readerOf } from "../describe/readable.ts";
import { elementAt } from "../ir/element.ts";
import type { Program } from "../ir/entry.ts";
import type { Node } from "../ir/node.ts";
import { withoutBodies } from "../ir/walk.ts";
import { isOp } from "../ops/table.ts";
import { conventionsIn } from "./conventions.ts";
import type { Derivation, DerivationStep, Path } from "./derivation.ts";
import type { Detour, Form, Passed } from "./detour.ts";
import { Lines, type Opened } from "./lines.ts";
import { type Crossing, crossingOf, type Route, routeOf } from "./route.ts";
import { gradientAt, singleSteps, standingFor } from "./step.ts";
import { type Stop, stopsOf, type Way, wayOf } from "./stops.ts";
import { rulesBetween } from "./ways.ts";

/** A gradient among those of a program. */
export interface Wanted {
  /** Its name among the gradients that are described. */
  readonly name: string;
  /** The game whose loss it is of; none for that of the model. */
  readonly game?: string | undefined;
  /** What it is by, in the graph of the program. */
  readonly by: Node;
}

/** A derivation, and after each of its steps the gradient that was reached. */
export interface Traced {
  readonly derivation: Derivation;
  readonly nodes: readonly Node[];
}

/** A route with the stops on it. */
export interface Found {
  readonly route: Route;
  readonly loss: Stop;
  readonly names: ReadonlyMap<Node, string>;
  readonly stops: readonly Stop[];
  /** None where the loss is what it is differentiated by. */
  readonly met: Way | undefined;
  readonly detour?: Detour | undefined;
  /** On a detour: whether the loss itself has another form, and what runs in place of other values that have one. */
  readonly isWhole: boolean;
  readonly runs: ReadonlyMap<Node, Node>;
}

/** One derivation: its routes are read in the names of one page. */
export class Tracing {
  private readonly described: Described;
  private readonly sections: Sections;
  private readonly wanted: Wanted;
  private readonly read: ReturnType<typeof readerOf>;
  private readonly images = new Map<Node, Node>();

  constructor(program: Program, described: Described, wanted: Wanted) {
    this.described = described;
    this.wanted = wanted;
    this.sections = sectionsOf(described);
    this.read = readerOf(program);
  }

  /** The names that are in use. */
  get taken(): Iterable<string> {
    return this.sections.symbols.keys();
  }

  private readonly imageOf = (node: Node): Node => this.images.get(node) as Node;

  /** The stops on the way to `by`. */
  found(total: Node, by: Node): Found {
    return this.foundOn(routeOf(total, by), { total, renamed: [], isWhole: false });
  }

  /** The stops on the way to `by` that a detour takes. */
  foundBy(detour: Detour, by: Node): Found {
    const form = detour.form();
    return this.foundOn(routeOf(form.total, by), form, detour);
  }

  private foundOn(route: Route, { renamed, isWhole }: Form, detour?: Detour): Found {
    const { total, way, adjoints } = route;
    const all = [...way, ...way.map((node) => adjoints.get(node) as Node), ...renamed.flatMap(({ runs = [] }) => runs)];
    const others = renamed.map(({ node }) => node);
    for (const [i, image] of this.read([...all, ...others], others).entries()) this.images.set(elementAt([...all, ...others], i), image);
    const forward = new Set(withoutBodies([this.imageOf(total), ...way.map(this.imageOf)]));
    const names = new Map([...this.sections.symbols].flatMap(([text, node]) => (forward.has(node) ? [[node, text] as const] : [])));
    const passed = new Map(detour ? [[this.imageOf(detour.value), detour.name]] : []);
    for (const { node, name } of renamed) passed.set(this.imageOf(node), name);
    for (const [image, name] of passed) if (!names.has(image)) names.set(image, name);
    const given = new Set(this.described.values.values());
    const isGiven = (image: Node) => passed.has(image) || (names.has(image) && (given.has(image) || image.graph.names.has(image)));
    const stops = stopsOf({ graph: total.graph, way, images: this.images, names, isGiven });
    const loss: Stop = { node: total, image: this.imageOf(total), name: "", site: undefined };
    // What is read may lack a value that cancels; what was derived has them all.
    const met =
      loss.image === this.imageOf(this.wanted.by) ? undefined : (wayOf(loss, stops, ({ image }) => image) ?? wayOf(loss, stops, ({ node }) => node));
    const runs = new Map(renamed.flatMap((each) => (each.runs ? [[this.imageOf(each.node), this.imageOf(each.runs)] as const] : [])));
    return { route, loss, names, stops, met, detour, isWhole, runs };
  }

  /** The derivation on the way that was found; `page` is the one whose gradients the page shows. */
  traced(found: Found, page: Route): Traced {
    const { route, loss, names, stops, met } = found;
    const { name, by } = this.wanted;
    const lines = new Lines(this.sections, { name, names, of: this.described.derivatives?.get(name)?.of ?? "loss" });
    for (const { image, name: own } of stops) lines.call(image, own);
    if (met) {
      const steps = this.steps(found, met, { lines, page });
      return { derivation: this.derivation(lines.of, steps), nodes: met.stops.map((stop) => this.gradientAt(stop, route)) };
    }
    const own = this.gradientAt({ node: by }, route);
    const last = lines.derived({ ...loss, node: by }, { step: own, whole: own, standing: own, onPage: own, isLast: true });
    return { derivation: this.derivation(lines.of, [{ paths: [], lines: last.slice(-1) }]), nodes: [own] };
  }

  private derivation(of: string, steps: readonly DerivationStep[]): Derivation {
    const parameters = [...this.sections.symbols].flatMap(([name, node]) => (isOp(node, "parameter") ? [name] : []));
    return { of, by: this.wanted.name, steps, conventions: conventionsIn(steps, parameters) };
  }

  private gradientAt({ node }: Pick<Stop, "node">, { adjoints }: Route): Node {
    return this.imageOf(adjoints.get(node) as Node);
  }

  private steps(found: Found, met: Way, { lines, page }: Written): DerivationStep[] {
    const { route, loss, detour } = found;
    const crossed = detour && this.crossed(detour, route, { lines, page });
    const singles = this.allRead(singleSteps(loss, met, route.way, crossed));
    const opened = crossed && detour?.passed && this.opened(detour.passed, crossed, lines);
    return met.stops.map((stop, at): DerivationStep => {
      const before = met.before(stop);
      const shown = page.adjoints.get(stop.node);
      const derived = lines.derived(stop, {
        step: singles[at],
        whole: this.gradientAt(stop, route),
        standing: gradientAt(stop.node),
        onPage: shown && this.imageOf(shown),
        ...(opened?.at === stop.node && before.every(({ node }) => node === crossed?.value) && { opened }),
        isLast: stop.node === this.wanted.by,
      });
      return { paths: before.map((from) => pathBetween(from, stop, met, lines, found)), lines: derived };
    });
  }

  /** Nodes as they are read, where there are any. */
  private allRead(nodes: readonly (Node | undefined)[]): (Node | undefined)[] {
    const read = this.read(nodes.filter((node) => node !== undefined));
    let at = 0;
    return nodes.map((node) => node && read[at++]);
  }

  /** The crossing of a detour whose gradient can be written. */
  private crossed(detour: Detour, { total }: Route, { lines, page }: Written): Crossing | undefined {
    const crossed = crossingOf(detour, total, page);
    if (crossed && crossed.form !== total) return crossed;
    return crossed && lines.write(gradientAt(crossed.form), elementAt(this.read([crossed.gradient]), 0)) ? crossed : undefined;
  }

  /** What a passage says of its gradient before that is written as the page has it. */
  private opened({ passage: { inputs, slope, known } }: Passed, { gradient: g }: Crossing, lines: Lines): Opened | undefined {
    const [at, target] = inputs as [Node, Node];
    if (!slope) return undefined;
    // Nobody looks into what is known of rows that are one-hot.
    const rows = standingFor(target, "rows");
    const isHeld = known === "oneHot" && lines.write(rows, elementAt(this.read([target]), 0));
    const given = inputs.map((input) => (isHeld && input === target ? rows : input));
    const reason = known === "oneHot" && !isHeld ? undefined : known;
    return { at, gradient: elementAt(this.read([slope(g, given)]), 0), ...(reason && { known: reason }) };
  }
}

/** Where lines are written, and whose gradients the page shows. */
interface Written {
  readonly lines: Lines;
  readonly page: Route;
}

function pathBetween(from: Stop, to: Stop, met: Way, lines: Lines, { loss, detour, isWhole, runs }: Found): Path {
  const place = from.node.graph.positions.get(from.node);
  const rules = rulesBetween(met.standing(from), met.standing(to), { stops: met.ends, formulaOf: (node) => lines.shortly(node) });
  const line =
    from === loss
      ? lines.loss(from.image, { isDetour: detour !== undefined, isWhole })
      : lines.value(from.image, runs.get(from.image), detour !== undefined);
  return { ...line, ...(place && { place }), rules };
}
