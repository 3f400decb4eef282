import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, open, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { guestVolumes, restoreFiles, zipFiles, type GuestVolumes, type RestoredFiles } from '#engine/recovery';
import { openDisk, type OpenedDisk } from '../../../main/engine/formats/open-disk.ts';
import { quiet } from '../../fixtures/environment.ts';
import { missingTools, run } from '../../fixtures/tools.ts';
import { mounted, walkMounted, type MountedFile } from '../../oracle/files/mounted.ts';
import { filledNtfs, ntfsOracle } from '../../oracle/files/ntfs.ts';

const missing = missingTools(ntfsOracle.tools);
const skip =
  missing.length > 0 ? `needs the Debian packages ${missing.join(', ')}` : process.getuid?.() !== 0 && 'needs root, to mount';
const python = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    print(json.dumps({i.filename: hashlib.sha256(z.read(i)).hexdigest() for i in z.infolist() if not i.is_dir()}))
`;

describe('everything of an NTFS volume is restored, or told', { skip }, () => {
  let folder: string;
  let disk: OpenedDisk;
  let volumes: GuestVolumes;
  let files: readonly MountedFile[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostkeep-restore-'));
    const { image } = await filledNtfs(folder, 4096);
    const root = join(folder, 'mount');
    files = await mounted(['ntfs-3g', '-o', 'ro,noatime,streams_interface=none', image], root, () => walkMounted(root, ['huge']));
    disk = await openDisk({ format: 'raw', path: image });
    volumes = guestVolumes({ indexes: [0], open: async () => disk });
  });
  after(async () => {
    await disk.close();
    await rm(folder, { recursive: true });
  });

  const isSpecial = (path: string): boolean => path.startsWith('reparse/') || path.startsWith('WOF') || path.startsWith('huge/');

  test('into a folder, with times, holes, hard links and streams', async () => {
    const to = join(folder, 'restored');
    const report = await restoreFiles(volumes, ['/disk0/part0'], { to, ...quiet });
    await comparesTo(to, report);
    const sparse = await lstat(join(to, 'sparse/holes.bin'));
    assert.ok(sparse.blocks * 512 < sparse.size / 10, 'holes stay holes');
    const huge = await lstat(join(to, 'huge/six tebibytes.bin'));
    assert.ok(huge.size === 6 * 2 ** 40 && huge.blocks * 512 < 2 ** 20);
    const first = await lstat(join(to, 'hard links/first.bin'));
    assert.equal(first.nlink, files.find(({ path }) => path === 'hard links/first.bin')!.links);
    assert.equal(await readlink(join(to, 'reparse/relative link.txt')), 'target.txt');
    const codes = new Map(report.skipped.map(({ path, code }) => [path.slice('/disk0/part0/'.length), code]));
    assert.deepEqual(Object.fromEntries(codes), {
      'reparse/absolute folder link': 'recovery/unsafe-link',
      'reparse/junction': 'recovery/unsafe-link',
      'reparse/mount point': 'recovery/unsafe-link',
      'reparse/wsl link': 'recovery/unsafe-link',
      'reparse/deduplicated.bin': 'format/file-deduplicated',
      'deduplicated/written since.bin': 'format/file-deduplicated',
      'reparse/cloud only.bin': 'format/file-offline',
      'reparse/archived.bin': 'format/file-offline',
      'reparse/app alias.exe': 'format/reparse-unknown',
    });
    const lines = (await readFile(join(to, '.hostkeep-sidecar.jsonl'), 'utf8')).trim().split('\n');
    const secured = lines
      .map((line) => JSON.parse(line) as { path: string; sddl?: string })
      .find(({ path }) => path === 'security/0.txt');
    assert.equal(secured?.sddl, 'O:S-1-5-21-1111-2222-3333-1001G:SYD:P(D;;0x10000;;;S-1-5-21-1111-2222-3333-1001)(A;;FA;;;WD)');
  });

  async function comparesTo(to: string, report: RestoredFiles): Promise<void> {
    const places = new Map(report.renamed.map(({ path, to: place }) => [path.slice('/disk0/part0/'.length), place]));
    let compared = 0;
    for (const file of files) {
      if (file.type !== 'file' || isSpecial(file.path)) continue;
      const path = join(to, places.get(file.path) ?? file.path);
      const status = await lstat(path, { bigint: true });
      assert.equal(await digestOf(path), file.sha256, file.path);
      const late = status.mtimeNs - BigInt(file.modifiedNs);
      assert.ok(late < 1000n && late > -1000n, `${file.path}: ${late} ns`);
      compared += 1;
    }
    assert.ok(compared > 350, `${compared}`);
  }

  test('as a zip that other programs read', async () => {
    const zip = join(folder, 'files.zip');
    const output = await open(zip, 'wx');
    const write = async (bytes: Uint8Array): Promise<void> => void (await output.write(bytes));
    const report = await zipFiles(volumes, ['/disk0/part0'], { write, ...quiet });
    await output.close();
    assert.ok(report.skipped.some(({ path, code }) => path.includes('huge/') && code === 'recovery/too-sparse'));
    const found = JSON.parse(run('python3', '-c', python, zip)) as Readonly<Record<string, string>>;
    const places = new Map(report.renamed.map(({ path, to }) => [path.slice('/disk0/part0/'.length), to]));
    for (const file of files) {
      if (file.type === 'file' && !isSpecial(file.path))
        assert.equal(found[places.get(file.path) ?? file.path], file.sha256, file.path);
    }
    assert.match(run('7z', 't', zip), /Everything is Ok/);
    const into = join(folder, 'unzipped');
    await mkdir(into);
    run('7z', 'x', '-bd', `-o${into}`, zip, 'plain/large.bin');
    const { mtimeNs } = await lstat(join(into, 'plain/large.bin'), { bigint: true });
    const wanted = BigInt(files.find(({ path }) => path === 'plain/large.bin')!.modifiedNs);
    assert.equal(mtimeNs / 100n, wanted / 100n, 'times to 100 ns, as NTFS has them');
  });
});

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
