// Which loops do nothing in a triangle, as those of causal attention: sums whose terms are 0 there, and stores that no one reads.
//
//   for i { for j { t[i, j] = where(j <= i, …, -Infinity) } }  for i { max m; for j { m max= t[i, j] } }: neither loop over j has to go past i
//
// What is known of buffers goes from the calls that store them to those that read them. What is not read is found the other way: at first all that lies
// beyond a triangle is taken to be, and loops are found that need not go there; then what other loops read falls away, until nothing does.
// Cost: linear in the kernels, times the buffers that fall away one by one.
import { target } from "../target.ts";
import { soleAxis } from "./affine.ts";
import { type Beyond, comparedBy, type Further, type Surroundings, valueBeyond } from "./beyond.ts";
import { instanceOf, viewedBy } from "./call.ts";
import { type Affine, type Buffer, type Call, type Expr, type Kernel, type Local, sharesMemory } from "./kernel.ts";
import type { Element } from "./rewrite.ts";
import { type Combine, kept, type Loop, loadsOf, loopsOf, type Store, sitesOf } from "./visit.ts";

/** Two loops, `inner` inside of `outer`: nothing is done where one is further than the other, up to whole blocks of so many points of each. */
export interface Triangle extends Further {
  readonly outer: Loop;
  readonly inner: Loop;
  readonly points: number;
}

/** Parts of buffers: those where one of their axes is further than another. */
type Parts = ReadonlyMap<Buffer, readonly Further<number>[]>;

const isSame = <T>(a: Further<T> | undefined, b: Further<T>): boolean => a?.further === b.further && a.than === b.than;

/** Points of the blocks that two loops fall into; undefined where there are none, or not worth it. */
function pointsOfBlock({ further, than }: Further): number | undefined {
  const { sides, points } = target.triangles;
  return points.find((size) => [further, than].every(({ extent }) => typeof extent === "number" && extent >= sides && extent % size === 0));
}

/** The loops at whose points an element is along two axes of its buffer, where each goes over all of its axis. */
function loopsAt({ buffer, index }: Element, axes: Further<number>): Further | undefined {
  const [further, than] = [axes.further, axes.than].map((d) => {
    const axis = soleAxis(index[d] as Affine);
    return axis?.extent === buffer.shape[d] ? axis : undefined;
  });
  const pair = further && than && { further, than };
  return pair && pointsOfBlock(pair) !== undefined ? pair : undefined;
}

/** Each two axes of a buffer, both ways. */
const axesOf = ({ shape }: Buffer): Further<number>[] =>
  shape.flatMap((_, further) => shape.flatMap((_, than) => (further === than ? [] : [{ further, than }])));

const letsOf = kept(
  ({ body }: Kernel): ReadonlyMap<Local, Expr> =>
    new Map(sitesOf(body).flatMap(({ statement }): [Local, Expr][] => (statement.kind === "let" ? [[statement.local, statement.value]] : []))),
);

const storesIn = (body: Kernel["body"]): Store[] => sitesOf(body).flatMap(({ statement }) => (statement.kind === "store" ? [statement] : []));

const elementsOf = kept((kernel: Kernel): readonly Element[] =>
  sitesOf(kernel.body).flatMap(({ statement }) => [...loadsOf(statement), ...storesIn([statement])]),
);

/** The loops whose points a kernel compares. */
const comparedIn = kept(({ body }: Kernel): readonly Further[] =>
  sitesOf(body)
    .flatMap(({ statement }) => comparedBy(statement))
    .filter((pair) => pointsOfBlock(pair) !== undefined),
);

/** The temporaries that are stored whole, in each entry point at one place alone. */
function storedOnce(entries: readonly (readonly Call[])[]): Set<Buffer> {
  const viewed = viewedBy(entries.flat());
  const isWhole = ({ buffer, accumulate, inside }: Store) => sharesMemory(buffer) && !viewed.has(buffer) && !accumulate && inside.length === 0;
  const [once, others] = [new Set<Buffer>(), new Set<Buffer>()];
  for (const calls of entries) {
    const stored = new Set<Buffer>();
    for (const store of calls.flatMap((call) => storesIn(instanceOf(call).body))) {
      (isWhole(store) && !stored.has(store.buffer) ? once : others).add(store.buffer);
      stored.add(store.buffer);
    }
  }
  return new Set([...once].filter((buffer) => !others.has(buffer)));
}

/** What a store leaves in its buffer, where `known` is what others hold. */
function leftBy(store: Store, kernel: Kernel, known: Surroundings["buffers"]): Beyond[] {
  return axesOf(store.buffer).flatMap((axes): Beyond[] => {
    const loops = loopsAt(store, axes);
    const value = loops && valueBeyond(store.value, loops, { buffers: known, locals: letsOf(kernel) });
    return value === 0 || value === -Infinity ? [{ ...axes, value }] : [];
  });
}

/** What is left by each of the stores, more of which is known the more is known of others. */
function knownOf(kernels: readonly Kernel[], once: ReadonlySet<Buffer>): ReadonlyMap<Buffer, readonly Beyond[]> {
  let known: ReadonlyMap<Buffer, readonly Beyond[]> = new Map();
  for (;;) {
    const found = new Map<Buffer, readonly Beyond[]>();
    for (const kernel of kernels) {
      const isConcerned = comparedIn(kernel).length > 0 || elementsOf(kernel).some(({ buffer }) => known.has(buffer));
      for (const store of storesIn(kernel.body)) {
        if (!once.has(store.buffer)) continue;
        const left = isConcerned ? leftBy(store, kernel, known) : [];
        const before = found.get(store.buffer) ?? left;
        found.set(
          store.buffer,
          before.filter((one) => left.some((other) => isSame(other, one) && other.value === one.value)),
        );
      }
    }
    const more = new Map([...found].filter(([, facts]) => facts.length > 0));
    if (factsIn(more) === factsIn(known)) return known;
    known = more;
  }
}

const factsIn = (known: ReadonlyMap<Buffer, readonly Beyond[]>): number => [...known.values()].reduce((sum, facts) => sum + facts.length, 0);

/** The loops at which a kernel may do nothing: those that it compares, and those at which it touches parts of buffers. */
function pairsIn(kernel: Kernel, parts: readonly Parts[]): readonly Further[] {
  const touched = elementsOf(kernel).flatMap((element) =>
    parts.flatMap((some) => (some.get(element.buffer) ?? []).flatMap((axes) => loopsAt(element, axes) ?? [])),
  );
  const pairs = [...comparedIn(kernel), ...touched];
  return pairs.filter((pair, i) => pairs.findIndex((other) => isSame(other, pair)) === i);
}

/** The parts of buffers that kernels touch along loops at which they may do nothing. */
function mayBeUnread(kernels: readonly Kernel[], once: ReadonlySet<Buffer>, known: Parts): Map<Buffer, readonly Further<number>[]> {
  const parts = new Map<Buffer, readonly Further<number>[]>();
  for (const kernel of kernels) {
    const pairs = pairsIn(kernel, [known]);
    for (const element of pairs.length > 0 ? elementsOf(kernel) : []) {
      const before = parts.get(element.buffer) ?? [];
      const isAt = (axes: Further<number>) => pairs.some((pair) => isSame(loopsAt(element, axes), pair));
      const more = axesOf(element.buffer).filter((axes) => isAt(axes) && !before.some((one) => isSame(one, axes)));
      if (more.length > 0 && once.has(element.buffer)) parts.set(element.buffer, [...before, ...more]);
    }
  }
  return parts;
}

/** What `body` combines into accumulators of outside. */
function outerCombines(body: Kernel["body"]): Combine[] {
  const sites = sitesOf(body);
  const own = new Set(sites.flatMap(({ statement }) => (statement.kind === "accumulator" ? [statement.local] : [])));
  return sites.flatMap(({ statement }) => (statement.kind === "combine" && !own.has(statement.local) ? [statement] : []));
}

/** What changes no accumulator. */
const neutral: { readonly [C in Combine["combine"]]: number | undefined } = { sum: 0, max: -Infinity, argmax: undefined };

interface Questions {
  readonly known: Surroundings["buffers"];
  readonly unread: Parts;
}

/** Whether all that a loop stores and combines is nothing wherever `pair` is further, or not read. */
function doesNothing(kernel: Kernel, { body }: Loop, pair: Further, { known, unread }: Questions): boolean {
  const around = { buffers: known, locals: letsOf(kernel) };
  const isUnread = (store: Store) => unread.get(store.buffer)?.some((axes) => isSame(loopsAt(store, axes), pair)) ?? false;
  const isEmpty = (value: Expr, empty: number | undefined) => empty !== undefined && valueBeyond(value, pair, around) === empty;
  return (
    storesIn(body).every((store) => (store.accumulate ? isEmpty(store.value, 0) : isUnread(store))) &&
    outerCombines(body).every(({ combine, value }) => isEmpty(value, neutral[combine]))
  );
}

/** Whether a loop may go in blocks: the sums of a reduce loop would go in other parts. */
const mayBlock = ({ role, body }: Loop): boolean => role === "parallel" || outerCombines(body).length === 0;

/** The triangles of a kernel: a loop is the inner one of one of them, or the outer one of several with blocks of one size. */
function trianglesIn(kernel: Kernel, questions: Questions): readonly Triangle[] {
  const found: Triangle[] = [];
  for (const pair of pairsIn(kernel, [questions.known, questions.unread])) {
    const [outer, inner] = loopsOf(kernel.body).filter(({ axis }) => axis === pair.further || axis === pair.than);
    const points = pointsOfBlock(pair);
    if (!outer || !inner || points === undefined || !loopsOf(outer.body).includes(inner)) continue;
    const isTaken = found.some(
      (one) => [one.inner, one.outer].includes(inner) || one.inner === outer || (one.outer === outer && one.points !== points),
    );
    if (!isTaken && mayBlock(outer) && doesNothing(kernel, inner, pair, questions)) found.push({ ...pair, outer, inner, points });
  }
  return found;
}

/** Whether a kernel reads what lies in a part of a buffer: with loops that go there. */
function reads(kernel: Kernel, buffer: Buffer, axes: Further<number>, triangles: readonly Triangle[]): boolean {
  return sitesOf(kernel.body).some(({ statement, loops }) => {
    const within = triangles.filter(({ inner }) => loops.includes(inner));
    return loadsOf(statement).some((load) => load.buffer === buffer && !within.some((triangle) => isSame(loopsAt(load, axes), triangle)));
  });
}

/** The triangles of the kernels of all calls of entry points, where they have some. */
export function trianglesOf(entries: readonly (readonly Call[])[]): ReadonlyMap<Call, readonly Triangle[]> {
  const calls = [...new Set(entries.flat())];
  const kernels = calls.map(instanceOf);
  if (!kernels.some((kernel) => comparedIn(kernel).length > 0)) return new Map();
  const once = storedOnce(entries);
  const known = knownOf(kernels, once);
  let unread = mayBeUnread(kernels, once, known);
  for (;;) {
    const triangles = new Map(kernels.map((kernel) => [kernel, trianglesIn(kernel, { known, unread })]));
    const isRead = (buffer: Buffer, axes: Further<number>) => kernels.some((kernel) => reads(kernel, buffer, axes, triangles.get(kernel) ?? []));
    const left = new Map([...unread].map(([buffer, parts]) => [buffer, parts.filter((axes) => !isRead(buffer, axes))]));
    if ([...left].every(([buffer, parts]) => parts.length === unread.get(buffer)?.length))
      return new Map(
        calls.flatMap((call): [Call, readonly Triangle[]][] => {
          const own = triangles.get(instanceOf(call)) ?? [];
          return own.length > 0 ? [[call, own]] : [];
        }),
      );
    unread = left;
  }
}
