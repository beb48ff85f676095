/** Number of insertions, deletions and replacements that turn `a` into `b` (Wagner and Fischer, one row). */
function distance(a: string, b: string): number {
  const row = [0, ...b].map((_, at) => at);
  for (let i = 0; i < a.length; i++) {
    let diagonal = i;
    row[0] = i + 1;
    for (let j = 0; j < b.length; j++) {
      const above = row[j + 1] as number;
      row[j + 1] = Math.min(above + 1, (row[j] as number) + 1, diagonal + +(a[i] !== b[j]));
      diagonal = above;
    }
  }
  return row[b.length] as number;
}

/** The known name that differs least from `name`; undefined where none is known. */
export const nearest = (name: string, known: Iterable<string>): string | undefined =>
  [...known].sort((a, b) => distance(name, a) - distance(name, b))[0];
