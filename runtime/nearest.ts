/** Number of insertions, deletions and replacements that turn `a` into `b` (Wagner and Fischer, two rows). */
function distance(a: string, b: string): number {
  let row = [0, ...b].map((_, at) => at);
  for (const letter of a) {
    const next = [(row[0] as number) + 1];
    for (let j = 0; j < b.length; j++) next.push(Math.min(next[j] as number, row[j + 1] as number, (row[j] as number) - +(letter === b[j])) + 1);
    row = next;
  }
  return row[b.length] as number;
}

/** A name in small letters, without the marks that part its words. */
export const plain = (name: string): string => name.toLowerCase().replace(/[_-]/g, "");

/** The known name that differs least from `name`, capitals and underscores apart; undefined where more than half of its letters differ. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = name.length / 2 + 0.5;
  for (const each of known) {
    const differs = distance(plain(name), plain(each));
    if (differs < least) [best, least] = [each, differs];
  }
  return best;
}
