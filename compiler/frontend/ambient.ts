/** Types of the globals that a definition may use beside ECMAScript's: definitions are checked without the types of Node or a browser, which take a second to read. */
export const ambientTypes = `
declare var console: Record<"log" | "info" | "warn" | "error" | "debug" | "table", (...data: unknown[]) => void>;
declare var performance: { now(): number };
declare var process: { readonly argv: string[]; readonly env: Record<string, string | undefined>; cwd(): string; readonly platform: string };
declare function structuredClone<T>(value: T): T;
declare class URL {
  constructor(url: string | URL, base?: string | URL);
  readonly href: string; readonly pathname: string; readonly protocol: string; toString(): string;
}
interface ImportMeta { readonly url: string }
declare module "node:*";
`;
