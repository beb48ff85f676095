// What the front end needs of the machine that definition files lie on. Node gives it; who compiles model values alone needs none.

/** Packages, as the code of one file finds them. */
export interface Packages {
  /** Whether `specifier` can be loaded, names nothing that is installed, or a part of a package that is closed to others. */
  stateOf(specifier: string): "open" | "missing" | "closed";
  /** What `specifier` exports. */
  load(specifier: string): unknown;
}

/** A machine. */
export interface Host {
  /** The folder of gradc, where its types lie. */
  readonly root: string;
  readonly paths: {
    resolve(...parts: readonly string[]): string;
    /** With "/" between the parts. */
    relative(from: string, to: string): string;
    dirname(path: string): string;
    basename(path: string): string;
  };
  pathOf(url: URL): string;
  urlOf(path: string): string;
  /** What lies at `path`. */
  kindOf(path: string): "file" | "other" | undefined;
  readText(path: string): string;
  packagesFor(file: string): Packages;
  /** Runs `code` of the file at `path`, in which the values of `given` have their names. */
  evaluate(code: string, path: string, given: Readonly<Record<string, unknown>>): void;
  /** Where code that `map` describes was written; lines and columns from 1. */
  writtenAt(map: string, line: number, column: number): { readonly line: number; readonly column: number } | undefined;
}

/** Packages as gradc itself finds them. */
export const ownPackages = ({ root, paths, packagesFor }: Host): Packages => packagesFor(paths.resolve(root, "index.js"));
