import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode, HostkeepError } from '#contract';
import { bufferSource } from '#engine/blocks';
import { guestVolumes } from '#engine/recovery';

test('a disk that could not be opened once is opened by who asks again', async () => {
  let asked = 0;
  const volumes = guestVolumes({
    indexes: [0],
    async open() {
      asked += 1;
      if (asked === 1) throw new HostkeepError('storage/unreachable');
      return bufferSource(Buffer.alloc(1024 * 1024));
    },
  });
  await assert.rejects(volumes.table(0), (error) => hasCode(error, 'storage/unreachable'));
  assert.equal((await volumes.table(0)).scheme, 'none');
  assert.equal((await volumes.all()).length, 1);
});
