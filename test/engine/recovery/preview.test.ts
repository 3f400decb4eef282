import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseGuestPath } from '#engine/recovery';
import { contentType, decodeText, imageHead, previewFile } from '#engine/recovery/preview';
import { noise, temporaryFolder } from '../../fixtures/environment.ts';
import { needs } from '../../fixtures/tools.ts';
import { guestWith, subjectOf, tools } from '../verify/guest-volume.ts';

test('text is decoded from UTF-8, UTF-16 with and without its mark, and ANSI; what is none is told from it', () => {
  const says = (bytes: Buffer) => [decodeText(bytes)?.encoding, decodeText(bytes)?.text];
  const text = 'Größe: 5 €\r\nzweite Zeile\t1';
  assert.deepEqual(says(Buffer.from(text)), ['utf-8', text]);
  assert.deepEqual(says(Buffer.from(`\ufeff${text}`)), ['utf-8', text]);
  assert.deepEqual(says(Buffer.from(`\ufeff${text}`, 'utf16le')), ['utf-16le', text]);
  assert.deepEqual(says(Buffer.from('a longer piece of plain text', 'utf16le')), ['utf-16le', 'a longer piece of plain text']);
  assert.deepEqual(says(Buffer.from(`\ufeff${text}`, 'utf16le').swap16()), ['utf-16be', text]);
  assert.deepEqual(says(Buffer.from('Gr\xf6\xdfe: 5 \x80', 'latin1')), ['windows-1252', 'Größe: 5 €']);
  assert.deepEqual(says(Buffer.from('Größe').subarray(0, 3)), ['utf-8', 'Gr'], 'a cut character is left away');
  assert.equal(decodeText(noise(5000, 1)), undefined);
  assert.equal(decodeText(Buffer.from([1, 2, 3, 4, 5, 6])), undefined);
});

test('images are known by their heads, with their pixels', async (context) => {
  if (!needs(context, { python3: 'python3' })) return;
  const folder = await temporaryFolder(context);
  const script = `
import struct, zlib, sys
w, h = 37, 21
def chunk(kind, data): return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', zlib.crc32(kind + data))
png = b'\\x89PNG\\r\\n\\x1a\\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', w, h, 8, 2, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(b'\\0' * (w * 3 + 1) * h)) + chunk(b'IEND', b'')
open(sys.argv[1] + '/a.png', 'wb').write(png)
open(sys.argv[1] + '/a.gif', 'wb').write(b'GIF89a' + struct.pack('<HH', w, h) + b'\\0' * 20)
open(sys.argv[1] + '/a.bmp', 'wb').write(b'BM' + struct.pack('<IHHIIiiHHI', 54, 0, 0, 54, 40, w, -h, 1, 24, 0) + b'\\0' * 30)
open(sys.argv[1] + '/a.jpg', 'wb').write(b'\\xff\\xd8\\xff\\xe0\\0\\x10JFIF\\0' + b'\\0' * 9 + b'\\xff\\xc0\\0\\x11\\x08' + struct.pack('>HH', h, w) + b'\\0' * 40)
open(sys.argv[1] + '/a.webp', 'wb').write(b'RIFF\\0\\0\\0\\0WEBPVP8X\\x0a\\0\\0\\0\\0\\0\\0\\0' + struct.pack('<I', w - 1)[:3] + struct.pack('<I', h - 1)[:3] + b'\\0' * 9)
`;
  execFileSync('python3', ['-c', script, folder]);
  const expected = { png: 'image/png', gif: 'image/gif', bmp: 'image/bmp', jpg: 'image/jpeg', webp: 'image/webp' };
  for (const [ending, mime] of Object.entries(expected)) {
    const bytes = await readFile(join(folder, `a.${ending}`));
    assert.deepEqual(imageHead(bytes), { mime, width: 37, height: 21 }, ending);
    assert.doesNotThrow(() => imageHead(bytes.subarray(0, 14)), ending);
  }
  assert.equal(imageHead(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')), undefined);
  assert.equal(imageHead(Buffer.from('BM is how this plain text begins, and no picture')), undefined);
});

test('a file of a guest is previewed: text, empty, and anything else by its kind and first bytes', async (context) => {
  if (!needs(context, tools)) return;
  const { volumes } = subjectOf(
    await guestWith(context, {
      'long.txt': Buffer.from('0123456789\n'.repeat(20_000)),
      'empty.txt': Buffer.alloc(0),
      'a.zip': Buffer.concat([Buffer.from('PK\x03\x04'), noise(300, 2)]),
    }),
  );
  const preview = async (name: string) =>
    previewFile(await volumes.find(parseGuestPath(`/disk0/part0/${name}`)), { imageBytes: 0 });
  const long = await preview('long.txt');
  assert.ok(long.kind === 'text' && long.truncated && long.text.length === 64 * 1024 && long.sizeBytes === 220_000);
  assert.deepEqual(await preview('empty.txt'), { kind: 'empty', sizeBytes: 0 });
  const zip = await preview('a.zip');
  assert.ok(zip.kind === 'binary' && zip.type.startsWith('ZIP archive') && zip.hex.length === 16);
  assert.match(zip.hex[0]!, /^00000000 {2}50 4b 03 04 .* {2}PK\.\./);
  await assert.rejects(preview(''), { code: 'recovery/not-a-file' });
  assert.equal(contentType(Buffer.from('%PDF-1.7')), 'PDF document');
  assert.equal(contentType(Buffer.from([9, 9])), 'binary data of no kind known here');
});
