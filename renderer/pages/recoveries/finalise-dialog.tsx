import { Checkbox } from '@fluentui/react-components';
import { useState } from 'react';
import type { RecoveryView } from '#contract';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useText } from '../../use-text.ts';

interface FinaliseDialogProps {
  readonly recovery: RecoveryView;
  /** Null: not now. */
  onClose(how: { readonly turnOff: boolean } | null): void;
}

/** Moving a VM home restarts its guest once: it is asked for. */
export function FinaliseDialog({ recovery: { host, definition }, onClose }: FinaliseDialogProps) {
  const say = useText();
  const [turnOff, setTurnOff] = useState(false);
  return (
    <ConfirmDialog
      title={say('recovery.finalise.title', { name: definition.name })}
      deed={say('recovery.finalise')}
      onClose={(sure) => onClose(sure ? { turnOff } : null)}
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
