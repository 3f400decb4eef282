import type { PointId } from '#contract';
import type { Storage } from '#engine/storage';

/** Names of the reports of verifications: `evidence/<point>-<16 hex>`. They need no key to be listed or removed. */
export interface EvidenceFile {
  readonly name: string;
  readonly point: PointId;
  /** Of the file, for its key. */
  readonly id: string;
  readonly modifiedAt: number;
}

export function evidenceName(id: string): string {
  return `evidence/${id}`;
}

export async function evidenceFiles(storage: Storage): Promise<readonly EvidenceFile[]> {
  return (await storage.list('evidence')).flatMap(({ name, modifiedAt }) => {
    const [, id, point] = /^evidence\/(([0-9a-f]{16})-[0-9a-f]{16})$/.exec(name) ?? [];
    return id === undefined || point === undefined ? [] : { name, id, point, modifiedAt };
  });
}

/** What was found out about a restore point goes with it. */
export async function removeEvidence(storage: Storage, point: PointId): Promise<void> {
  for (const file of await evidenceFiles(storage)) if (file.point === point) await storage.remove(file.name);
}

/** Reports whose restore point is gone: one may have been written while its point was forgotten. */
export async function removeOrphanEvidence(storage: Storage, points: ReadonlySet<PointId>): Promise<void> {
  for (const file of await evidenceFiles(storage)) if (!points.has(file.point)) await storage.remove(file.name);
}
