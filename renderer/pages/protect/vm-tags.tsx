import {
  Button,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { Add16Regular, Dismiss16Regular, Tag20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { VmView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Failure } from '../../components/states.tsx';
import { useText } from '../../use-text.ts';
import { Dialog } from '../../components/dialog.tsx';

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
  return (
    <Dialog onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (typed !== '') act.mutate({ tag: typed, present: true });
          }}
        >
          <DialogBody>
            <DialogTitle>
              {say('vm.tags.of', {
                vm: vms
                  .slice(0, 4)
                  .map((vm) => vm.name)
                  .join(', '),
              })}
            </DialogTitle>
            <DialogContent className="column">
              <div className="row wrap">
                {tags.map((tag) => (
                  <Button
                    key={tag}
                    size="small"
                    icon={<Dismiss16Regular />}
                    iconPosition="after"
                    aria-label={say('vm.tags.remove', { tag })}
                    disabled={act.isPending}
                    onClick={() => act.mutate({ tag, present: false })}
                  >
                    {tag}
                  </Button>
                ))}
              </div>
              <div className="row" style={{ alignItems: 'flex-end' }}>
                <Field label={say('vm.tags.add')} className="grow">
                  <Input autoFocus maxLength={41} value={typed} onChange={(_event, { value }) => setTyped(value)} />
                </Field>
                <Button type="submit" icon={<Add16Regular />} disabled={typed === '' || act.isPending}>
                  {say('jobs.add')}
                </Button>
              </div>
              {act.isError && <Failure error={act.error} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>{say('act.done')}</Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
