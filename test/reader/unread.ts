// What cannot be read on the pages of the examples, and why. The list may only become shorter.
export const unread: Readonly<Record<string, readonly string[]>> = {
  "course/attention": ["j has no value: A_out"],
  "course/attention as it runs": ["j has no value: out A_out v1"],
};

/** The same of networks by number. */
export const unreadOfNetworks: Readonly<Record<string, readonly string[]>> = {};
