import { Button, Checkbox, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Choice } from '../../components/choice.tsx';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { FolderField } from '../../components/folder-picker.tsx';
import { Failure } from '../../components/states.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import type { PointPlace } from '../restore-point.tsx';
import { useDefaultTarget } from './forms.tsx';
import { useHostOf } from './host-of.ts';

interface VmFormProps {
  readonly place: PointPlace;
  readonly vm: string;
  /** Where it was backed up. */
  readonly host: string | null;
}

const identities = ['new', 'itself', 'replacement'] as const;
type Identity = (typeof identities)[number];
const identityFlags: Readonly<Record<Identity, readonly string[]>> = {
  new: ['--new-identity'],
  itself: [],
  replacement: ['--replace-vm'],
};
const choices = ['disconnectNetwork', 'start'] as const;

/** Its files into a folder, or the VM itself back onto a host. */
export function VmForm({ place, vm, host }: VmFormProps) {
  const say = useText();
  const [, go] = useLocation();
  const hosts = useQuery(queries.hosts).data ?? [];
  const otherwise = useDefaultTarget();
  const [where, setWhere] = useState<'folder' | 'host'>('folder');
  const [typed, setTyped] = useState<string | null>(null);
  const usual = useHostOf(vm, host);
  const [typedOnHost, setOnHost] = useState<{ host: string | null; folder: string; name: string }>({
    host: null,
    folder: '',
    name: '',
  });
  const onHost = { ...typedOnHost, host: typedOnHost.host ?? usual ?? '' };
  const [as, setAs] = useState<Identity>('new');
  const [wanted, setWanted] = useState({ disconnectNetwork: true, start: false });
  const to = typed ?? otherwise;
  const name = onHost.name === '' ? null : onHost.name;
  const act = useAct(
    () =>
      where === 'folder'
        ? api.restore.vm.mutate({ ...place, to })
        : api.restore.vmToHost.mutate({ ...place, host: onHost.host, folder: onHost.folder, name, as, ...wanted }),
    { silent: true, onDone: ({ run }) => go(`/runs/${run}`) },
  );
  const isComplete = where === 'folder' ? to !== '' : onHost.host !== '' && onHost.folder !== '';
  const command =
    where === 'folder'
      ? ['--to', to]
      : [
          '--host',
          onHost.host,
          '--folder',
          onHost.folder,
          ...(name === null ? [] : ['--name', name]),
          ...identityFlags[as],
          ...(wanted.disconnectNetwork ? ['--disconnect-network'] : []),
          ...(wanted.start ? ['--start'] : []),
        ];
  return (
    <>
      <Field label={say('restore.where')}>
        <RadioGroup value={where} onChange={(_event, { value }) => setWhere(value === 'host' ? 'host' : 'folder')}>
          <Radio value="folder" label={say('restore.where.folder')} />
          <Radio value="host" label={say('restore.where.host')} />
        </RadioGroup>
      </Field>
      {where === 'folder' ? (
        <>
          <div className="muted">{say('restore.whole.how', { vm })}</div>
          <FolderField label={say('restore.target')} value={to} onChange={setTyped} />
        </>
      ) : (
        <>
          <Choice
            label={say('vm.host')}
            value={onHost.host}
            values={hosts.map(({ name }) => name)}
            textOf={(name) => name}
            onChange={(host) => setOnHost({ ...onHost, host })}
          />
          <Field label={say('restore.host.folder')} hint={say('restore.host.folder.hint')} required>
            <Input value={onHost.folder} onChange={(_event, { value }) => setOnHost({ ...onHost, folder: value })} />
          </Field>
          <Field label={say('restore.host.name')} hint={say('restore.host.name.hint', { vm })}>
            <Input maxLength={100} value={onHost.name} onChange={(_event, { value }) => setOnHost({ ...onHost, name: value })} />
          </Field>
          <Field label={say('restore.host.as')}>
            <RadioGroup value={as} onChange={(_event, { value }) => setAs(value as Identity)}>
              {identities.map((one) => (
                <Radio key={one} value={one} label={say(`restore.host.as.${one}`)} />
              ))}
            </RadioGroup>
          </Field>
          {choices.map((one) => (
            <Checkbox
              key={one}
              label={say(`restore.host.${one}`)}
              checked={wanted[one]}
              onChange={(_event, { checked }) => setWanted({ ...wanted, [one]: checked === true })}
            />
          ))}
        </>
      )}
      {act.isError && <Failure error={act.error} />}
      <div className="actions">
        <Button appearance="primary" disabled={!isComplete || act.isPending} onClick={() => act.mutate(undefined)}>
          {say('restore.start')}
        </Button>
        <CommandButton command={['hostkeep', 'restore-vm', place.point, ...command]} />
      </div>
    </>
  );
}
