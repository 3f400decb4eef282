import { isBefore, serial } from '../pdu/layout.ts';

/** Command numbers of a session (RFC 7143, 4.2.2.1): what comes in order is let through, what comes early waits, the rest is dropped. */
export interface CommandWindow<Pdu> {
  readonly expected: () => number;
  /** The highest number that the initiator may send. */
  readonly maximum: () => number;
  /** What may be worked on now, in order. Immediate ones do not take a number. */
  admit(commandSn: number, immediate: boolean, pdu: Pdu): readonly Pdu[];
}

/** How many commands may be open at once. */
export const windowSize = 128;

/** On one connection commands come in order: who sends others early need not be given much. */
const earlyLimitBytes = 1024 * 1024;

/** `open`: how many commands were let through and are not answered yet; they narrow the window. */
export function commandWindow<Pdu>(first: number, open: () => number, bytesOf: (pdu: Pdu) => number): CommandWindow<Pdu> {
  let expected = first;
  let highest = serial(first + windowSize - 1);
  const early = new Map<number, Pdu>();
  let earlyBytes = 0;
  const maximum = (): number => {
    const now = serial(expected + windowSize - 1 - Math.min(windowSize, open()));
    // What was allowed once is not taken back (RFC 7143, 4.2.2.1).
    if (isBefore(highest, now)) highest = now;
    return highest;
  };
  return {
    expected: () => expected,
    maximum,
    admit(commandSn, immediate, pdu) {
      if (immediate) return [pdu];
      if (isBefore(commandSn, expected) || isBefore(maximum(), commandSn)) return [];
      if (commandSn !== expected) {
        // At most as many as the window is wide; one that is sent again is the same.
        if (early.has(commandSn) || earlyBytes + bytesOf(pdu) > earlyLimitBytes) return [];
        early.set(commandSn, pdu);
        earlyBytes += bytesOf(pdu);
        return [];
      }
      const ready = [pdu];
      expected = serial(expected + 1);
      for (let next = early.get(expected); next !== undefined; next = early.get(expected)) {
        early.delete(expected);
        earlyBytes -= bytesOf(next);
        ready.push(next);
        expected = serial(expected + 1);
      }
      return ready;
    },
  };
}
