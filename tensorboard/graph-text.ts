import * as sections from "../runtime/sections.ts";
import { badArgument, noGraph } from "./diagnostics.ts";

/** What holds a graph: a net that `load` gave, what `compile` gives, or the module itself. */
export type NetLike = object;

/** How the runtime keeps the module behind a net. */
const key = Symbol.for("gradc.machine");

/** The module in what was given. @throws GradcError `bad-option` */
function moduleIn(net: NetLike): WebAssembly.Module {
  const given = net as { readonly [key]?: { readonly module: WebAssembly.Module }; readonly wasm?: Uint8Array<ArrayBuffer> } | undefined;
  const found = given?.[key]?.module ?? given?.wasm ?? net;
  if (found instanceof WebAssembly.Module) return found;
  if (found instanceof Uint8Array && WebAssembly.validate(found as Uint8Array<ArrayBuffer>))
    return new WebAssembly.Module(found as Uint8Array<ArrayBuffer>);
  throw badArgument("net", net, "a net that load gives");
}

/** The text of the graph that a module holds. @throws GradcError `bad-option`, `not-in-module` */
export function graphText(net: NetLike): string {
  const [text] = WebAssembly.Module.customSections(moduleIn(net), sections.graph);
  if (!text) throw noGraph();
  return new TextDecoder().decode(text);
}
