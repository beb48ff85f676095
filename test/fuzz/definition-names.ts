// The naming rule, stated once more for definitions whose structure is known: no call frames, no source.

/** Where a value goes: two of them are two, though they have one name. */
export interface Target {
  readonly name: string;
}

/** What one call site makes each time it runs. One unit that stands in a list several times is one site that ran several times. */
export interface Unit {
  /** The last word of what is called. */
  readonly callee: string;
  readonly target?: Target | undefined;
  /** What is added to the names of the variables of a layer: none where the site calls a function of the definition. */
  readonly parts?: readonly string[];
  readonly trainable?: boolean;
  /** How many steps a sequence has: it takes as many numbers where it has none itself. */
  readonly positions?: number;
  /** `{ name }` of a layer. */
  readonly named?: string | undefined;
  /** What a function of the definition makes, in order. */
  readonly inner?: readonly Unit[];
}

interface Count {
  layers: number;
  readonly kinds: Map<string, number>;
  /** Functions that were called without a variable. */
  readonly called: Set<string>;
}

/** The names around a call. */
interface Around {
  /** Of layers that reach no variable of their own. */
  readonly base: string;
  /** Of what reaches a variable. */
  readonly prefix: string;
  /** Of what states its name. */
  readonly outside: string;
  readonly count: Count;
}

const newCount = (): Count => ({ layers: 0, kinds: new Map(), called: new Set() });
const join = (...parts: readonly (string | number | undefined)[]) => parts.filter((part) => part !== undefined && part !== "").join(".");
const holdsLayers = ({ trainable, inner }: Unit): boolean => trainable === true || (inner ?? []).some(holdsLayers);

function next(counts: Map<string, number>, key: string): number {
  const count = counts.get(key) ?? 0;
  counts.set(key, count + 1);
  return count;
}

/** The names of all parameters and layer states of a body that runs `units`, in order. */
export function namesOf(units: readonly Unit[]): string[] {
  const names: string[] = [];
  const unnamed = new Map<string, number>();
  const numbered = (kind: string) => join(kind, next(unnamed, kind));

  const layerName = ({ callee, named, trainable, positions = 1 }: Unit, { base, outside, count }: Around): string => {
    if (named !== undefined) return join(outside, named);
    if (base === "") return numbered(callee);
    if (trainable) {
      const number = count.layers;
      count.layers += number > 0 ? 1 : positions;
      return join(base, number || undefined);
    }
    return join(base, callee, next(count.kinds, callee) || undefined);
  };

  const visit = (list: readonly Unit[], around: Around): void => {
    const expressions = new Map<string, Count>();
    const siteOf = (unit: Unit) => (around.prefix === "" && !unit.target ? unit.callee : unit);
    // A layer that states its name and reaches no variable takes no number.
    const isCounted = (unit: Unit) => unit.named === undefined || unit.target !== undefined;
    const counted = list.filter(isCounted);
    const times = (unit: Unit) => counted.filter((other) => siteOf(other) === siteOf(unit)).length;
    const repeated = new Set(counted.filter((unit) => times(unit) > 1).map((unit) => unit.target ?? siteOf(unit)));
    const runs = new Map<unknown, number>();
    const targets = [...new Set(list.map(({ target }) => target))];
    for (const unit of list) {
      const site = siteOf(unit);
      const run = runs.get(site) ?? 0;
      if (isCounted(unit)) runs.set(site, run + 1);
      const number = isCounted(unit) && repeated.has(unit.target ?? site) ? run : undefined;
      const atTop = around.prefix === "" && !unit.target && number !== undefined;
      const own = atTop ? numbered(unit.callee) : join(unit.target?.name, number);
      const key = own && `${own} ${targets.indexOf(unit.target)}`;
      const count = own ? (expressions.get(key) ?? newCount()) : around.count;
      expressions.set(key, count);
      const base = own ? join(around.prefix, own) : around.base;
      const again = !own && base !== "" && count.called.has(unit.callee) && (unit.inner ?? []).some(holdsLayers);
      if (!own) count.called.add(unit.callee);
      if (again) count.layers ||= 1;
      const prefix = own || again ? join(base, count.layers || undefined) : around.prefix;
      const inside: Around = { base, prefix, outside: around.prefix, count };
      if (unit.parts) {
        const name = layerName(unit, inside);
        names.push(...unit.parts.map((part) => join(name, part)));
        continue;
      }
      const before = count.layers;
      visit(unit.inner ?? [], inside);
      if ((own || again) && count.layers === before && holdsLayers(unit)) count.layers++;
    }
  };

  visit(units, { base: "", prefix: "", outside: "", count: newCount() });
  return names;
}
