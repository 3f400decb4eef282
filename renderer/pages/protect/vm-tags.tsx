import { Button, Field, Input } from '@fluentui/react-components';
import { Add16Regular, Dismiss16Regular, Tag20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { VmView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { FormDialog } from '../../components/form-dialog.tsx';
import { useText } from '../../use-text.ts';

/** Tags of the VMs that are picked; jobs select by them. */
export function TagsButton({ vms }: { readonly vms: readonly VmView[] }) {
  const say = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<Tag20Regular />} disabled={vms.length === 0} onClick={() => setOpen(true)}>
        {say('vm.tags')}
      </Button>
      {open && <TagsDialog vms={vms} onClose={() => setOpen(false)} />}
    </>
  );
}

function TagsDialog({ vms, onClose }: { readonly vms: readonly VmView[]; onClose(): void }) {
  const say = useText();
  const [typed, setTyped] = useState('');
  const act = useAct(
    async ({ tag, present }: { readonly tag: string; readonly present: boolean }) => {
      for (const vm of vms) await api.vms.tag.mutate({ host: vm.host, vm: vm.id, tag, present });
    },
    { silent: true, onDone: () => setTyped('') },
  );
  const tags = [...new Set(vms.flatMap((vm) => vm.tags))].toSorted();
  const named = vms
    .slice(0, 4)
    .map((vm) => vm.name)
    .join(', ');
  return (
    <FormDialog
      title={say('vm.tags.of', { vm: named })}
      deed={null}
      isComplete={typed !== ''}
      isBusy={act.isPending}
      error={act.error}
      onSubmit={() => act.mutate({ tag: typed, present: true })}
      onClose={onClose}
    >
      <div className="row wrap">
        {tags.map((tag) => (
          <Button
            key={tag}
            size="small"
            icon={<Dismiss16Regular />}
            iconPosition="after"
            aria-label={say('vm.tags.remove', { tag })}
            disabledFocusable={act.isPending}
            onClick={() => act.mutate({ tag, present: false })}
          >
            {tag}
          </Button>
        ))}
      </div>
      <div className="row" style={{ alignItems: 'flex-end' }}>
        <Field label={say('vm.tags.add')} className="grow">
          <Input maxLength={41} value={typed} onChange={(_event, { value }) => setTyped(value)} />
        </Field>
        <Button type="submit" icon={<Add16Regular />} disabled={typed === ''} disabledFocusable={act.isPending}>
          {say('jobs.add')}
        </Button>
      </div>
    </FormDialog>
  );
}
