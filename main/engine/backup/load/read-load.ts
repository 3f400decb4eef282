/**
 * How hard a run may read from its host, and how hard it did: numbers that all its threads share, whichever VM they read. A read takes
 * its turn at a gate that opens at the rate; while reads take longer than they may, the gate rests between them, too.
 */
import type { RunCost } from '#contract';
import type { ReadPace } from '#engine/blocks';

export interface ReadLimits {
  /** Null: as fast as it goes. */
  readonly bytesPerSecond: number | null;
  /** How long a read may take, in milliseconds, before the others are held back; null: however long. */
  readonly latencyMs: number | null;
}

export const noLimits: ReadLimits = { bytesPerSecond: null, latencyMs: null };

export interface ReadLoad {
  /** For the threads. */
  readonly memory: SharedArrayBuffer;
  /** May change while the run goes on. */
  setLimits(limits: ReadLimits): void;
  cost(): RunCost;
}

/** Time as the gate needs it; microseconds that all threads agree on. */
export interface LoadClock {
  now(): number;
  sleep(microseconds: number): Promise<void>;
}

const slots = [
  'rate',
  'latencyLimit',
  'freeAt',
  'meanLatency',
  'reads',
  'bytes',
  'busy',
  'held',
  'first',
  'last',
  'second',
  'secondBytes',
  'peakBytes',
] as const;
type Slot = (typeof slots)[number];

/** What a limited read is cut into: what one of them takes is the latency. */
const limitedPieceBytes = 512 * 1024;
/** A read rests this many times the excess, but never longer than `longestRest`: a slow host slows a run, and stops none. */
const restPerExcess = 4;
const longestRest = 2_000_000;
/** How often a reader that waits looks whether the run was stopped. */
const lookEvery = 200_000;
const second = 1_000_000;

export function readLoad(memory: SharedArrayBuffer = new SharedArrayBuffer(slots.length * 8)): ReadLoad {
  const numbers = sharedNumbers(memory);
  const { get, set } = numbers;
  return {
    memory,
    setLimits({ bytesPerSecond, latencyMs }) {
      set('rate', bytesPerSecond ?? 0);
      set('latencyLimit', (latencyMs ?? 0) * 1000);
      // A rate that was slow may have put the gate far ahead.
      set('freeAt', 0);
    },
    cost: () => ({
      readBytes: get('bytes'),
      readMs: Math.round((get('last') - get('first')) / 1000),
      peakBytesPerSecond: Math.max(get('peakBytes'), get('secondBytes')),
      latencyMs: get('reads') === 0 ? 0 : Math.round(get('busy') / get('reads') / 10) / 100,
      heldMs: Math.round(get('held') / 1000),
    }),
  };
}

/** The gate as one thread sees it. Waiting ends early when the run is stopped. */
export function readPace(
  memory: SharedArrayBuffer,
  clock: LoadClock = systemLoadClock,
  stopped: () => boolean = () => false,
): ReadPace {
  const { get, add, raise, swap } = sharedNumbers(memory);
  const isLimited = (): boolean => get('rate') > 0 || get('latencyLimit') > 0;
  /** Takes the next stretch of the gate's time, and gives when it begins. */
  const reserve = (length: number, now: number): number => {
    for (;;) {
      const freeAt = get('freeAt');
      const start = Math.max(freeAt, now);
      if (swap('freeAt', freeAt, start + length)) return start;
    }
  };
  const count = (bytes: number, now: number): void => {
    const current = Math.floor(now / second);
    const before = get('second');
    if (current > before && swap('second', before, current)) {
      const full = get('secondBytes');
      raise('peakBytes', full);
      add('secondBytes', -full);
    }
    add('secondBytes', bytes);
  };
  return {
    pieceBytes: () => (isLimited() ? limitedPieceBytes : Infinity),
    async turn(bytes) {
      const asked = clock.now();
      if (!isLimited()) return asked;
      const rate = get('rate');
      const start = reserve(rate === 0 ? 0 : Math.ceil((bytes * second) / rate), asked);
      for (let left = start - clock.now(); left > 0 && !stopped(); left = start - clock.now())
        await clock.sleep(Math.min(left, lookEvery));
      const now = clock.now();
      add('held', Math.max(0, Math.min(now, start) - asked));
      return now;
    },
    took(bytes, since) {
      const now = clock.now();
      const latency = Math.max(0, now - since);
      add('bytes', bytes);
      add('reads', 1);
      add('busy', latency);
      swap('first', 0, since);
      raise('last', now);
      count(bytes, now);
      const mean = get('meanLatency');
      const next = Math.round(mean === 0 ? latency : mean + (latency - mean) / 8);
      // Where two threads meet, one of them is not counted into the mean; the next read is.
      swap('meanLatency', mean, next);
      const excess = get('latencyLimit') === 0 ? 0 : next - get('latencyLimit');
      if (excess > 0) reserve(Math.min(longestRest, excess * restPerExcess), now);
    },
  };
}

interface SharedNumbers {
  get(slot: Slot): number;
  set(slot: Slot, value: number): void;
  add(slot: Slot, value: number): void;
  /** Sets it when it still is what it was. */
  swap(slot: Slot, was: number, value: number): boolean;
  /** To at least this. */
  raise(slot: Slot, value: number): void;
}

function sharedNumbers(memory: SharedArrayBuffer): SharedNumbers {
  const words = new BigInt64Array(memory);
  const at = (slot: Slot): number => slots.indexOf(slot);
  const get = (slot: Slot): number => Number(Atomics.load(words, at(slot)));
  const swap = (slot: Slot, was: number, value: number): boolean =>
    Atomics.compareExchange(words, at(slot), BigInt(was), BigInt(Math.round(value))) === BigInt(was);
  return {
    get,
    swap,
    set: (slot, value) => void Atomics.store(words, at(slot), BigInt(Math.round(value))),
    add: (slot, value) => void Atomics.add(words, at(slot), BigInt(Math.round(value))),
    raise(slot, value) {
      for (let was = get(slot); was < value && !swap(slot, was, value); was = get(slot));
    },
  };
}

/** One clock for all threads of this process. */
export const systemLoadClock: LoadClock = {
  now: () => Number(process.hrtime.bigint() / 1000n),
  sleep: (microseconds) => new Promise((resolve) => void setTimeout(resolve, microseconds / 1000)),
};
