// What cannot be read on the pages of the examples, and why. The list may only become shorter.
export const unread: Readonly<Record<string, readonly string[]>> = {};

/** The same of networks by number. */
export const unreadOfNetworks: Readonly<Record<string, readonly string[]>> = {};
