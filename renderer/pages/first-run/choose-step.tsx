import { Button } from '@fluentui/react-components';
import type { VmView } from '#contract';
import { useText } from '../../use-text.ts';
import { VmPicker } from '../protect/vm-picker.tsx';

interface ChooseStepProps {
  readonly vms: readonly VmView[];
  readonly picked: ReadonlySet<string>;
  onPick(picked: ReadonlySet<string>): void;
  onDone(): void;
}

/** All VMs, unless somebody says otherwise. */
export function ChooseStep({ vms, picked, onPick, onDone }: ChooseStepProps) {
  const say = useText();
  return (
    <>
      <div className="column" style={{ height: 'max(260px, calc(100vh - 430px))' }}>
        <VmPicker vms={vms} picked={picked} onPick={onPick} />
      </div>
      <div className="actions">
        <Button appearance="primary" disabled={picked.size === 0} onClick={onDone}>
          {say('act.next')}
        </Button>
      </div>
    </>
  );
}
