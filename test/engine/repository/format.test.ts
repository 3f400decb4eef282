/** A reader that knows docs/repository-format.md and Node's cryptography alone: what is written today must open with what the page says. */
import assert from 'node:assert/strict';
import { createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { hasCode } from '#contract';
import { chunkReader } from '../../../main/engine/repository/chunk-reader.ts';
import { deriveFileKey, seal, unseal } from '../../../main/engine/repository/seal.ts';
import { noise, quickRepository, temporaryFolder } from '../../fixtures/environment.ts';
import { backUpImage } from '../../fixtures/points.ts';

const mib = 1024 * 1024;
const kinds = { data: 1, map: 2, directory: 3 } as const;
type Kind = keyof typeof kinds;

interface Sealed {
  readonly master: Buffer;
  readonly file: string;
  readonly kind: Kind;
  readonly ordinal: number;
}

const keyOf = (master: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', master, 'hostkeep repository 1', purpose, 32));

/** "Sealing". */
function open({ master, file, kind, ordinal }: Sealed, sealed: Buffer): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(kinds[kind], 0);
  nonce.writeUInt32LE(ordinal, 4);
  const decipher = createDecipheriv('aes-256-gcm', keyOf(master, `pack/${file}`), nonce);
  decipher.setAAD(Buffer.from(`${file}/${kind}/${ordinal}`));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
}

interface Found {
  readonly kind: Kind;
  readonly id: string;
  readonly bytes: Buffer;
}

/** "Packs". */
function chunksOf(master: Buffer, pack: Buffer): readonly Found[] {
  assert.equal(pack.toString('latin1', 0, 8), 'HKPACK01');
  assert.equal(pack.toString('latin1', pack.length - 8), 'HKPKEND1');
  const file = pack.toString('hex', 8, 24);
  const [trailer, sealedDirectory] = [pack.length - 16, pack.readUInt32LE(pack.length - 12)];
  const sealed = { master, file, kind: 'directory', ordinal: 0 } as const;
  const directory = open(sealed, pack.subarray(trailer - sealedDirectory, trailer));
  assert.equal(directory.readUInt32LE(0), pack.readUInt32LE(trailer));
  const found: Found[] = [];
  let [at, offset] = [4, 24];
  for (let ordinal = 0; ordinal < directory.readUInt32LE(0); ordinal += 1) {
    const kind = directory[at] === 0 ? 'data' : 'map';
    const sealedLength = directory.readUInt32LE(at + 4);
    const opened = open({ master, file, kind, ordinal }, pack.subarray(offset, offset + sealedLength));
    const plain = directory[at + 1] === 0 ? opened : zstdDecompressSync(opened);
    assert.equal(plain.length, directory.readUInt32LE(at + 8));
    const chunks = directory.readUInt32LE(at + 12);
    let from = 0;
    for (let row = at + 16; row < at + 16 + chunks * 20; row += 20) {
      const length = directory.readUInt32LE(row + 16);
      found.push({ kind, id: directory.toString('hex', row, row + 16), bytes: plain.subarray(from, from + length) });
      from += length;
    }
    assert.equal(from, plain.length);
    [at, offset] = [at + 16 + chunks * 20, offset + sealedLength];
  }
  return found;
}

test('packs open with what the format says, chunks have the ids that it gives them, and they are the disk', async (context) => {
  const repository = await quickRepository();
  const image = join(await temporaryFolder(context), 'disk.raw');
  const disk = Buffer.concat([noise(3 * mib, 1), Buffer.alloc(5 * mib, 'text that compresses '), noise(mib, 2)]);
  await writeFile(image, disk);
  await backUpImage(repository, { image });
  const { masterKey: master, storage } = repository;
  const blocks = new Set<string>();
  const seen = new Set<Kind>();
  for (const { name, sizeBytes } of await storage.list('packs'))
    for (const { kind, id, bytes } of chunksOf(master, await storage.readAll(name, sizeBytes))) {
      seen.add(kind);
      const digest = createHash('sha256').update(bytes).digest();
      const named = createHmac('sha256', keyOf(master, `chunk-id/${kind}`))
        .update(digest)
        .digest('hex')
        .slice(0, 32);
      assert.equal(id, named);
      if (kind === 'data') for (let at = 0; at < bytes.length; at += 4096) blocks.add(bytes.toString('latin1', at, at + 4096));
    }
  assert.deepEqual([...seen].toSorted(), ['data', 'map']);
  for (let at = 0; at < disk.length; at += 4096) assert.ok(blocks.has(disk.toString('latin1', at, at + 4096)), `block at ${at}`);
});

test('a sealed part opens under its own kind, place and file alone', () => {
  const [master, plain] = [noise(32, 3), noise(100, 4)];
  const file = deriveFileKey(master, 'pack', '0'.repeat(32));
  const sealed = seal(file, { kind: 'data', ordinal: 7 }, plain);
  assert.ok(unseal(file, { kind: 'data', ordinal: 7 }, sealed).equals(plain));
  const broken = (error: unknown): boolean => hasCode(error, 'repository/seal-broken');
  assert.throws(() => unseal(file, { kind: 'data', ordinal: 8 }, sealed), broken);
  assert.throws(() => unseal(file, { kind: 'map', ordinal: 7 }, sealed), broken);
  assert.throws(() => unseal({ ...file, fileId: '1'.repeat(32) }, { kind: 'data', ordinal: 7 }, sealed), broken);
  const { key } = deriveFileKey(master, 'pack', '1'.repeat(32));
  assert.throws(() => unseal({ ...file, key }, { kind: 'data', ordinal: 7 }, sealed), broken);
});

test('an index that leads to another chunk, or to one of another kind, is not believed', async (context) => {
  const repository = await quickRepository();
  const image = join(await temporaryFolder(context), 'disk.raw');
  await writeFile(image, noise(mib, 5));
  await backUpImage(repository, { image });
  const { masterKey, namer, storage } = repository;
  const { locator } = await repository.reading();
  const ids = { data: [] as Buffer[], map: [] as Buffer[] };
  for (const { name, sizeBytes } of await storage.list('packs'))
    for (const { kind, id } of chunksOf(masterKey, await storage.readAll(name, sizeBytes)))
      if (kind !== 'directory') ids[kind].push(Buffer.from(id, 'hex'));
  const [one, two] = ids.data as [Buffer, Buffer];
  const misled = { ...locator, locate: (id: Buffer) => locator.locate(id.equals(one) ? two : id) };
  const reader = chunkReader({ storage, masterKey, namer, locator: misled, cacheBytes: mib });
  assert.ok(namer('data', await reader.read('data', two)).equals(two));
  const damaged = (error: unknown): boolean => hasCode(error, 'repository/chunk-damaged');
  await assert.rejects(reader.read('data', one), damaged);
  await assert.rejects(reader.read('map', two), damaged);
  await assert.rejects(reader.read('data', ids.map[0]!), damaged);
});
