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

const states = ['all', 'unprotected', 'outdated', 'protected'] as const;

/** A choice of VMs among hundreds: search, filters, and the keyboard. */
export function VmPicker({ vms, picked, onPick }: VmPickerProps) {
  const say = useText();
  const [text, setText] = useState('');
  const [host, setHost] = useState('');
  const [state, setState] = useState<(typeof states)[number]>('all');
  const [tag, setTag] = useState('');
  const tags = useMemo(() => [...new Set(vms.flatMap((vm) => vm.tags))].toSorted(), [vms]);
  const hosts = useMemo(() => [...new Set(vms.map((vm) => vm.host))], [vms]);
  const shown = useMemo(
    () =>
      vms.filter(
        (vm) =>
          vm.name.toLowerCase().includes(text.toLowerCase()) &&
          (host === '' || vm.host === host) &&
          (tag === '' || vm.tags.includes(tag)) &&
          (state === 'all' || protectionOf(vm) === state),
      ),
    [vms, text, host, state, tag],
  );
  const toggle = (vm: VmView): void => {
    const next = new Set(picked);
    if (!next.delete(vm.id)) next.add(vm.id);
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
          <Dropdown
            aria-label={say('vm.host')}
            value={host === '' ? say('filter.all-hosts') : host}
            selectedOptions={[host]}
            onOptionSelect={(_event, { optionValue }) => setHost(optionValue ?? '')}
            style={{ minWidth: 130 }}
          >
            <Option value="">{say('filter.all-hosts')}</Option>
            {hosts.map((one) => (
              <Option key={one} value={one}>
                {one}
              </Option>
            ))}
          </Dropdown>
        )}
        {tags.length > 0 && (
          <Dropdown
            aria-label={say('vm.tags')}
            value={tag === '' ? say('filter.tags') : tag}
            selectedOptions={[tag]}
            onOptionSelect={(_event, { optionValue }) => setTag(optionValue ?? '')}
            style={{ minWidth: 110 }}
          >
            <Option value="">{say('filter.tags')}</Option>
            {tags.map((one) => (
              <Option key={one} value={one}>
                {one}
              </Option>
            ))}
          </Dropdown>
        )}
        <Dropdown
          aria-label={say('filter.protection')}
          value={say(`filter.${state}`)}
          selectedOptions={[state]}
          onOptionSelect={(_event, { optionValue }) => setState((optionValue ?? 'all') as typeof state)}
          style={{ minWidth: 150 }}
        >
          {states.map((one) => (
            <Option key={one} value={one}>
              {say(`filter.${one}`)}
            </Option>
          ))}
        </Dropdown>
        <Button onClick={() => onPick(allPicked ? new Set() : new Set([...picked, ...shown.map((vm) => vm.id)]))}>
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
    </>
  );
}
