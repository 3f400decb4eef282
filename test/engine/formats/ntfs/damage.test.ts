import assert from 'node:assert/strict';
import { before, after, describe, test } from 'node:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BlockSource, OverlayRange } from '#engine/blocks';
import { missingTools } from '../../../fixtures/tools.ts';
import { openNtfs } from '../../../../main/engine/formats/ntfs/index.ts';
import { openDisk, type OpenedDisk } from '../../../../main/engine/formats/open-disk.ts';
import { filledNtfs, ntfsOracle } from '../../../oracle/files/ntfs.ts';
import { attributeAt, changed, readVolume, soundVolume, withChanges, type SoundVolume } from './volume-reading.ts';

const types = {
  standard: 0x10,
  list: 0x20,
  name: 0x30,
  data: 0x80,
  indexRoot: 0x90,
  indexAllocation: 0xa0,
  reparse: 0xc0,
} as const;
const largeFolder = 'large folder';

interface Damage {
  readonly name: string;
  /** How many paths are lost at least; 0 where the damaged piece can be done without. */
  readonly lost: number;
  make(volume: SoundVolume): Promise<readonly OverlayRange[]>;
}

/** A change to the record of a file. */
function inRecord(path: string, change: (record: Buffer) => void): Damage['make'] {
  return async (volume) => [await changed(volume, await volume.recordOffset(path), 1024, change)];
}

/** A change to the bytes of an attribute in a file's record. */
function inAttribute(path: string, type: number, change: (attribute: Buffer) => void): Damage['make'] {
  return inRecord(path, (record) => change(record.subarray(attributeAt(record, type))));
}

/** A change to the first bytes of a stretch of a file's content, counted by ranges. */
function inContent(path: string, offset: number, change: (bytes: Buffer) => void): Damage['make'] {
  return async (volume) => {
    const ranges = await volume.system.ranges(await volume.node(path));
    const range = ranges.find((candidate) => candidate.volumeOffset !== null && candidate.offset + candidate.length > offset)!;
    return [await changed(volume, range.volumeOffset! + Math.max(0, offset - range.offset), 512, change)];
  };
}

/** A change to the first index blocks of a folder: its index allocation, found by the signature after its first run. */
function inIndexBlock(path: string, change: (block: Buffer) => void): Damage['make'] {
  return async (volume) => {
    const at = await volume.recordOffset(path);
    let first = 0;
    await changed(volume, at, 1024, (record) => {
      const attribute = record.subarray(attributeAt(record, types.indexAllocation));
      const runs = attribute.readUInt16LE(32);
      const [lengthBytes, offsetBytes] = [attribute[runs]! & 15, attribute[runs]! >>> 4];
      first = attribute.readIntLE(runs + 1 + lengthBytes, offsetBytes) * 4096;
    });
    return [await changed(volume, first, 4096, change)];
  };
}

const damages: readonly Damage[] = [
  {
    name: 'a record without its signature',
    lost: 1,
    make: inRecord('plain/1000 bytes.bin', (record) => record.write('BAAD', 0)),
  },
  { name: 'a record written in part', lost: 1, make: inRecord('plain/1000 bytes.bin', (record) => (record[1022]! ^= 0xff)) },
  { name: 'a record overwritten with zeros', lost: 1, make: inRecord('plain/1000 bytes.bin', (record) => record.fill(0)) },
  { name: 'a record that is marked free', lost: 1, make: inRecord('plain/1000 bytes.bin', (record) => (record[22]! &= ~1)) },
  { name: 'a record of another file', lost: 1, make: inRecord('plain/1000 bytes.bin', (record) => (record[16]! += 1)) },
  { name: 'a folder record written in part', lost: 3, make: inRecord('hard links', (record) => (record[510]! ^= 1)) },
  {
    name: 'an attribute longer than its record',
    lost: 1,
    make: inAttribute('plain/large.bin', types.data, (data) => data.writeUInt32LE(4096, 4)),
  },
  {
    name: 'an attribute without length',
    lost: 1,
    make: inAttribute('plain/large.bin', types.data, (data) => data.writeUInt32LE(0, 4)),
  },
  {
    name: 'a resident value outside its attribute',
    lost: 1,
    make: inAttribute('plain/100 bytes.bin', types.data, (data) => data.writeUInt32LE(0x10000, 16)),
  },
  {
    name: 'a run outside the volume',
    lost: 1,
    make: inAttribute('plain/large.bin', types.data, (data) =>
      data.set([0x41, 9, 0xff, 0xff, 0xff, 0x7f], data.readUInt16LE(32)),
    ),
  },
  {
    name: 'a run list that ends too soon',
    lost: 1,
    make: inAttribute('plain/large.bin', types.data, (data) => (data[data.readUInt16LE(32)] = 0)),
  },
  {
    name: 'a size beyond the runs',
    lost: 1,
    make: inAttribute('plain/large.bin', types.data, (data) => data.writeUInt32LE(7_000_000, 48)),
  },
  {
    name: 'a negative run',
    lost: 1,
    make: inAttribute('plain/large.bin', types.data, (data) => data.set([0x11, 5, 0x80], data.readUInt16LE(32))),
  },
  {
    name: 'standard information cut short',
    lost: 1,
    make: inAttribute('plain/large.bin', types.standard, (standard) => standard.writeUInt32LE(8, 16)),
  },
  {
    name: 'an attribute list that names no records',
    lost: 1,
    make: inAttribute('attribute list/many streams.txt', types.list, (list) =>
      list[8] === 0 ? list.fill(0xff, 24 + 16, 24 + 22) : list.writeUInt32LE(0, 48),
    ),
  },
  {
    name: 'an attribute list with an entry without length',
    lost: 1,
    make: inAttribute('attribute list/shuffled.bin', types.list, (list) =>
      list[8] === 0 ? list.writeUInt16LE(0, 28) : list.writeUInt32LE(13, 48),
    ),
  },
  { name: 'an index block written in part', lost: 10, make: inIndexBlock(largeFolder, (block) => (block[1022]! ^= 0x55)) },
  { name: 'an index block without its signature', lost: 10, make: inIndexBlock(largeFolder, (block) => block.write('xxxx', 0)) },
  {
    name: 'an index block that is another one',
    lost: 10,
    make: inIndexBlock(largeFolder, (block) => block.writeUInt32LE(77, 16)),
  },
  {
    name: 'an index entry without length',
    lost: 10,
    make: inIndexBlock(largeFolder, (block) => block.writeUInt16LE(0, 24 + block.readUInt32LE(24) + 8)),
  },
  {
    name: 'an index node that is longer than its block',
    lost: 10,
    make: inIndexBlock(largeFolder, (block) => block.writeUInt32LE(0x10000, 24 + 4)),
  },
  {
    name: 'an index root with an entry without length',
    lost: 3,
    make: inAttribute('security', types.indexRoot, (root) => root.writeUInt16LE(0, 32 + 32 + 8)),
  },
  {
    name: 'an index root that is longer than it is',
    lost: 3,
    make: inAttribute('security', types.indexRoot, (root) => root.writeUInt32LE(0x1000, 32 + 16 + 4)),
  },
  {
    name: 'a compressed unit with a broken chunk',
    lost: 1,
    make: inContent('compressed/x/text.txt', 0, (bytes) => bytes.writeUInt16LE(0x0fff, 0)),
  },
  {
    name: 'a compressed unit whose match reaches before its start',
    lost: 1,
    make: inContent('compressed/x/text.txt', 0, (bytes) => bytes.set([0xff, 0xff, 0xff], 2)),
  },
  {
    name: 'a compression unit that is too large',
    lost: 1,
    make: inAttribute('compressed/x/text.txt', types.data, (data) => (data[34] = 60)),
  },
  {
    name: 'a WOF chunk table that runs backwards',
    lost: 1,
    make: inContent('WOF XPRESS4K/level 50 text.txt', 0, (bytes) => bytes.writeUInt32LE(0xfffffff0, 8)),
  },
  {
    name: 'a WOF chunk of XPRESS with an impossible code',
    lost: 1,
    make: inContent('WOF XPRESS4K/level 50 text.txt', 74 * 4, (bytes) => bytes.fill(0x11, 0, 200)),
  },
  {
    name: 'a WOF chunk of LZX of an unknown kind',
    lost: 1,
    make: inContent('WOF LZX/level 50 text.txt', 9 * 4, (bytes) => bytes.fill(0xff, 0, 64)),
  },
  {
    name: 'a reparse point longer than it is',
    lost: 1,
    make: inAttribute('reparse/junction', types.reparse, (reparse) => reparse.writeUInt16LE(0xfff0, 24 + 4)),
  },
  {
    name: 'a link whose name lies outside',
    lost: 1,
    make: inAttribute('reparse/relative link.txt', types.reparse, (reparse) => reparse.writeUInt16LE(0x7000, 24 + 12)),
  },
  {
    name: 'a WOF algorithm that does not exist',
    lost: 1,
    make: inAttribute('WOF LZX/level 50 text.txt', types.reparse, (reparse) => reparse.writeUInt32LE(9, 24 + 8 + 12)),
  },
  {
    name: 'the boot sector',
    lost: 0,
    make: async (volume) => [await changed(volume, 0, 512, (bytes) => bytes.fill(0, 11, 512))],
  },
  {
    name: 'the first record of the table',
    lost: 0,
    make: async (volume) => [await changed(volume, 4 * 4096, 1024, (bytes) => bytes.fill(0))],
  },
];

const missing = missingTools(ntfsOracle.tools);
const skip =
  missing.length > 0 ? `needs the Debian packages ${missing.join(', ')}` : process.getuid?.() !== 0 && 'needs root, to mount';

describe('a damaged NTFS volume gives equal bytes or a coded reason', { skip }, () => {
  let folder: string;
  let disk: OpenedDisk;
  let volume: SoundVolume;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostkeep-damage-'));
    disk = await openDisk({ format: 'raw', path: (await filledNtfs(folder, 4096)).image });
    volume = await soundVolume(disk);
    assert.deepEqual(volume.content.damage, []);
  });
  after(async () => {
    await disk.close();
    await rm(folder, { recursive: true });
  });

  test('what was never written of a file reads as zeros, whatever lies in its clusters', async () => {
    for (const path of ['plain/large.bin', 'compressed/x/text.txt']) {
      const read = async (source: BlockSource, offset: number): Promise<Buffer> => {
        const system = await openNtfs(source);
        let node = await system.root();
        for (const name of path.split('/')) node = (await system.child(node, name))!;
        const bytes = Buffer.alloc(node.sizeBytes - offset);
        await system.read(node, offset, bytes);
        return bytes;
      };
      const whole = await read(volume.source, 0);
      for (const initialized of [0, 1, 5000, whole.length - 1]) {
        const make = inAttribute(path, types.data, (data) => data.writeBigUInt64LE(BigInt(initialized), 56));
        const source = withChanges(volume, await make(volume));
        const expected = Buffer.concat([whole.subarray(0, initialized), Buffer.alloc(whole.length - initialized)]);
        assert.ok(!expected.equals(whole));
        for (const offset of [0, 4000, 6000]) {
          assert.ok((await read(source, offset)).equals(expected.subarray(offset)), `${path}: ${initialized} from ${offset}`);
        }
      }
    }
  });

  for (const { name, lost, make } of damages) {
    test(name, async () => {
      const sound = volume.content.outcomes;
      const { outcomes, damage } = await readVolume(withChanges(volume, await make(volume)));
      const invented = [...outcomes].filter(([path, outcome]) => !sound.has(path) && !outcome.startsWith('format/'));
      assert.deepEqual(invented, [], 'nothing is there that was not there before');
      const missed = [...sound].filter(([path]) => !outcomes.has(path));
      const wrong = [...sound].filter(([path, outcome]) => outcomes.has(path) && outcomes.get(path) !== outcome);
      assert.deepEqual(
        wrong.filter(([path]) => !/(^|-> )format\//.test(outcomes.get(path)!)),
        [],
        'nothing reads as something else',
      );
      const isTold =
        damage.length > 0 ||
        [...outcomes].some(([path, outcome]) => outcome.startsWith('format/') && sound.get(path) !== outcome);
      assert.ok(missed.length === 0 || isTold, `missing without a word: ${missed[0]?.[0]}`);
      assert.ok(
        lost === 0 ? missed.length + wrong.length === 0 : missed.length + wrong.length >= lost,
        `lost ${missed.length + wrong.length}`,
      );
    });
  }
});
