/** A terminal's interrupts, which a person presses before the step of this number of a training, counted from 1 over all of its epochs. */
export function abortBefore(step: number) {
  const controller = new AbortController();
  let asked = 0;
  const signal = Object.assign(controller.signal, {
    throwIfAborted() {
      if (++asked === step) controller.abort();
      AbortSignal.prototype.throwIfAborted.call(controller.signal);
    },
  });
  return { interrupts: () => ({ signal, release: () => undefined }) };
}
