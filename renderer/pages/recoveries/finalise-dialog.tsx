import { Checkbox } from '@fluentui/react-components';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { RecoveryView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useUnlock } from '../../components/unlock.tsx';
import { useText } from '../../use-text.ts';

/** Moving a VM home restarts its guest once: it is asked for. */
export function FinaliseDialog({ recovery, onClose }: { readonly recovery: RecoveryView; onClose(): void }) {
  const say = useText();
  const [, go] = useLocation();
  const unlock = useUnlock();
  const [turnOff, setTurnOff] = useState(false);
  const { id, repository, host, definition } = recovery;
  const act = useAct(
    async () => ((await unlock(repository)) ? api.recoveries.finalise.mutate({ recovery: id, turnOff }) : null),
    { onDone: (started) => started !== null && go(`/runs/${started.run}`) },
  );
  return (
    <ConfirmDialog
      title={say('recovery.finalise.title', { name: definition.name })}
      deed={say('recovery.finalise')}
      onClose={(sure) => {
        if (sure) act.mutate(undefined);
        onClose();
      }}
    >
      <div>{say('recovery.finalise.lead', { folder: definition.folder, host })}</div>
      <Checkbox
        label={say('recovery.turn-off')}
        checked={turnOff}
        onChange={(_event, { checked }) => setTurnOff(checked === true)}
      />
    </ConfirmDialog>
  );
}
