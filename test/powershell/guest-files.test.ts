import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { zstdDecompressSync } from 'node:zlib';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { StepReport } from '#contract';
import { restoreIntoGuest, type IntoGuestOptions } from '#engine/recovery';
import { clock, noise, quickRepository, quiet, temporaryFolder } from '../fixtures/environment.ts';
import { backUpImage } from '../fixtures/points.ts';
import { needs } from '../fixtures/tools.ts';
import { hyperVGuestCopier } from '../../main/host/guest-copier.ts';
import { labVms } from '../../main/lab/vms.ts';
import { guestWith, subjectOf, tools, type Guest } from '../engine/verify/guest-volume.ts';
import { simulatedCommandLine } from './simulator/command-line.ts';
import { findEngine, missingEngine } from './simulator/engine.ts';
import { simulate, simulationLimits, type Simulation } from './simulator/host.ts';

const skip = (await findEngine()) === null ? missingEngine : false;
const vmId = labVms.find((vm) => vm.name === 'FS01')!.id;
const credential = { user: 'admin', password: 'right' };
const guest = { ...credential, writers: [], services: [], sql: [], exchange: null };

const files = {
  'Data/one.bin': noise(300_000, 1),
  'Data/sub/two.txt': Buffer.from('two'),
  'Data/sub/deep/three.txt': Buffer.from('three'),
};

interface Bench {
  readonly simulation: Simulation;
  /** The folder in the guest; its files lie on this machine. */
  readonly folder: string;
  readonly steps: readonly StepReport[];
  restore(more?: Partial<IntoGuestOptions>, path?: string): ReturnType<typeof restoreIntoGuest>;
}

async function bench(
  context: TestContext,
  known: typeof credential | undefined,
  backedUp: () => Promise<Guest> = () => guestWith(context, files),
): Promise<Bench> {
  const simulation = await simulate(context, { smallDisks: true });
  simulation.world.guests.set(vmId, { ...guest });
  const { volumes, point } = subjectOf(await backedUp());
  const folder = join(simulation.home, 'guest', 'Restored');
  const { shell, ledger } = simulation;
  const of = { id: 'hv01', name: 'HV01', shell, clock, address: null, path: 'auto', ledger, limits: simulationLimits } as const;
  const copier = hyperVGuestCopier({ ...of, guestCredential: async () => known });
  const steps: StepReport[] = [];
  let runs = 0;
  const restore: Bench['restore'] = (more = {}, path = '/disk0/part0/Data') =>
    restoreIntoGuest(volumes, [path], {
      copier,
      run: `00000000000${(runs += 1)}`,
      vmId,
      folder,
      conflict: 'rename',
      source: point.id,
      report: (step) => void steps.push(step),
      ...quiet,
      ...more,
    });
  return { simulation, folder, steps, restore };
}

test(
  'files go into a running guest by PowerShell Direct, each proved there, and nothing stays on the host',
  { skip },
  async (context) => {
    if (!needs(context, tools)) return;
    const { simulation, folder, steps, restore } = await bench(context, credential);
    const first = await restore();
    assert.deepEqual(first.copied, { way: 'powershell-direct', files: 3, kept: 0, renamed: [], failed: [], incomplete: [] });
    assert.deepEqual((await readdir(join(folder, 'Data'))).map((name) => name.toLowerCase()).toSorted(), ['one.bin', 'sub']);
    assert.deepEqual(await readFile(join(folder, 'Data', 'one.bin')), files['Data/one.bin']);
    assert.equal((await readFile(join(folder, 'Data', 'sub', 'deep', 'three.txt'))).toString(), 'three');
    assert.deepEqual(await simulation.host.listResidue(), []);
    assert.deepEqual(await readdir(join(simulation.ledger, 'guest-files')), []);
    assert.ok(steps.some(({ step, side, state }) => step === 'copy-to-guest' && side === 'guest' && state === 'done'));

    const again = await restore();
    assert.deepEqual([again.copied.files, again.copied.renamed.length], [3, 3]);
    assert.ok(existsSync(join(folder, 'Data', 'one (2).bin')));
    await writeFile(join(folder, 'Data', 'one.bin'), 'changed in the guest');
    const skipped = await restore({ conflict: 'skip' });
    assert.deepEqual([skipped.copied.files, skipped.copied.kept], [0, 3]);
    assert.equal((await readFile(join(folder, 'Data', 'one.bin'))).toString(), 'changed in the guest');
    const replaced = await restore({ conflict: 'overwrite' });
    assert.deepEqual([replaced.copied.files, replaced.copied.failed], [3, []]);
    assert.deepEqual(await readFile(join(folder, 'Data', 'one.bin')), files['Data/one.bin']);
    assert.ok(Math.abs((await stat(join(folder, 'Data', 'one.bin'))).mtimeMs - Date.now()) < 3_600_000, 'the time it had');
  },
);

/** A volume of NTFS with every feature. */
async function ntfsGuest(context: TestContext): Promise<Guest> {
  const image = join(await temporaryFolder(context), 'ntfs.img');
  await writeFile(image, zstdDecompressSync(await readFile(new URL('../fixtures/ntfs-features.zst', import.meta.url))));
  const repository = await quickRepository();
  const { point } = await backUpImage(repository, { image, threads: 1 });
  return { repository, point };
}

test(
  'rights, streams and attributes come into the guest with their files; what cannot be put there is told',
  { skip },
  async (context) => {
    const { simulation, folder, restore } = await bench(context, credential, () => ntfsGuest(context));
    const path = '/disk0/part0/attribute list';
    const { restored, copied } = await restore({}, path);
    assert.deepEqual([copied.files, copied.failed, copied.incomplete], [restored.files, [], []]);
    const below = join(folder, 'attribute list');
    const rights = 'O:BAG:BAD:(A;OICI;FA;;;WD)';
    assert.equal(await readFile(`${below}.rights`, 'utf8'), `All ${rights}`, 'of a folder that was made');
    // The file had its rights before it had its name.
    const names = await readdir(below);
    assert.equal(names.filter((name) => name.endsWith('.partial.rights')).length, 1);
    assert.equal(names.filter((name) => /\.partial:stream number \d+$/.test(name)).length, 40);
    assert.deepEqual(
      names.filter((name) => /partial(-\d+)?$/.test(name)),
      [],
      'nothing stays beside the files',
    );
    const streams = await Promise.all([0, 39].map((at) => readFile(join(below, partialOf(names, at)))));
    assert.deepEqual(
      streams.map(({ length }) => length),
      [50, 89],
    );

    simulation.world.guests.set(vmId, { ...guest, noOwner: true });
    const again = await restore({ conflict: 'overwrite' }, path);
    assert.deepEqual(
      new Map(again.copied.incomplete.map(({ path: name, says }) => [name, says])),
      new Map([
        ['attribute list/many streams.txt', 'owner'],
        ['attribute list/shuffled.bin', 'owner'],
      ]),
    );
    assert.equal(
      await readFile(join(below, 'many streams.txt.rights'), 'utf8'),
      `Access ${rights}`,
      'and of one that was replaced',
    );
    simulation.world.guests.set(vmId, { ...guest, noRights: true });
    const refused = await restore({ conflict: 'overwrite' }, path);
    assert.equal(refused.copied.incomplete.length, 2);
    assert.match(refused.copied.incomplete[0]!.says, /^rights: Zugriff verweigert/);
  },
);

test(
  'a stream that the guest does not take leaves nothing beside its file, and rights that forbid to rename keep no file from being replaced',
  { skip },
  async (context) => {
    const { simulation, folder, restore } = await bench(context, credential, () => ntfsGuest(context));
    const path = '/disk0/part0/attribute list';
    const below = join(folder, 'attribute list');
    simulation.world.guests.set(vmId, { ...guest, refuses: '.partial-7' });
    const { copied } = await restore({}, path);
    assert.deepEqual(
      copied.failed.map(({ path: name }) => name),
      ['attribute list/many streams.txt'],
    );
    const left = async (): Promise<readonly string[]> =>
      (await readdir(below)).filter((name) => /\.partial(-\d+)?(\.sealed)?$/.test(name));
    assert.deepEqual(await left(), []);

    simulation.world.guests.set(vmId, { ...guest });
    assert.deepEqual((await restore({ conflict: 'overwrite' }, path)).copied.failed, []);
    simulation.world.guests.set(vmId, { ...guest, strict: true });
    const replaced = await restore({ conflict: 'overwrite' }, path);
    assert.deepEqual([replaced.copied.failed, replaced.copied.incomplete], [[], []]);
    assert.deepEqual(await left(), []);
  },
);

test('rights that forbid to rename a file keep a new one from neither its name nor its rights', { skip }, async (context) => {
  const { simulation, folder, restore } = await bench(context, credential, () => ntfsGuest(context));
  simulation.world.guests.set(vmId, { ...guest, strict: true });
  const { restored, copied } = await restore({}, '/disk0/part0/attribute list');
  assert.deepEqual([copied.files, copied.failed, copied.incomplete], [restored.files, [], []]);
  const below = join(folder, 'attribute list');
  assert.equal(await readFile(join(below, 'many streams.txt.rights'), 'utf8'), 'All O:BAG:BAD:(A;OICI;FA;;;WD)');
  assert.deepEqual(
    (await readdir(below)).filter((name) => /\.partial(-\d+)?(\.sealed)?$/.test(name)),
    [],
  );
});

test(
  'a file that cannot be replaced stays as it was and is told; one that Windows lost while replacing is there anew',
  { skip },
  async (context) => {
    if (!needs(context, tools)) return;
    const { simulation, folder, restore } = await bench(context, credential);
    await restore();
    const old = join(folder, 'Data', 'one.bin');
    await writeFile(old, 'of the guest');
    await chmod(old, 0o444);
    simulation.world.guests.set(vmId, { ...guest, replaces: 'refuses' });
    const refused = await restore({ conflict: 'overwrite' });
    assert.deepEqual(refused.copied.failed.map(({ path }) => path).toSorted(), [
      'Data/one.bin',
      'Data/sub/deep/three.txt',
      'Data/sub/two.txt',
    ]);
    assert.ok(refused.copied.failed.every(({ says }) => says.includes('Die Datei wird von einem anderen Prozess verwendet')));
    assert.equal(refused.copied.files, 0);
    assert.equal(await readFile(old, 'utf8'), 'of the guest');
    assert.equal((await stat(old)).mode & 0o222, 0, 'still read-only');
    const left = async (): Promise<readonly string[]> => (await readdir(join(folder, 'Data'))).toSorted();
    assert.deepEqual(await left(), ['one.bin', 'sub']);

    simulation.world.guests.set(vmId, { ...guest, replaces: 'loses' });
    const lost = await restore({ conflict: 'overwrite' });
    assert.deepEqual([lost.copied.files, lost.copied.failed], [3, []]);
    assert.deepEqual(await readFile(old), files['Data/one.bin']);
    assert.deepEqual(await left(), ['one.bin', 'sub']);
  },
);

function partialOf(names: readonly string[], stream: number): string {
  return names.find((name) => name.endsWith(`:stream number ${String(stream).padStart(3, '0')}`))!;
}

test('a link in the guest is never written through; the other files arrive', { skip }, async (context) => {
  if (!needs(context, tools)) return;
  const { simulation, folder, restore } = await bench(context, credential);
  const outside = join(simulation.home, 'outside');
  await mkdir(outside);
  await mkdir(join(folder, 'Data'), { recursive: true });
  await symlink(outside, join(folder, 'Data', 'sub'));
  const { copied } = await restore({ conflict: 'overwrite' });
  assert.equal(copied.files, 1);
  assert.ok(copied.failed.length >= 2 && copied.failed.every(({ says }) => /link/.test(says)), JSON.stringify(copied.failed));
  assert.deepEqual(await readdir(outside), []);
});

test('a guest that goes away meanwhile ends it with its code, and the host is as before', { skip }, async (context) => {
  if (!needs(context, tools)) return;
  const { simulation, restore } = await bench(context, credential);
  simulation.world.guests.set(vmId, { ...guest, copies: 1 });
  await assert.rejects(restore(), { code: 'host/guest-unreachable' });
  assert.deepEqual(await simulation.host.listResidue(), []);
  assert.deepEqual(await readdir(join(simulation.ledger, 'guest-files')), []);
});

test('what a run that died has left on the host is residue, and cleaning removes it', { skip }, async (context) => {
  if (!needs(context, tools)) return;
  const { simulation, restore } = await bench(context, credential);
  const { shell, ledger } = simulation;
  const of = { id: 'hv01', name: 'HV01', shell, clock, address: null, path: 'auto', ledger, limits: simulationLimits } as const;
  const copier = hyperVGuestCopier({ ...of, guestCredential: async () => credential });
  const wanted = { run: 'dead01', vmId, folder: join(simulation.home, 'guest'), bytes: 1, conflict: 'skip' } as const;
  const { staging } = await copier.begin(wanted, () => undefined, quiet.signal);
  const [left] = await simulation.host.listResidue();
  assert.deepEqual([left!.kind, left!.run, left!.vm], ['restore', 'dead01', 'FS01']);
  await simulation.host.cleanResidue(left!);
  assert.ok(!existsSync(staging));
  assert.equal((await restore()).copied.files, 3);
});

test('without credentials the guest service takes the files, and where it is off nothing is begun', { skip }, async (context) => {
  if (!needs(context, tools)) return;
  const { simulation, folder, restore } = await bench(context, undefined);
  await assert.rejects(restore(), { code: 'host/guest-closed' });
  assert.deepEqual(await simulation.host.listResidue(), []);
  simulation.world.guestServices.add(vmId);
  const { copied } = await restore();
  assert.deepEqual([copied.way, copied.files, copied.failed], ['guest-service', 3, []]);
  assert.deepEqual(await readFile(join(folder, 'Data', 'one.bin')), files['Data/one.bin']);
  const again = await restore();
  assert.deepEqual(
    [again.copied.files, again.copied.failed.length],
    [0, 3],
    'it looks at nothing in the guest, and overwrites nothing',
  );
});

test('by its command: refused where nothing leads into the guest, else a run of its own', { skip }, async (context) => {
  if (!needs(context, tools)) return;
  const { json, run, folder, world } = await simulatedCommandLine(context);
  world.guests.set(vmId, { ...guest });
  await json('host', 'add', 'HV01', '--path', 'checkpoint', '--ledger', join(folder, 'ledger'), '--no-check');
  const image = join(folder, 'disk.img');
  await writeFile(image, Buffer.alloc(16 * 1024 * 1024));
  await mkdir(join(folder, 'Documents'));
  await writeFile(join(folder, 'Documents', 'budget.csv'), 'a;b');
  execFileSync('mkfs.fat', ['-F', '16', image], { stdio: 'pipe' });
  execFileSync('mcopy', ['-s', '-i', image, join(folder, 'Documents'), '::/'], { stdio: 'pipe' });
  await json('backup', '--image', image, '--name', 'FS01', '--no-catalog');
  const wanted = ['FS01@latest', '/disk0/part0/Documents', '--host', 'HV01', '--into-vm', 'fs01'];
  const into = [...wanted, '--guest-folder', join(folder, 'guest')];
  assert.equal((await run('restore-files', ...wanted)).status, 2, 'no folder');
  const closed = await run('restore-files', ...into);
  assert.deepEqual([closed.status, /Nothing leads into the guest/.test(closed.stderr)], [1, true], closed.stderr);
  world.guestServices.add(vmId);
  const done = await run('restore-files', ...into);
  assert.equal(done.status, 0, done.stdout + done.stderr);
  assert.match(
    done.stdout.replaceAll(/\s+/g, ' '),
    /1 files are in .*guest of FS01, by the guest service; what arrived was not compared\./,
  );
  assert.equal((await readFile(join(folder, 'guest', 'Documents', 'budget.csv'))).toString(), 'a;b');
  const [newest] = await json<{ id: string; kind: string; state: string }[]>('runs', '--limit', '1');
  assert.deepEqual([newest!.kind, newest!.state], ['restore-files', 'success']);
});
