import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasCode } from '#contract';
import { joinRuns } from '../../../../main/engine/formats/ntfs/runs.ts';
import type { NtfsGeometry } from '../../../../main/engine/formats/ntfs/boot.ts';
import type { Attribute } from '../../../../main/engine/formats/ntfs/record.ts';

const geometry = { clusterSize: 4096, clusters: 1000 } as NtfsGeometry;

/** A piece of a long attribute that maps so many clusters from `lowestVcn` on, at a place on the volume. */
function piece(lowestVcn: number, clusters: number, at: number, highest = lowestVcn + clusters - 1): Attribute {
  const bytes = Buffer.alloc(72);
  bytes.writeBigInt64LE(BigInt(highest), 24);
  bytes.writeUInt16LE(64, 32);
  bytes.writeUInt8(0x21, 64);
  bytes.writeUInt8(clusters, 65);
  bytes.writeInt16LE(at, 66);
  return { lowestVcn, bytes, isResident: false } as Attribute;
}

const isCorrupt = (error: unknown): boolean => hasCode(error, 'format/ntfs-corrupt');

test('pieces of an attribute are one list of runs, in whatever order they are found', () => {
  assert.deepEqual(joinRuns([piece(10, 5, 300), piece(0, 10, 100)], geometry), [
    { first: 0, clusters: 10, cluster: 100 },
    { first: 10, clusters: 5, cluster: 300 },
  ]);
  assert.equal(joinRuns([piece(0, 10, 990)], geometry)[0]!.cluster, 990, 'up to the last cluster');
});

test('pieces that leave a gap, that overlap, that end elsewhere than they say, or that reach beyond the volume are damage', () => {
  const wrong = {
    'a gap': [piece(0, 10, 100), piece(11, 5, 300)],
    'an overlap': [piece(0, 10, 100), piece(9, 5, 300)],
    'no beginning': [piece(1, 10, 100)],
    'an end that is another': [piece(0, 10, 100, 12)],
    'a run that reaches one cluster too far': [piece(0, 10, 991)],
    'a run before the volume': [piece(0, 10, -1)],
  };
  for (const [name, pieces] of Object.entries(wrong)) assert.throws(() => joinRuns(pieces, geometry), isCorrupt, name);
});
