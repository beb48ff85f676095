// Texts that built files say themselves.

/** Bindings in a host that does not say where a script lies cannot find their module. */
export const notLocated = (wasm: string) => ({
  code: "cannot-read",
  text: `Cannot find ${wasm}: this host does not say where the script lies (import.meta.url)`,
  help: "pass the module: load(source), with its bytes, its address or a WebAssembly.Module",
});
