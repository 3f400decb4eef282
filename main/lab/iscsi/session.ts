/** The lab host's initiator: a small one, with one command at a time. It knows the target by what goes over the wire, and by nothing else. */
import { randomBytes } from 'node:crypto';
import type { WritableDisk } from '#engine/blocks';
import { logInto, pairsOf, textOf, type LoginWanted } from './login.ts';
import { openWire, type Pdu, type Wire } from './wire.ts';

export interface Portal {
  readonly address: string;
  readonly port: number;
}

/** A unit of a target, as its own answers describe it. */
export interface FoundUnit {
  readonly lun: number;
  readonly serial: string;
  readonly sizeBytes: number;
  readonly disk: WritableDisk;
}

export interface IscsiSession {
  readonly units: readonly FoundUnit[];
  readonly isLost: () => boolean;
  close(): Promise<void>;
}

export const labInitiator = 'iqn.2026-01.local.hostkeep:lab-host';

type Login = Omit<LoginWanted, 'isid' | 'targetName'>;
type Command = (lun: number, cdb: Buffer, of: { readonly read?: number; readonly write?: Buffer }) => Promise<Buffer>;

const transferBytes = 256 * 1024;
const newIsid = (): string => `80${randomBytes(5).toString('hex')}`;

/** What the portal offers: names of targets. @throws LoginRefused, Error when nobody is there */
export async function discoverTargets(portal: Portal, login: Login): Promise<readonly string[]> {
  const wire = await openWire(portal.address, portal.port);
  try {
    await logInto(wire, { ...login, isid: newIsid() });
    const header = Buffer.alloc(48);
    header[0] = 0x04;
    header[1] = 0x80;
    header.writeUInt32BE(2, 16);
    header.writeUInt32BE(0xffff_ffff, 20);
    header.writeUInt32BE(1, 24);
    wire.send(header, textOf({ SendTargets: 'All' }));
    const { data } = await wire.receive();
    return pairsOf(data).flatMap(([key, value]) => (key === 'TargetName' ? [value] : []));
  } finally {
    wire.close();
  }
}

/** Logs in and looks at every unit. @throws LoginRefused, Error when nobody is there */
export async function connectTarget(portal: Portal, login: Login & { readonly targetName: string }): Promise<IscsiSession> {
  const wire = await openWire(portal.address, portal.port);
  try {
    const command = commandsOver(wire, await logInto(wire, { ...login, isid: newIsid() }));
    const units: FoundUnit[] = [];
    for (const lun of await unitNumbers(command)) units.push(await lookAtUnit(command, lun));
    return { units, isLost: wire.isLost, close: () => logOut(wire) };
  } catch (error) {
    wire.close();
    throw error;
  }
}

async function logOut(wire: Wire): Promise<void> {
  if (wire.isLost()) return;
  const header = Buffer.alloc(48);
  header[0] = 0x46;
  header[1] = 0x80;
  header.writeUInt32BE(0xfffe, 16);
  wire.send(header);
  await wire.receive().catch(() => undefined);
  wire.close();
}

function commandsOver(wire: Wire, firstStatus: number): Command {
  let commandSn = 1;
  let status = firstStatus;
  let tag = 16;
  let turn: Promise<unknown> = Promise.resolve();
  const run: Command = async (lun, cdb, { read, write }) => {
    const header = Buffer.alloc(48);
    header[0] = 0x01;
    header[1] = 0x80 | (read === undefined ? 0 : 0x40) | (write === undefined ? 0 : 0x20);
    header[9] = lun;
    header.writeUInt32BE((tag += 1), 16);
    header.writeUInt32BE(read ?? write?.length ?? 0, 20);
    header.writeUInt32BE(commandSn, 24);
    header.writeUInt32BE(status, 28);
    cdb.copy(header, 32);
    commandSn += 1;
    wire.send(header);
    const into = Buffer.alloc(read ?? 0);
    for (;;) {
      const pdu = await wire.receive();
      if (pdu.opcode === 0x31) sendData(wire, pdu.header, write ?? Buffer.alloc(0));
      if (pdu.opcode === 0x25) pdu.data.copy(into, pdu.header.readUInt32BE(40));
      const ended = pdu.opcode === 0x21 || (pdu.opcode === 0x25 && (pdu.header[1]! & 0x01) !== 0);
      if (!ended) continue;
      status = pdu.header.readUInt32BE(24) + 1;
      if (pdu.header[3] !== 0 || (pdu.opcode === 0x21 && pdu.header[2] !== 0)) throw commandFailed(pdu);
      return into;
    }
  };
  return (lun, cdb, of) => {
    const mine = turn.then(() => run(lun, cdb, of));
    turn = mine.catch(() => undefined);
    return mine;
  };
}

function commandFailed({ header, data }: Pdu): Error {
  const sense =
    data.length > 15 ? ` (sense ${data.subarray(4, 5).toString('hex')}/${data.subarray(14, 16).toString('hex')})` : '';
  return new Error(`the target answered with status ${header[3]}${sense}`);
}

function sendData(wire: Wire, ready: Buffer, data: Buffer): void {
  const from = ready.readUInt32BE(40);
  const end = from + ready.readUInt32BE(44);
  // 8192 bytes a segment: what any target takes.
  for (let at = from, number = 0; at < end; number += 1) {
    const part = data.subarray(at, Math.min(end, at + 8192));
    const header = Buffer.alloc(48);
    header[0] = 0x05;
    header[1] = at + part.length >= end ? 0x80 : 0;
    ready.copy(header, 8, 8, 24);
    header.writeUInt32BE(number, 36);
    header.writeUInt32BE(at, 40);
    wire.send(header, part);
    at += part.length;
  }
}

async function unitNumbers(command: Command): Promise<readonly number[]> {
  const cdb = Buffer.alloc(16);
  cdb[0] = 0xa0;
  cdb.writeUInt32BE(4096, 6);
  const list = await command(0, cdb, { read: 4096 });
  const count = Math.min(256, list.readUInt32BE(0) / 8);
  return Array.from({ length: count }, (_, at) => list[8 + at * 8 + 1]!);
}

async function lookAtUnit(command: Command, lun: number): Promise<FoundUnit> {
  // The first command of a session is answered by an attention: somebody has logged in.
  await command(lun, Buffer.alloc(16), {}).catch(() => undefined);
  const inquiry = Buffer.from([0x12, 1, 0x80, 0, 255, 0]);
  const page = await command(lun, Buffer.concat([inquiry, Buffer.alloc(10)]), { read: 255 });
  const serial = page
    .subarray(4, 4 + page.readUInt16BE(2))
    .toString('latin1')
    .trim();
  const capacity = Buffer.alloc(16);
  capacity.set([0x9e, 0x10]);
  capacity.writeUInt32BE(32, 10);
  const told = await command(lun, capacity, { read: 32 });
  const blockBytes = told.readUInt32BE(8);
  const sizeBytes = (Number(told.readBigUInt64BE(0)) + 1) * blockBytes;
  const physicalSectorSize = blockBytes << (told[13]! & 0x0f);
  return { lun, serial, sizeBytes, disk: unitDisk(command, { lun, blockBytes, sizeBytes, physicalSectorSize }) };
}

interface Shape {
  readonly lun: number;
  readonly blockBytes: number;
  readonly sizeBytes: number;
  readonly physicalSectorSize: number;
}

/** A unit as a disk. Writes are of whole blocks. */
function unitDisk(command: Command, { lun, blockBytes, sizeBytes, physicalSectorSize }: Shape): WritableDisk {
  const cdbOf = (opcode: number, block: number, blocks: number): Buffer => {
    const cdb = Buffer.alloc(16);
    cdb[0] = opcode;
    cdb.writeBigUInt64BE(BigInt(block), 2);
    cdb.writeUInt32BE(blocks, 10);
    return cdb;
  };
  const write = async (offset: number, bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at < bytes.byteLength; at += transferBytes) {
      const part = Buffer.from(bytes.subarray(at, at + transferBytes));
      await command(lun, cdbOf(0x8a, (offset + at) / blockBytes, part.length / blockBytes), { write: part });
    }
  };
  return {
    sizeBytes,
    logicalSectorSize: blockBytes,
    physicalSectorSize,
    async read(offset, target) {
      const end = offset + target.byteLength;
      for (let at = Math.floor(offset / blockBytes) * blockBytes; at < end; at += transferBytes) {
        const blocks = Math.ceil(Math.min(transferBytes, end - at) / blockBytes);
        const bytes = await command(lun, cdbOf(0x88, at / blockBytes, blocks), { read: blocks * blockBytes });
        const from = Math.max(at, offset);
        target.set(bytes.subarray(from - at, Math.min(bytes.length, end - at)), from - offset);
      }
    },
    extents: async (offset, length) => [{ offset, length, kind: 'data' }],
    write,
    discard: (offset, length) => write(offset, Buffer.alloc(length)),
    flush: async () => void (await command(lun, cdbOf(0x91, 0, 0), {})),
    close: () => Promise.resolve(),
  };
}
