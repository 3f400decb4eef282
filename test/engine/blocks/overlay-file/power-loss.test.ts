import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { bufferSource, openOverlay, overlayFolder, readBytes, type OverlayDisk, type OverlayFiles } from '#engine/blocks';
import { temporaryFolder } from '../../../fixtures/environment.ts';
import { leaveFiles, recordedOverlay, type Fate } from '../../../fakes/recorded-overlay.ts';

const sector = 512;
const sectors = 256;
const baseTag = 0xffff_ffff;

/** What a step does to sectors: their new tag; undefined for a flush. */
interface Step {
  readonly change: ReadonlyMap<number, number> | undefined;
  /** File acts before it began, and when it had returned. */
  readonly from: number;
  to: number;
}

function numbers(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

const base = () => bufferSource(Buffer.alloc(sectors * sector, Buffer.from('ffffffff', 'hex')));
const opened = (files: OverlayFiles, limitBytes = 2 ** 30): Promise<OverlayDisk> =>
  openOverlay(base(), { files, identity: Buffer.alloc(32, 1), limitBytes, rewriteFromBytes: 5000 });

/** Random writes, discards and flushes, one after the other. */
async function work(disk: OverlayDisk, acts: () => number, seed: number): Promise<readonly Step[]> {
  const next = numbers(seed);
  const steps: Step[] = [];
  for (let tag = 1; tag <= 60; tag += 1) {
    const from = acts();
    const what = next(10);
    const first = next(sectors);
    const count = 1 + next(Math.min(40, sectors - first));
    const fills = (value: number) => new Map(Array.from({ length: count }, (_, index) => [first + index, value]));
    const step: Step = { change: what < 3 ? undefined : fills(what < 5 ? 0 : tag), from, to: 0 };
    steps.push(step);
    if (what < 3) await disk.flush();
    else if (what < 5) await disk.discard(first * sector, count * sector);
    else {
      const bytes = Buffer.alloc(count * sector);
      for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(tag, at);
      await disk.write(first * sector, bytes);
    }
    step.to = acts();
  }
  return steps;
}

/** What each sector may hold after a cut: what the last flush that was answered had, or anything that came after. */
function allowedAt(steps: readonly Step[], cut: number): readonly ReadonlySet<number>[] {
  const flushed = steps.findLastIndex((step) => step.change === undefined && step.to <= cut);
  const allowed = Array.from({ length: sectors }, () => new Set([baseTag]));
  for (const [index, { change, from }] of steps.entries()) {
    if (change === undefined || from > cut) continue;
    for (const [at, tag] of change) {
      if (index < flushed) allowed[at]!.clear();
      allowed[at]!.add(tag);
    }
  }
  return allowed;
}

test('after a power loss at every write, what was flushed is there and every sector is whole', async (context) => {
  const folder = await temporaryFolder(context);
  let cuts = 0;
  for (const seed of [1, 2]) {
    await mkdir(join(folder, `work${seed}`));
    const { files, acts } = recordedOverlay(await overlayFolder(join(folder, `work${seed}`)));
    const disk = await opened(files);
    const steps = await work(disk, () => acts.length, seed);
    await disk.close();
    const next = numbers(seed + 100);
    const fates: readonly (() => Fate)[] = [() => 'whole', () => 'lost', () => (['whole', 'half', 'lost'] as const)[next(3)]!];
    for (let cut = 0; cut <= acts.length; cut += 1) {
      const place = join(folder, `cut${seed}-${cut}`);
      await mkdir(place);
      await leaveFiles(place, acts.slice(0, cut), fates[cut % fates.length]!);
      await check(place, allowedAt(steps, cut), `seed ${seed}, cut ${cut}`);
      cuts += 1;
    }
  }
  assert.ok(cuts > 250, `${cuts} cuts`);
});

async function check(place: string, allowed: readonly ReadonlySet<number>[], what: string): Promise<void> {
  const disk = await opened(await overlayFolder(place));
  const bytes = await readBytes(disk, 0, sectors * sector);
  for (let at = 0; at < sectors; at += 1) {
    const content = bytes.subarray(at * sector, (at + 1) * sector);
    const tag = content.readUInt32LE(0);
    assert.ok(allowed[at]!.has(tag), `${what}: sector ${at} holds ${tag}, allowed ${[...allowed[at]!].join(', ')}`);
    for (let byte = 0; byte < sector; byte += 4) assert.equal(content.readUInt32LE(byte), tag, `${what}: sector ${at} is torn`);
  }
  // It goes on as a disk: what is written now is there after it was opened once more.
  await disk.write(0, Buffer.alloc(sector, 7));
  await disk.close();
  const again = await opened(await overlayFolder(place));
  assert.ok((await readBytes(again, 0, sector)).equals(Buffer.alloc(sector, 7)), what);
  await again.close();
}
