import { dataUpTo, planned, type Command, type CommandContext, type CommandResult } from '../command.ts';
import { isAllRegistrants, type PersistentReservations } from './state.ts';

const usage = (action: number): readonly number[] => [0x5e, action, 0, 0, 0, 0, 0, 0xff, 0xff, 0x07];

const reading = (
  name: string,
  action: number,
  write: (state: PersistentReservations, context: CommandContext) => Buffer,
): Command => ({
  name,
  opcode: 0x5e,
  serviceAction: action,
  access: 'always',
  usage: usage(action),
  plan: (context) => planned((): CommandResult => dataUpTo(write(context.unit.persistent, context), context.cdb.readUInt16BE(7))),
});

/** PERSISTENT RESERVE IN (SPC-4, 6.15). */
export const reserveInCommands: readonly Command[] = [
  reading('PERSISTENT RESERVE IN, READ KEYS', 0, (state) => {
    const keys = [...state.registrations.values()];
    const bytes = listHeader(state, keys.length * 8);
    return Buffer.concat([bytes, ...keys.map(keyBytes)]);
  }),
  reading('PERSISTENT RESERVE IN, READ RESERVATION', 1, (state) => {
    const { reservation } = state;
    if (reservation === null) return listHeader(state, 0);
    const body = Buffer.alloc(16);
    if (!isAllRegistrants(reservation.type)) body.writeBigUInt64BE(reservation.key, 0);
    body[13] = reservation.type;
    return Buffer.concat([listHeader(state, 16), body]);
  }),
  reading('PERSISTENT RESERVE IN, REPORT CAPABILITIES', 2, () => {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt16BE(8, 0);
    // ATP_C, PTPL_C are 0; TMV says that the mask below is meant: all six kinds.
    bytes[3] = 0x80;
    bytes[4] = 0xea;
    bytes[5] = 0x01;
    return bytes;
  }),
  reading('PERSISTENT RESERVE IN, READ FULL STATUS', 3, (state) => {
    const entries = [...state.registrations].map(([port, key]) => fullStatus(state, port, key));
    const body = Buffer.concat(entries);
    return Buffer.concat([listHeader(state, body.length), body]);
  }),
];

function listHeader(state: PersistentReservations, length: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(state.generation >>> 0, 0);
  bytes.writeUInt32BE(length, 4);
  return bytes;
}

function keyBytes(key: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(key);
  return bytes;
}

function fullStatus(state: PersistentReservations, port: string, key: bigint): Buffer {
  const { reservation } = state;
  const holder = reservation !== null && (isAllRegistrants(reservation.type) || reservation.port === port);
  const name = Buffer.from(`${port}\0`, 'utf8');
  const transport = Buffer.alloc(4 + Math.ceil(name.length / 4) * 4);
  // TransportID of iSCSI with the port's name (SPC-4, 7.6.4.6).
  transport[0] = 0x45;
  transport.writeUInt16BE(transport.length - 4, 2);
  name.copy(transport, 4);
  const head = Buffer.alloc(24);
  head.writeBigUInt64BE(key, 0);
  if (holder) head[12] = 0x01;
  if (holder && reservation !== null) head[13] = reservation.type;
  head.writeUInt16BE(1, 18);
  head.writeUInt32BE(transport.length, 20);
  return Buffer.concat([head, transport]);
}
