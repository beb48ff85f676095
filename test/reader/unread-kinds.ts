// What cannot be read on the pages of each op, layer and loss, and why. The list may only become shorter.
export const unreadOfKinds: Readonly<Record<"ops" | "layers" | "losses", Readonly<Record<string, readonly string[]>>>> = {
  ops: {},
  layers: {},
  losses: {},
};
