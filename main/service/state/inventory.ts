/** The VMs of every host as last seen: what the console shows while a host is slow or away. */
import type { DatabaseSync } from 'node:sqlite';
import { array, number, object, optional, picklist, string } from 'valibot';
import { acceptJson, consistencies, type DisksOfVm, type Schema } from '#contract';
import type { VmFacts } from '#engine/ports';
import { inTransaction } from './in-transaction.ts';

export interface SeenVm extends Pick<VmFacts, 'id' | 'name' | 'guestOs' | 'reachable'> {
  readonly host: string;
  readonly state: VmFacts['state'] | 'gone';
  readonly sizeBytes: number;
  readonly disks: number;
  readonly seenAt: number;
}

export function rememberVms(state: DatabaseSync, host: string, vms: readonly VmFacts[], now: number): void {
  const insert = state.prepare(
    'INSERT INTO vms (host, id, name, facts, seen_at, gone) VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET name = excluded.name, facts = excluded.facts, seen_at = excluded.seen_at, gone = 0',
  );
  inTransaction(state, () => {
    state.prepare('UPDATE vms SET gone = 1 WHERE host = ?').run(host);
    for (const vm of vms) insert.run(host, vm.id, vm.name, JSON.stringify(factsOf(vm)), now);
  });
}

export function forgetVms(state: DatabaseSync, host: string): void {
  state.prepare('DELETE FROM vms WHERE host = ?').run(host);
}

interface KeptFacts extends Pick<VmFacts, 'guestOs' | 'reachable' | 'state'> {
  readonly sizeBytes: number;
  readonly disks: number;
  readonly listed: DisksOfVm['disks'];
}

const factsSchema: Schema<KeptFacts> = object({
  guestOs: picklist(['windows', 'linux', 'unknown']),
  reachable: picklist(consistencies),
  state: picklist(['running', 'off', 'saved', 'paused', 'other']),
  sizeBytes: number(),
  disks: number(),
  // What an earlier version has seen has none until it is seen again.
  listed: optional(array(object({ slot: string(), file: string(), sizeBytes: number() })), []),
});

function factsOf(vm: VmFacts): KeptFacts {
  return {
    guestOs: vm.guestOs,
    reachable: vm.reachable,
    state: vm.state,
    sizeBytes: vm.disks.reduce((sum, disk) => sum + disk.sizeBytes, 0),
    disks: vm.disks.length,
    listed: vm.disks.map(({ path, slot = '', sizeBytes }) => ({ slot, file: path.split(/[\\/]/).at(-1)!, sizeBytes })),
  };
}

/** The disks of the VMs of a host, in their order, which numbers them. */
export function seenDisks(state: DatabaseSync, host: string): readonly DisksOfVm[] {
  return state
    .prepare('SELECT * FROM vms WHERE host = ? AND gone = 0 ORDER BY name COLLATE NOCASE, id')
    .all(host)
    .map((row) => ({ vm: String(row['id']), name: String(row['name']), disks: factsIn(row).listed }));
}

function factsIn(row: Record<string, unknown>): KeptFacts {
  return acceptJson(factsSchema, String(row['facts']), { code: 'state/damaged', details: { vm: String(row['id']) } });
}

/** Without those that run from the backup storage: they are copies, listed with the recoveries, and nothing misses a backup of them. */
export function seenVms(state: DatabaseSync): readonly SeenVm[] {
  return state
    .prepare(
      `SELECT * FROM vms WHERE NOT EXISTS (SELECT 1 FROM recoveries WHERE json_extract(definition, '$.vmId') = vms.id)
       ORDER BY name COLLATE NOCASE, host`,
    )
    .all()
    .map((row) => {
      const { listed: _listed, ...facts } = factsIn(row);
      return {
        ...facts,
        host: String(row['host']),
        id: String(row['id']),
        name: String(row['name']),
        state: row['gone'] === 1 ? 'gone' : facts.state,
        seenAt: Number(row['seen_at']),
      };
    });
}
