import { Button, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { DeviceView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { FolderField } from '../../components/folder-picker.tsx';
import { Failure } from '../../components/states.tsx';
import { fileNameFor } from '../../format/addresses.ts';
import { bytesText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { useHostOf } from './host-of.ts';
import type { PointPlace } from '../restore-point.tsx';

/** Where restored things go when nobody says otherwise. */
export function useDefaultTarget(): string {
  const { data } = useQuery(queries.session);
  if (data === undefined) return '';
  return `${data.home}${data.platform === 'win32' ? '\\' : '/'}restored`;
}

interface DiskFormProps {
  readonly place: PointPlace;
  readonly devices: readonly DeviceView[];
  readonly vm: string;
  /** Where it was backed up. */
  readonly host: string | null;
}

export function DiskForm({ place, devices, vm, host: recorded }: DiskFormProps) {
  const say = useText();
  const host = useHostOf(vm, recorded);
  const [, go] = useLocation();
  const disks = devices.filter((device) => device.index !== null);
  const [disk, setDisk] = useState(disks[0]?.index ?? 0);
  const [format, setFormat] = useState<'vhdx' | 'raw'>('vhdx');
  const otherwise = useDefaultTarget();
  const [typed, setTyped] = useState<string | null>(null);
  const [name, setName] = useState<string | null>(null);
  const folder = typed ?? otherwise;
  const file = name ?? `${fileNameFor(vm)}-disk${disk}.${format === 'vhdx' ? 'vhdx' : 'img'}`;
  const to = `${folder}${folder.includes('\\') ? '\\' : '/'}${file}`;
  const [where, setWhere] = useState<'file' | 'host'>('file');
  const isFile = where === 'file' || host === null;
  const start = () =>
    isFile ? api.restore.disk.mutate({ ...place, disk, format, to }) : api.restore.diskToHost.mutate({ ...place, host, disk });
  const act = useAct(start, {
    silent: true,
    onDone: ({ run }) => go(`/runs/${run}`),
  });
  return (
    <>
      <Field label={say('restore.disk.which')}>
        <RadioGroup value={String(disk)} onChange={(_event, { value }) => setDisk(Number(value))}>
          {disks.map((device) => (
            <Radio key={device.path} value={String(device.index)} label={`${device.label} (${bytesText(device.sizeBytes)})`} />
          ))}
        </RadioGroup>
      </Field>
      <Field label={say('restore.where')}>
        <RadioGroup value={where} onChange={(_event, { value }) => setWhere(value === 'host' ? 'host' : 'file')}>
          <Radio value="file" label={say('restore.where.file')} />
          <Radio value="host" disabled={host === null} label={say('restore.where.vm', { vm, host: host ?? '\u2013' })} />
        </RadioGroup>
      </Field>
      {isFile ? (
        <>
          <Field label={say('restore.disk.format')}>
            <RadioGroup
              layout="horizontal"
              value={format}
              onChange={(_event, { value }) => setFormat(value === 'raw' ? 'raw' : 'vhdx')}
            >
              <Radio value="vhdx" label="VHDX" />
              <Radio value="raw" label={say('restore.disk.raw')} />
            </RadioGroup>
          </Field>
          <FolderField label={say('restore.target')} value={folder} onChange={setTyped} />
          <Field label={say('restore.disk.file')}>
            <Input value={file} onChange={(_event, { value }) => setName(value)} />
          </Field>
        </>
      ) : (
        <div className="muted">{say('restore.where.vm.how')}</div>
      )}
      {act.isError && <Failure error={act.error} />}
      <div className="actions">
        <Button
          appearance="primary"
          disabled={(isFile && (folder === '' || file === '')) || act.isPending}
          onClick={() => act.mutate(undefined)}
        >
          {say('restore.start')}
        </Button>
        <CommandButton
          command={[
            'hostkeep',
            'restore-disk',
            place.point,
            '--disk',
            String(disk),
            ...(isFile ? ['--format', format, '--to', to] : ['--replace', '--host', host]),
          ]}
        />
      </div>
    </>
  );
}
