import type { DatabaseSync } from 'node:sqlite';

/** Rows as a large shop would have them. They are listed, and lie on no disk: what they name cannot be restored. */
export function seedMany(state: DatabaseSync, of: { readonly vms: number; readonly points: number; readonly now: number }): void {
  const hour = 3_600_000;
  const gib = 1024 ** 3;
  const vm = state.prepare('INSERT INTO vms (host, id, name, facts, seen_at) VALUES (?, ?, ?, ?, ?)');
  const point = state.prepare(
    'INSERT INTO restore_points (repository, id, vm, time, consistency, run, vm_id, host, size_bytes, stored_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  state.exec('BEGIN IMMEDIATE');
  for (let index = 0; index < of.vms; index += 1) {
    const host = `seeded-${(index % 5) + 1}`;
    const id = `seeded-${index}`;
    const name = `${['web', 'sql', 'app', 'file', 'dc'][index % 5]}${String(index).padStart(3, '0')}`;
    const guestOs = index % 4 === 0 ? 'linux' : 'windows';
    const sizeBytes = (40 + ((index * 37) % 400)) * gib;
    const reachable = guestOs === 'linux' ? 'file-system' : 'application';
    vm.run(
      host,
      id,
      name,
      JSON.stringify({ guestOs, reachable, state: index % 9 === 4 ? 'off' : 'running', sizeBytes, disks: 1 + (index % 3) }),
      of.now,
    );
    // One in twenty was never protected, one in seven not lately.
    if (index % 20 === 19) continue;
    const late = index % 7 === 6 ? 72 : 0;
    const each = Math.ceil(of.points / (of.vms * 0.95));
    for (let back = 0; back < each; back += 1) {
      const time = of.now - (late + 2 + back * 12) * hour - index * 1000;
      const number = (index * each + back).toString(16).padStart(16, '0');
      const consistency = (index + back) % 31 === 0 ? 'crash' : reachable;
      point.run('seeded', number, name, time, consistency, 'seeded', id, host, sizeBytes, Math.round(sizeBytes / (back + 40)));
    }
  }
  state.exec('COMMIT');
}
