// Every text that the runtime says to a user. A function a code; `docs/errors.md` lists them.
export {};
