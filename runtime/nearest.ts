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

const plain = (name: string): string => name.toLowerCase().replace(/[_-]/g, "");

/** The known name that differs least from `name`, capitals and underscores apart; undefined where more than half of its letters differ. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const near = [...known].map((each) => ({ each, differs: distance(plain(name), plain(each)) }));
  return near.sort((a, b) => a.differs - b.differs).find(({ differs }) => differs <= name.length / 2)?.each;
}
