/**
 * Results in the order of the tasks, each in a slot of its own; while the consumer works on one, the other slots are being
 * filled. A slot is used again once the consumer asks for the next result.
 */
export async function* readAhead<Task, Slot, Result>(
  tasks: Iterable<Task>,
  slots: readonly Slot[],
  read: (task: Task, slot: Slot) => Promise<Result>,
): AsyncIterable<Result> {
  const iterator = tasks[Symbol.iterator]();
  const reading: Promise<Result>[] = [];
  let turn = 0;
  const startNext = (): void => {
    const { done, value } = iterator.next();
    if (done === true) return;
    const started = read(value, slots[turn]!);
    turn = (turn + 1) % slots.length;
    // Awaited in its turn; a failure before that must not count as unhandled.
    started.catch(() => undefined);
    reading.push(started);
  };
  try {
    for (let ahead = 1; ahead < slots.length; ahead += 1) startNext();
    for (let next = reading.shift(); next !== undefined; next = reading.shift()) {
      const result = await next;
      startNext();
      yield result;
    }
  } finally {
    // Nothing may still be written into a slot when this ends.
    await Promise.allSettled(reading);
  }
}
