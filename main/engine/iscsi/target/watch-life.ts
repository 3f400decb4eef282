import type { Socket } from 'node:net';

/** So long without a sign of life an initiator is asked. */
const silentMs = 30_000;
/** After so many questions without an answer it is gone: two minutes after its last sign. Initiators answer from their drivers, in milliseconds. */
const questions = 3;
/** Our own questions are no sign that anybody takes what is sent. */
const questionBytes = 1024;

interface Asking {
  /** Sends what an initiator has to answer. */
  ask(): void;
  /** It does not. */
  gone(): void;
}

/**
 * An initiator whose computer is gone ends nothing, and while data waits in the system for it not even the system asks for it. Signs of life are bytes
 * from it, and that it takes what is sent. Gives what ends the watch.
 */
export function watchLife(socket: Socket, { ask, gone }: Asking): () => void {
  let seen = signsOf(socket);
  let asked = 0;
  const timer = setInterval(() => {
    const now = signsOf(socket);
    const alive = now.received !== seen.received || now.taken > seen.taken + questionBytes;
    seen = now;
    if (alive) asked = 0;
    else if (asked === questions) gone();
    else {
      asked += 1;
      ask();
    }
  }, silentMs).unref();
  return () => clearInterval(timer);
}

function signsOf({ bytesRead, bytesWritten, writableLength }: Socket): { readonly received: number; readonly taken: number } {
  return { received: bytesRead, taken: bytesWritten - writableLength };
}
