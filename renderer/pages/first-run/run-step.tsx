import { useState } from 'react';
import type { RepositoryView, VmView } from '#contract';
import { BackupForm } from '../protect/backup-form.tsx';
import { VmPicker } from '../protect/vm-picker.tsx';

/** All VMs, unless somebody says otherwise. */
export function RunStep({
  vms,
  repositories,
}: {
  readonly vms: readonly VmView[];
  readonly repositories: readonly RepositoryView[];
}) {
  const [picked, setPicked] = useState<ReadonlySet<string>>(() => new Set(vms.map((vm) => vm.id)));
  // The newest one is the one that was made a step before.
  const newestFirst = repositories.toReversed();
  return (
    <div className="split">
      <div className="column" style={{ height: 320 }}>
        <VmPicker vms={vms} picked={picked} onPick={setPicked} />
      </div>
      <div className="column">
        <BackupForm vms={vms.filter((vm) => picked.has(vm.id))} repositories={newestFirst} />
      </div>
    </div>
  );
}
