/** A file that is written in pieces, in order and with holes, so that it can be gone on with after the machine lost its power. */
export const syncBytes = 64 * 1024 * 1024;

/** From where a file that was left with a length is written again: what lies before is on the disk for good. */
export function resumeFrom(lengthBytes: number): number {
  return Math.max(0, Math.floor(lengthBytes / syncBytes) * syncBytes - syncBytes);
}

export interface SyncMarks {
  /**
   * Whether all that was written must be put on the disk before bytes from one offset to another are: a file may have grown to its new
   * length while what it had got before is lost.
   */
  before(offset: number, end: number): boolean;
}

export function syncMarks(from: number): SyncMarks {
  let durable = from;
  return {
    before(offset, end) {
      if (end - durable <= syncBytes) return false;
      durable = offset;
      return true;
    },
  };
}
