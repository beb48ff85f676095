// What cannot be read on the pages of the examples, and why. The list may only become shorter.
export const unread: Readonly<Record<string, readonly string[]>> = {
  "two-neurons/net": ["[1] in place of []: loss"],
  "two-neurons/net as it runs": ["[1] in place of []: loss"],
};

/** The same of networks by number. */
export const unreadOfNetworks: Readonly<Record<string, readonly string[]>> = {};
