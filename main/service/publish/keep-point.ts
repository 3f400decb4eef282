/** A published restore point is kept for as long as there is an overlay over it: without the point the overlay is worth nothing. */
import { hasCode, type PointId } from '#contract';
import type { Clock } from '#engine/ports';
import { listPins, pinPoint, unpinPoint } from '#engine/repository';
import type { Storage } from '#engine/storage';

interface Kept {
  readonly storage: Storage;
  readonly point: PointId;
  readonly publication: string;
}

const why = (publication: string): string => `published as ${publication}`;

/** Pins the point, unless somebody has. Media that cannot be written to lose no points either. @throws HostkeepError input/not-found, storage/* */
export async function keepPoint({ storage, point, publication }: Kept, clock: Clock): Promise<void> {
  if ((await listPins(storage)).some((pin) => pin.point === point)) return;
  try {
    await pinPoint(storage, { point, at: clock.now(), why: why(publication) });
  } catch (error) {
    if (!hasCode(error, 'storage/denied', 'storage/full')) throw error;
  }
}

/** Takes our pin away; another publication of the same point takes it over. A pin that a person has set stays. */
export async function letPointGo(kept: Kept, others: readonly string[], clock: Clock): Promise<void> {
  const { storage, point, publication } = kept;
  const pin = (await listPins(storage)).find((one) => one.point === point);
  if (pin?.why !== why(publication)) return;
  const next = others[0];
  if (next === undefined) await unpinPoint(storage, point);
  else await pinPoint(storage, { point, at: clock.now(), why: why(next) });
}
