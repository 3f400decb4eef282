import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { sddlOf } from '../../../../main/engine/formats/ntfs/index.ts';

/** A SID: S-1-authority-parts. */
function sid(authority: number, ...parts: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes.set([1, parts.length]);
  bytes.writeUIntBE(authority, 2, 6);
  for (const [index, part] of parts.entries()) bytes.writeUInt32LE(part, 8 + index * 4);
  return bytes;
}

function ace(type: number, flags: number, mask: number, rest: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.set([type, flags]);
  head.writeUInt16LE(8 + rest.length, 2);
  head.writeUInt32LE(mask, 4);
  return Buffer.concat([head, rest]);
}

function acl(...aces: readonly Buffer[]): Buffer {
  const body = Buffer.concat(aces);
  const head = Buffer.alloc(8);
  head[0] = 4;
  head.writeUInt16LE(8 + body.length, 2);
  head.writeUInt16LE(aces.length, 4);
  return Buffer.concat([head, body]);
}

interface Parts {
  readonly control: number;
  readonly owner?: Buffer;
  readonly group?: Buffer;
  readonly sacl?: Buffer;
  readonly dacl?: Buffer;
}

function descriptor({ control, owner, group, sacl, dacl }: Parts): Buffer {
  const head = Buffer.alloc(20);
  head[0] = 1;
  head.writeUInt16LE(control | 0x8000, 2);
  let at = 20;
  const body = [owner, group, sacl, dacl].map((part, index) => {
    if (part === undefined) return Buffer.alloc(0);
    head.writeUInt32LE(at, 4 + index * 4);
    at += part.length;
    return part;
  });
  return Buffer.concat([head, ...body]);
}

const system = sid(5, 18);
const administrators = sid(5, 32, 544);
const user = sid(5, 21, 1, 2, 3, 1001);

test('owner, group, inherited and protected lists, as Windows writes them', () => {
  const dacl = acl(ace(0, 0x13, 0x1f01ff, system), ace(0, 0x0b, 0x10000000, sid(3, 0)), ace(1, 0, 0x120089, user));
  assert.equal(
    sddlOf(descriptor({ control: 0x1404, owner: administrators, group: user, dacl })),
    'O:BAG:S-1-5-21-1-2-3-1001D:PAI(A;OICIID;FA;;;SY)(A;OICIIO;GA;;;CO)(D;;FR;;;S-1-5-21-1-2-3-1001)',
  );
});

test('audit entries, integrity labels and object entries', () => {
  const guid = Buffer.from('10203040506070808090a0b0c0d0e0f0', 'hex');
  const object = Buffer.concat([Buffer.from([1, 0, 0, 0]), guid, user]);
  const sacl = acl(ace(2, 0xc0, 0x1f01ff, sid(1, 0)), ace(0x11, 0, 1, sid(16, 12_288)));
  const dacl = acl(ace(5, 0, 0x30, object));
  assert.equal(
    sddlOf(descriptor({ control: 0x0814, sacl, dacl })),
    'D:(OA;;0x30;40302010-6050-8070-8090-a0b0c0d0e0f0;;S-1-5-21-1-2-3-1001)S:AI(AU;SAFA;FA;;;WD)(ML;;NW;;;HI)',
  );
});

test('no list is not the same as an empty one', () => {
  assert.equal(sddlOf(descriptor({ control: 4 })), 'D:NO_ACCESS_CONTROL');
  assert.equal(sddlOf(descriptor({ control: 4, dacl: acl() })), 'D:');
  assert.equal(sddlOf(descriptor({ control: 0, owner: system })), 'O:SY');
});

test('an entry with a condition is refused rather than left out', () => {
  const dacl = acl(ace(9, 0, 1, Buffer.concat([user, Buffer.from('artx')])));
  assert.throws(
    () => sddlOf(descriptor({ control: 4, dacl })),
    (error) => hasCode(error, 'format/ntfs-unsupported'),
  );
});

test('lists and SIDs that lie outside are damage', () => {
  const sound = descriptor({ control: 4, owner: system, dacl: acl(ace(0, 0, 1, user)) });
  for (let length = 0; length < sound.length; length += 1)
    assert.throws(
      () => sddlOf(sound.subarray(0, length)),
      (error) => hasCode(error, 'format/ntfs-corrupt'),
      `${length}`,
    );
});
