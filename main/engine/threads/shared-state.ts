/** Counters that the threads of one run share. Bytes are counted in 64 bits. */
export interface SharedState {
  readonly memory: SharedArrayBuffer;
  /**
   * Claims the next `count` tasks below `end` and gives the first; undefined when there is none or the run was stopped.
   * `end` must be a multiple of `count`, but for the last one.
   */
  claim(end: number, count: number): number | undefined;
  stop(): void;
  stopped(): boolean;
  count(what: Counter, disk: number, bytes: number): void;
  counted(what: Counter, disk: number): number;
  total(what: Counter): number;
}

/** Bytes read from the source, left out as unused, dealt with, and of new chunks before compression. */
const counters = ['read', 'skipped', 'done', 'newPlain'] as const;
export type Counter = (typeof counters)[number];

export function sharedStateMemory(disks: number): SharedArrayBuffer {
  return new SharedArrayBuffer(8 + disks * counters.length * 8);
}

export function sharedState(memory: SharedArrayBuffer): SharedState {
  const control = new Int32Array(memory, 0, 2);
  const sums = new BigInt64Array(memory, 8);
  const slot = (what: Counter, disk: number): number => disk * counters.length + counters.indexOf(what);
  const counted = (what: Counter, disk: number): number => Number(Atomics.load(sums, slot(what, disk)));
  return {
    memory,
    claim(end, count) {
      if (Atomics.load(control, 1) !== 0) return undefined;
      const task = Atomics.add(control, 0, count);
      if (task < end) return task;
      Atomics.sub(control, 0, count);
      return undefined;
    },
    stop: () => void Atomics.store(control, 1, 1),
    stopped: () => Atomics.load(control, 1) !== 0,
    count: (what, disk, bytes) => void Atomics.add(sums, slot(what, disk), BigInt(Math.round(bytes))),
    counted,
    total: (what) =>
      Array.from({ length: sums.length / counters.length }, (_, disk) => counted(what, disk)).reduce((a, b) => a + b, 0),
  };
}
