import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostkeepError } from '#contract';
import type { GroupJob, OpenedGroup } from '../../../../main/engine/recovery/publish/read-path/open-group.ts';
import { groupStore } from '../../../../main/engine/recovery/publish/read-path/group-store.ts';
import type { WantedGroup } from '../../../../main/engine/recovery/publish/read-path/leaf-table.ts';

/** Groups of 1000 sealed bytes, one behind the other in their packs. */
function group(ordinal: number, packId = 'pack'): WantedGroup {
  const place = {
    packId,
    kind: 'data',
    compression: 'none',
    groupOrdinal: ordinal,
    groupOffset: ordinal * 1000,
    sealedLength: 1000,
    offset: 0,
    length: 1000,
  } as const;
  return { name: `${packId}/${ordinal}`, place, chunks: [] };
}

interface Asked {
  readonly jobs: readonly GroupJob[];
  answer(): void;
  refuse(): void;
}

const groupBytes = 256 * 1024;

/** A store whose reader answers when it is told to. */
function storeWith(cacheBytes: number, atOnce: number) {
  const asked: Asked[] = [];
  const opened = ({ place }: GroupJob): OpenedGroup => ({
    bytes: Buffer.alloc(groupBytes, place.groupOrdinal),
    tag: String(place.groupOrdinal),
    unproved: [],
  });
  const read = (jobs: readonly GroupJob[]): Promise<readonly OpenedGroup[]> =>
    new Promise((resolve, reject) => {
      asked.push({
        jobs,
        answer: () => resolve(jobs.map(opened)),
        refuse: () => reject(new HostkeepError('repository/chunk-damaged', {})),
      });
    });
  const store = groupStore({ cacheBytes, atOnce, reader: { read, close: async () => undefined } });
  return { store, asked };
}

const ordinals = ({ jobs }: Asked): readonly number[] => jobs.map(({ place }) => place.groupOrdinal);
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('of more groups than fit those are kept that were used last; what is demanded is given all the same', async () => {
  const { store, asked } = storeWith(0, 64);
  const demand = async (ordinal: number): Promise<void> => {
    const demanded = store.demand(group(ordinal), ({ bytes }) => assert.ok(bytes.equals(Buffer.alloc(groupBytes, ordinal))));
    await settled();
    asked.at(-1)!.answer();
    await demanded;
  };
  // It holds 16 at least.
  for (let ordinal = 0; ordinal < 64; ordinal += 2) {
    await demand(ordinal);
    assert.ok(store.find(group(0)) !== undefined, 'it is used all the time');
  }
  const kept = Array.from({ length: 64 }, (_, ordinal) => ordinal).filter((ordinal) => store.find(group(ordinal)) !== undefined);
  assert.equal(kept.length, 16);
  assert.ok(
    kept.slice(1).every((ordinal) => ordinal > 30),
    kept.join(),
  );
  for (const ordinal of kept) assert.equal(store.find(group(ordinal))!.bytes[groupBytes - 1], ordinal);
});

test('groups that lie behind each other in a pack are read together when they are fetched ahead', async () => {
  const { store, asked } = storeWith(2 ** 24, 8);
  for (const wanted of [0, 1, 2, 3, 4, 6, 7].map((ordinal) => group(ordinal))) void store.fetchAhead(wanted);
  void store.fetchAhead(group(8, 'other'));
  await settled();
  for (let answered = 0; answered < asked.length; answered += 1) {
    asked[answered]!.answer();
    await settled();
  }
  assert.deepEqual(asked.map(ordinals), [[0, 1, 2, 3], [4], [6, 7], [8]]);
});

test('of groups that are read together one that is damaged fails alone', async () => {
  const { store, asked } = storeWith(2 ** 24, 2);
  const found: string[] = [];
  for (let ordinal = 0; ordinal < 4; ordinal += 1) void store.fetchAhead(group(ordinal));
  await settled();
  assert.deepEqual(asked.map(ordinals), [[0, 1, 2, 3]]);
  const demands = [0, 1, 2, 3].map((ordinal) =>
    store
      .demand(group(ordinal), () => undefined)
      .then(
        () => found.push(`${ordinal} read`),
        () => found.push(`${ordinal} damaged`),
      ),
  );
  asked[0]!.refuse();
  for (let answered = 1; ; answered += 1) {
    await settled();
    const next = asked[answered];
    if (next === undefined) break;
    assert.equal(next.jobs.length, 1);
    if (ordinals(next)[0] === 2) next.refuse();
    else next.answer();
  }
  await Promise.all(demands);
  assert.deepEqual(found.toSorted(), ['0 read', '1 read', '2 damaged', '3 read']);
});
