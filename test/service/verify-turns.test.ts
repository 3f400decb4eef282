/** The rotation of verifications over a repository of which some points cannot be verified at all. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { hasCode, HostkeepError, type PointId, type RestorePoint } from '#contract';
import { verifyOrder } from '#engine/jobs';
import { forgetPoint, listPoints, newPointId, publishPoint, type Repository } from '#engine/repository';
import { memoryStorage, type Storage } from '#engine/storage';
import { verifySeries } from '#engine/verify';
import { openHome } from '#service';
import { pointsInTurn, rememberPoints } from '../../main/service/state/points.ts';
import { giveTurnBack, noteTurn, verifyTurns } from '../../main/service/state/verify-turns.ts';
import { newRepository, quiet, temporaryFolder } from '../fixtures/environment.ts';

type Refusal = 'storage/failed' | 'storage/not-found';

/** A storage that refuses reports about some points, in the way that keeps none and in the way that throws; or has something happen then. */
function refusing(refused: ReadonlyMap<PointId, Refusal | (() => void)>): Storage {
  const storage = memoryStorage();
  return {
    ...storage,
    async write(name, bytes) {
      const code = refused.get(/^evidence\/([0-9a-f]+)-/.exec(name)?.[1] ?? '');
      if (typeof code === 'function') code();
      if (code !== undefined) throw new HostkeepError(typeof code === 'string' ? code : 'storage/not-found', { name });
      return storage.write(name, bytes);
    },
  };
}

async function publish(repository: Repository, at: number): Promise<RestorePoint> {
  const id = newPointId(repository);
  const of = { vm: `VM${at % 2}`, vmId: null, host: null, consistency: 'crash', run: 'r', disks: [], definition: [] } as const;
  const point: RestorePoint = { version: 1, id, time: at, ...of };
  await publishPoint(repository, point);
  return point;
}

async function shopOf(context: TestContext) {
  const home = openHome(await temporaryFolder(context));
  context.after(() => home.close());
  const { state } = home;
  const refused = new Map<PointId, Refusal | (() => void)>();
  const repository = await newRepository(refusing(refused), { reserve: false });
  const points: RestorePoint[] = [];
  for (let at = 1; at <= 5; at += 1) points.push(await publish(repository, at));
  await rememberPoints(state, repository, 0);
  let now = 1_000_000;
  /** What the next turn looks at, and what came of it. */
  const turn = async (signal = quiet.signal) => {
    const [next] = verifyOrder(pointsInTurn(state, repository.id));
    const chosen = (await listPoints(repository)).points.filter(({ id }) => id === next!.id);
    const onTurn = (point: PointId, is: 'begun' | 'cancelled'): void => {
      if (is === 'begun') noteTurn(state, { repository: repository.id, point }, (now += 1));
      else giveTurnBack(state, { repository: repository.id, point });
    };
    const options = { depth: 'sample', by: 'test', ...quiet, signal, onTurn } as const;
    const done = await verifySeries({ repository, points: chosen, damaged: [] }, options);
    await rememberPoints(state, repository, now);
    return done[0]!;
  };
  return { state, repository, refused, points, turn };
}

test('points whose verification always throws, or whose report cannot be kept, hold nobody up, and come again in their turn', async (context) => {
  const { points, refused, turn } = await shopOf(context);
  refused.set(points[4]!.id, 'storage/not-found').set(points[3]!.id, 'storage/failed');
  const errors = new Set<string>();
  const first: PointId[] = [];
  for (const _point of points) {
    const { point, error } = await turn();
    first.push(point);
    if (error !== null) errors.add(error.code);
  }
  assert.deepEqual(new Set(first), new Set(points.map(({ id }) => id)));
  assert.deepEqual(errors, new Set(['storage/not-found', 'storage/failed']));
});

test('a point that was cancelled has its turn still, and turns of points that are gone are forgotten', async (context) => {
  const { state, repository, refused, turn } = await shopOf(context);
  const { point } = await turn();
  const [next] = verifyOrder(pointsInTurn(state, repository.id));
  const abort = new AbortController();
  refused.set(next!.id, () => abort.abort());
  await assert.rejects(turn(abort.signal), (error) => hasCode(error, 'input/cancelled'));
  assert.equal(verifyOrder(pointsInTurn(state, repository.id))[0]!.id, next!.id);
  assert.deepEqual([...verifyTurns(state, repository.id).keys()], [point]);
  await forgetPoint(repository, point);
  await rememberPoints(state, repository, 0);
  assert.equal(verifyTurns(state, repository.id).size, 0);
});
