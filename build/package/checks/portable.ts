import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has, outputs, run } from '../places.ts';
import { makePortable } from '../portable.ts';
import { filesOf, hashOf, stageCommandLine, type PackageManifest } from '../stage-cli.ts';
import type { Check } from './check.ts';

export const portableCheck: Check = {
  title: 'The portable copy of the command line, for this system',
  missing: () => (process.platform !== 'linux' ? 'made for Linux' : has('7z') ? null : 'Debian: p7zip-full (7z cannot be found)'),
  async act(verified) {
    const staged = await stageCommandLine(process.execPath, 'hostkeep', join(outputs, 'portable-here'));
    const zip = await makePortable(staged, join(outputs, 'check-portable.zip'));
    const place = await mkdtemp(join(tmpdir(), 'hostkeep-portable-'));
    try {
      run('7z', ['x', '-bso0', '-bsp0', `-o${place}`, zip]);
      const manifest = JSON.parse(await readFile(join(place, 'manifest.json'), 'utf8')) as PackageManifest;
      const names = (await filesOf(place)).filter((name) => name !== 'manifest.json');
      assert.deepEqual(names, Object.keys(manifest.files).sort());
      for (const name of names) assert.equal(await hashOf(join(place, name)), manifest.files[name], name);
      verified(`${names.length} files, each with the hash that manifest.json has of it`);
      const program = join(place, 'bin', 'hostkeep');
      await chmod(program, 0o755); // which a zip does not keep
      const { HOSTKEEP_HOME: _home, ...env } = process.env;
      const { status, stdout, stderr } = spawnSync(program, ['lab', 'create'], { env, encoding: 'utf8', cwd: '/' });
      assert.equal(status, 0, stdout + stderr);
      assert.ok(existsSync(join(place, 'data', 'state.db')), 'its state is elsewhere');
      verified('it runs where it was unpacked, from any folder, and keeps its state beside it');
    } finally {
      await rm(place, { recursive: true });
    }
  },
};
