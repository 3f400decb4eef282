import { Button, Checkbox, Dropdown, Input, Option } from '@fluentui/react-components';
import { Search20Regular } from '@fluentui/react-icons';
import { useMemo, useState } from 'react';
import type { VmView } from '#contract';
import { ProtectionBadge, protectionOf } from '../../components/badges.tsx';
import { Table, type Column } from '../../components/table.tsx';
import { bytesText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

interface VmPickerProps {
  readonly vms: readonly VmView[];
  readonly picked: ReadonlySet<string>;
  onPick(picked: ReadonlySet<string>): void;
}

const protections = ['all', 'unprotected', 'outdated', 'protected'] as const;
const powers = ['running', 'off', 'saved', 'paused', 'other', 'gone'] as const;

/** A choice of VMs among hundreds: search, filters, and the keyboard. */
export function VmPicker({ vms, picked, onPick }: VmPickerProps) {
  const say = useText();
  const [text, setText] = useState('');
  const [wantedHost, setHost] = useState('');
  const [protection, setProtection] = useState<(typeof protections)[number]>('all');
  const [power, setPower] = useState('');
  const [wantedTag, setTag] = useState('');
  const tags = useMemo(() => [...new Set(vms.flatMap((vm) => vm.tags))].toSorted(), [vms]);
  const hosts = useMemo(() => [...new Set(vms.map((vm) => vm.host))], [vms]);
  // A tag or a host that is gone meanwhile filters nothing: nobody could take that filter away.
  const tag = tags.includes(wantedTag) ? wantedTag : '';
  const host = hosts.includes(wantedHost) ? wantedHost : '';
  const shown = useMemo(
    () =>
      vms.filter(
        (vm) =>
          vm.name.toLowerCase().includes(text.toLowerCase()) &&
          (host === '' || vm.host === host) &&
          (tag === '' || vm.tags.includes(tag)) &&
          (power === '' || vm.state === power) &&
          (protection === 'all' || protectionOf(vm) === protection),
      ),
    [vms, text, host, power, protection, tag],
  );
  const hidden = picked.size - shown.filter((vm) => picked.has(vm.id)).length;
  const toggle = (vm: VmView): void => {
    const next = new Set(picked);
    if (!next.delete(vm.id)) next.add(vm.id);
    onPick(next);
  };
  /** What a filter hides stays as it is picked. */
  const pickShown = (wanted: boolean): void => {
    const next = new Set(picked);
    for (const { id } of shown)
      if (wanted) next.add(id);
      else next.delete(id);
    onPick(next);
  };
  const allPicked = shown.length > 0 && shown.every((vm) => picked.has(vm.id));
  const columns: readonly Column<VmView>[] = [
    {
      id: say('files.pick'),
      title: '',
      width: '32px',
      cell: (vm) => (
        <span onClick={(event) => event.stopPropagation()}>
          <Checkbox
            tabIndex={-1}
            aria-label={say('files.pick-one', { name: vm.name })}
            checked={picked.has(vm.id)}
            onChange={() => toggle(vm)}
          />
        </span>
      ),
    },
    {
      id: 'name',
      title: say('vm.name'),
      width: 'minmax(100px, 1.3fr)',
      cell: (vm) => (
        <div style={{ lineHeight: '17px' }}>
          <div className="strong clip">{vm.name}</div>
          <div className="small muted clip">{[say(`guest.${vm.guestOs}`), ...vm.tags.map((one) => `#${one}`)].join(' ')}</div>
        </div>
      ),
    },
    { id: 'host', title: say('vm.host'), width: 'minmax(60px, 0.8fr)', from: 560, cell: (vm) => vm.host },
    { id: 'state', title: say('vm.state'), width: '84px', from: 640, cell: (vm) => say(`vm.state.${vm.state}`) },
    { id: 'last', title: say('vm.last'), width: '138px', cell: (vm) => <ProtectionBadge vm={vm} /> },
    { id: 'size', title: say('vm.size'), width: '76px', from: 420, right: true, cell: (vm) => bytesText(vm.sizeBytes) },
  ];
  return (
    <>
      <div className="row wrap">
        <Input
          className="grow"
          contentBefore={<Search20Regular />}
          placeholder={say('vm.search')}
          aria-label={say('vm.search')}
          value={text}
          onChange={(_event, { value }) => setText(value)}
        />
        {hosts.length > 1 && (
          <Filter
            label={say('vm.host')}
            value={host}
            options={[['', say('filter.all-hosts')], ...hosts.map((one) => [one, one] as const)]}
            onChange={setHost}
          />
        )}
        {tags.length > 0 && (
          <Filter
            label={say('vm.tags')}
            value={tag}
            options={[['', say('filter.tags')], ...tags.map((one) => [one, one] as const)]}
            onChange={setTag}
          />
        )}
        <Filter
          label={say('vm.state')}
          value={power}
          options={[
            ['', say('filter.any-state')],
            ...powers
              .filter((one) => one === power || vms.some((vm) => vm.state === one))
              .map((one) => [one, say(`vm.state.${one}`)] as const),
          ]}
          onChange={setPower}
        />
        <Filter
          label={say('filter.protection')}
          value={protection}
          options={protections.map((one) => [one, say(`filter.${one}`)] as const)}
          onChange={(one) => setProtection(one as typeof protection)}
        />
        <Button disabled={shown.length === 0} onClick={() => pickShown(!allPicked)}>
          {say(allPicked ? 'protect.none' : 'protect.all')}
        </Button>
      </div>
      <Table
        label={say('protect.vms')}
        rows={shown}
        columns={columns}
        rowHeight={48}
        keyOf={(vm) => vm.id}
        selected={picked}
        onToggle={toggle}
        onOpen={toggle}
      />
      {shown.length === 0 && vms.length > 0 && <div className="muted">{say('filter.nothing')}</div>}
      {hidden > 0 && (
        <div className="small muted" role="status">
          {say('filter.hidden', { count: hidden })}
        </div>
      )}
    </>
  );
}

interface FilterProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  onChange(value: string): void;
}

function Filter({ label, value, options, onChange }: FilterProps) {
  return (
    <Dropdown
      aria-label={label}
      value={options.find(([one]) => one === value)?.[1] ?? ''}
      selectedOptions={[value]}
      onOptionSelect={(_event, { optionValue }) => onChange(optionValue ?? '')}
      style={{ minWidth: 118 }}
    >
      {options.map(([one, text]) => (
        <Option key={one} value={one}>
          {text}
        </Option>
      ))}
    </Dropdown>
  );
}
