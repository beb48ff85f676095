// Files that are taken for tables of text, told by their first bytes.

/** A file of another format. */
export interface Format {
  /** What it is, as the end of a sentence. */
  readonly what: string;
  readonly help: string;
}

const [unpack, exported] = ["unpack it", "export it as CSV"];

/** First bytes, one character each. */
const formats: readonly (readonly [start: string, what: string, help: string])[] = [
  ["\x1f\x8b", "compressed (gzip)", unpack],
  ["BZh91AY&SY", "compressed (bzip2)", unpack],
  ["\xfd7zXZ\0", "compressed (xz)", unpack],
  ["\x28\xb5\x2f\xfd", "compressed (Zstandard)", unpack],
  ["7z\xbc\xaf\x27\x1c", "an archive (7-Zip)", unpack],
  ["Rar!\x1a\x07", "an archive (RAR)", unpack],
  ["PK\x03\x04", "an archive (ZIP) or a spreadsheet", `${unpack}, or ${exported}`],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a spreadsheet", exported],
  ["PAR1", "a Parquet file", exported],
  ["ARROW1\0\0", "an Arrow file", exported],
  ["\x89HDF\r\n\x1a\n", "an HDF5 file", exported],
  ["\x93NUMPY", "a NumPy file", exported],
  ["\x80\x02", "a Python pickle", exported],
  ["\x80\x03", "a Python pickle", exported],
  ["\x80\x04", "a Python pickle", exported],
  ["\x80\x05", "a Python pickle", exported],
  ["SQLite format 3\0", "a database (SQLite)", exported],
  ["%PDF-", "a PDF", exported],
];

const spreadsheetParts = ["[Content_Types].xml", "_rels/", "docProps/", "xl/", "opendocument"];

/** The format of a file that begins with these bytes; undefined for what may be a text. */
export function formatOf(bytes: Uint8Array): Format | undefined {
  const head = String.fromCharCode(...bytes);
  const [start = "", what, help = ""] = formats.find(([each]) => head.startsWith(each)) ?? [];
  if (start.startsWith("PK") && spreadsheetParts.some((part) => head.includes(part))) return { what: "a spreadsheet", help: exported };
  return what === undefined ? undefined : { what, help };
}
