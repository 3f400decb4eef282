import type { Socket } from 'node:net';
import { HostkeepError } from '#contract';

/** A connection as exact pieces of bytes. */
export interface Wire {
  /** One at a time. @throws HostkeepError nbd/malformed when the client is gone before so many came */
  take(bytes: number): Promise<Buffer>;
  /** Resolves at once unless much is waiting to be sent. */
  send(...parts: readonly Buffer[]): Promise<void>;
}

const sendHighWater = 4 * 1024 * 1024;

export function wireOver(socket: Socket): Wire {
  let change = Promise.withResolvers<void>();
  const changed = (): void => {
    change.resolve();
    change = Promise.withResolvers<void>();
  };
  // For good: a listener that is added while bytes lie there is called for them at once, again and again.
  for (const event of ['readable', 'end', 'drain', 'close']) socket.on(event, changed);
  return {
    async take(length) {
      if (length === 0) return Buffer.alloc(0);
      for (;;) {
        const { promise } = change;
        const bytes = socket.read(length) as Buffer | null;
        if (bytes?.length === length) return bytes;
        if (bytes !== null || socket.readableEnded || socket.destroyed)
          throw new HostkeepError('nbd/malformed', { why: 'the client is gone', wanted: length });
        await promise;
      }
    },
    async send(...parts) {
      if (!socket.writable) return;
      socket.cork();
      for (const part of parts) socket.write(part);
      socket.uncork();
      while (socket.writable && socket.writableLength > sendHighWater) await change.promise;
    },
  };
}
