import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renameBusy } from '#files';

const failing = (code: string): Error => Object.assign(new Error(code), { code });

/** A rename that fails with each of these, in turn, and then works. */
function faulty(windows: boolean, errors: string[]) {
  const seen = { pauses: [] as number[], renamed: 0 };
  const calls = {
    windows,
    async rename() {
      const code = errors.shift();
      if (code !== undefined) throw failing(code);
      seen.renamed += 1;
    },
    sleep: async (milliseconds: number) => void seen.pauses.push(milliseconds),
  };
  return { calls, seen };
}

test('a file that a scanner holds for a moment gets its name all the same', async () => {
  const { calls, seen } = faulty(true, ['EPERM', 'EBUSY', 'EACCES']);
  await renameBusy('a', 'b', calls);
  assert.deepEqual(seen, { pauses: [20, 100, 400], renamed: 1 });
});

test('what is refused elsewhere than on Windows is refused at once', async () => {
  const { calls, seen } = faulty(false, ['EACCES']);
  await assert.rejects(renameBusy('a', 'b', calls), (error) => error instanceof Error && error.message === 'EACCES');
  assert.deepEqual(seen, { pauses: [], renamed: 0 });
});
