import { connect, type Socket } from 'node:net';

/** A PDU as it came: its header of 48 bytes and its data. */
export interface Pdu {
  readonly opcode: number;
  readonly header: Buffer;
  readonly data: Buffer;
}

/** PDUs over one connection (RFC 7143), without digests. */
export interface Wire {
  send(header: Buffer, data?: Buffer): void;
  /** @throws Error once the connection is gone */
  receive(): Promise<Pdu>;
  readonly isLost: () => boolean;
  close(): void;
}

const headerBytes = 48;
const reservedTag = 0xffff_ffff;
const answerTimeoutMs = 30_000;

const padding = (length: number): number => (4 - (length % 4)) % 4;

export function openWire(address: string, port: number): Promise<Wire> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true });
    socket.once('error', reject);
    socket.once('connect', () => resolve(wireOver(socket)));
  });
}

/** NOP-In that wants an answer (11.19). */
function isPing({ opcode, header }: Pdu): boolean {
  return opcode === 0x20 && header.readUInt32BE(20) !== reservedTag;
}

function wireOver(socket: Socket): Wire {
  let held: Buffer = Buffer.alloc(0);
  let lost = false;
  const ready: Pdu[] = [];
  const waiting: { readonly resolve: (pdu: Pdu) => void; readonly reject: (error: Error) => void }[] = [];
  const gone = (): void => {
    lost = true;
    socket.destroy();
    for (const { reject } of waiting.splice(0)) reject(new Error('the target is gone'));
  };
  const send = (header: Buffer, data: Buffer = Buffer.alloc(0)): void => {
    header.writeUIntBE(data.length, 5, 3);
    socket.write(Buffer.concat([header, data, Buffer.alloc(padding(data.length))]));
  };
  /** NOP-Out (11.18), immediate, with the tag of the question. */
  const answerPing = (ping: Pdu): void => {
    const header = Buffer.alloc(headerBytes);
    header.set([0x40, 0x80]);
    ping.header.copy(header, 8, 8, 16);
    header.writeUInt32BE(reservedTag, 16);
    ping.header.copy(header, 20, 20, 24);
    // What the target expects next, and its own number.
    ping.header.copy(header, 24, 28, 32);
    ping.header.copy(header, 28, 24, 28);
    send(header);
  };
  const take = (): void => {
    while (held.length >= headerBytes) {
      const length = held.readUIntBE(5, 3);
      const whole = headerBytes + length + padding(length);
      if (held.length < whole) return;
      const header = Buffer.from(held.subarray(0, headerBytes));
      const pdu = { opcode: held[0]! & 0x3f, header, data: Buffer.from(held.subarray(headerBytes, headerBytes + length)) };
      held = held.subarray(whole);
      if (isPing(pdu)) {
        answerPing(pdu);
        continue;
      }
      const next = waiting.shift();
      if (next === undefined) ready.push(pdu);
      else next.resolve(pdu);
    }
  };
  socket.removeAllListeners('error');
  socket.on('error', gone).on('close', gone).on('end', gone);
  socket.setTimeout(answerTimeoutMs, () => {
    if (waiting.length > 0) gone();
  });
  socket.on('data', (bytes: Buffer) => {
    held = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    take();
  });
  return {
    send,
    receive() {
      const pdu = ready.shift();
      if (pdu !== undefined) return Promise.resolve(pdu);
      if (lost) return Promise.reject(new Error('the target is gone'));
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    isLost: () => lost,
    close: gone,
  };
}
