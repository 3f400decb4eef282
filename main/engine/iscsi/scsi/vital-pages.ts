/** Vital product data (SPC-4, 7.8; SBC-3, 6.5). */
import {
  maxCompareBlocks,
  maxTransferBytes,
  maxUnmapBlocks,
  maxUnmapDescriptors,
  maxWriteSameBlocks,
  unmapUnitBytes,
} from './limits.ts';
import type { LogicalUnit } from './unit.ts';

type Page = (unit: LogicalUnit) => Buffer;

export const vitalPages: ReadonlyMap<number, Page> = new Map<number, Page>([
  [0x00, () => page(0x00, Buffer.from([...vitalPages.keys()].sort((a, b) => a - b)))],
  [0x80, ({ identity }) => page(0x80, Buffer.from(identity.serial, 'latin1'))],
  [0x83, deviceIdentification],
  [0xb0, blockLimits],
  [0xb1, blockCharacteristics],
  [0xb2, provisioning],
]);

function page(code: number, body: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head[1] = code;
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

/** Designators (7.8.6): one that is locally assigned, one of the vendor, and the SCSI name of the unit. */
function deviceIdentification({ identity, lun }: LogicalUnit): Buffer {
  const local = Buffer.from(`3${identity.serial.slice(1, 16)}`, 'hex');
  const named = Buffer.from(`HOSTKEEP${identity.serial}`, 'latin1');
  const name = padded(`${identity.targetName},L,0x${lun.toString(16).padStart(16, '0')}`);
  const port = padded(`${identity.targetName},t,0x0001`);
  return page(
    0x83,
    Buffer.concat([
      designator({ codeSet: 1, association: 0, type: 3 }, local),
      designator({ codeSet: 2, association: 0, type: 1 }, named),
      designator({ codeSet: 3, association: 0, type: 8 }, name),
      designator({ codeSet: 3, association: 1, type: 8 }, port),
      designator({ codeSet: 1, association: 1, type: 4 }, Buffer.from([0, 0, 0, 1])),
    ]),
  );
}

function designator(
  of: { readonly codeSet: number; readonly association: number; readonly type: number },
  value: Buffer,
): Buffer {
  const withPort = of.association === 1;
  // Protocol 5 is iSCSI; only designators of ports and targets name a protocol.
  const head = Buffer.from([
    (withPort ? 0x50 : 0) | of.codeSet,
    (withPort ? 0x80 : 0) | (of.association << 4) | of.type,
    0,
    value.length,
  ]);
  return Buffer.concat([head, value]);
}

/** SCSI names end in a zero and fill words (7.8.6.11). */
function padded(text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`, 'utf8');
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function blockLimits({ blockBytes }: LogicalUnit): Buffer {
  const body = Buffer.alloc(60);
  const granularity = Math.max(1, unmapUnitBytes / blockBytes);
  // WSNZ: WRITE SAME of no length, to the end of the disk, is not done (SBC-3, 6.5.3); the longest one would forbid most of them.
  body[0] = 0x01;
  body[1] = maxCompareBlocks;
  body.writeUInt16BE(granularity, 2);
  body.writeUInt32BE(maxTransferBytes / blockBytes, 4);
  body.writeUInt32BE((256 * 1024) / blockBytes, 8);
  body.writeUInt32BE(maxTransferBytes / blockBytes, 12);
  body.writeUInt32BE(maxUnmapBlocks, 16);
  body.writeUInt32BE(maxUnmapDescriptors, 20);
  body.writeUInt32BE(granularity, 24);
  body.writeUInt32BE(0x8000_0000, 28);
  body.writeBigUInt64BE(BigInt(maxWriteSameBlocks), 32);
  return page(0xb0, body);
}

function blockCharacteristics(): Buffer {
  const body = Buffer.alloc(60);
  // No rotating medium.
  body.writeUInt16BE(1, 0);
  return page(0xb1, body);
}

/** Thin: UNMAP and WRITE SAME give space back, and what was given back reads as zeros (6.5.7). */
function provisioning(): Buffer {
  return page(0xb2, Buffer.from([0, 0xe4, 0x02, 0]));
}
