import { Button, Checkbox, Input } from '@fluentui/react-components';
import { HardDrive20Regular, Search20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DisksOfVm, JobForm, VmView } from '#contract';
import { Dialog } from '../../components/dialog.tsx';
import { Failure } from '../../components/states.tsx';
import { Table, type Column } from '../../components/table.tsx';
import { bytesText, numberText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText, type Say } from '../../use-text.ts';
import { isNamed, specsOf } from './chosen-vms.ts';
import { ListField } from './list-field.tsx';

type Excluded = JobForm['excludedDisks'];

interface ExcludedDisksProps {
  readonly host: string;
  /** VMs of the host that are there now. */
  readonly here: readonly VmView[];
  /** Those whose disks are offered. */
  isWanted(vm: Pick<VmView, 'id' | 'name'>): boolean;
  readonly excluded: Excluded;
  onChange(excluded: Excluded): void;
}

/** Disks that a job leaves out: chosen from those that the host has, or typed as VM:number where one is not known now. */
export function ExcludedDisks({ host, here, isWanted, excluded, onChange }: ExcludedDisksProps) {
  const say = useText();
  const disks = useQuery(queries.disks(host));
  const [choosing, setChoosing] = useState(false);
  const [chosen, setChosen] = useState(0);
  const known = (disks.data ?? []).flatMap(rowsOf).filter((row) => isExcluded(excluded, row));
  return (
    <>
      <ListField
        // What was chosen stands in place of what was typed.
        key={chosen}
        label={say('jobs.excluded-disks')}
        hint={say('jobs.excluded-disks.hint')}
        doubtOf={(text) => doubtOfDisk(say, here, text)}
        value={excluded.map(({ vm, disk }) => `${vm}:${disk}`)}
        onChange={(listed) => onChange(listed.flatMap(diskOf))}
      />
      {known.length > 0 && (
        <ul className="list small muted" aria-label={say('disks.title')}>
          {known.map((row) => (
            <li key={keyOf(row)}>{say('disks.one', { ...row, slot: row.slot || '\u2013', size: bytesText(row.sizeBytes) })}</li>
          ))}
        </ul>
      )}
      <div>
        <Button size="small" icon={<HardDrive20Regular />} onClick={() => setChoosing(true)}>
          {say('disks.choose')}
        </Button>
      </div>
      {choosing && (
        <DisksDialog
          disks={(disks.data ?? []).filter((of) => isWanted({ id: of.vm, name: of.name }))}
          error={disks.error}
          excluded={excluded}
          here={here}
          onClose={(next) => {
            setChoosing(false);
            if (next === null) return;
            setChosen(chosen + 1);
            onChange(next);
          }}
        />
      )}
    </>
  );
}

interface Row {
  readonly id: string;
  readonly name: string;
  readonly disk: number;
  readonly slot: string;
  readonly file: string;
  readonly sizeBytes: number;
}

const rowsOf = ({ vm, name, disks }: DisksOfVm): Row[] => disks.map((one, disk) => ({ id: vm, name, disk, ...one }));
const keyOf = ({ id, disk }: Row): string => `${id}:${disk}`;

function isExcluded(excluded: Excluded, { id, name, disk }: Row): boolean {
  return excluded.some((one) => one.disk === disk && isNamed({ id, name }, one.vm));
}

interface DisksDialogProps {
  readonly disks: readonly DisksOfVm[];
  readonly error: Error | null;
  readonly excluded: Excluded;
  readonly here: readonly VmView[];
  /** Null: as it was. */
  onClose(excluded: Excluded | null): void;
}

function DisksDialog({ disks, error, excluded, here, onClose }: DisksDialogProps) {
  const say = useText();
  const [next, setNext] = useState(excluded);
  const [text, setText] = useState('');
  const wanted = text.toLowerCase();
  const rows = disks.flatMap(rowsOf);
  const shown = rows.filter(({ name, file }) => `${name} ${file}`.toLowerCase().includes(wanted));
  const toggle = (row: Row): void => {
    if (!isExcluded(next, row)) {
      const [vm] = specsOf([row], { chosen: next.map((one) => one.vm), here });
      return setNext([...next, { vm: vm!, disk: row.disk }]);
    }
    setNext(next.filter((one) => !(one.disk === row.disk && isNamed(row, one.vm))));
  };
  const columns: readonly Column<Row>[] = [
    {
      id: say('files.pick'),
      title: '',
      width: '32px',
      cell: (row) => (
        <span onClick={(event) => event.stopPropagation()}>
          <Checkbox
            tabIndex={-1}
            aria-label={say('files.pick-one', { name: `${row.name}:${row.disk}` })}
            checked={isExcluded(next, row)}
            onChange={() => toggle(row)}
          />
        </span>
      ),
    },
    { id: 'vm', title: say('vm.name'), width: 'minmax(80px, 1fr)', cell: ({ name }) => <span className="strong">{name}</span> },
    { id: 'disk', title: say('disks.number'), width: '52px', right: true, cell: ({ disk }) => numberText(disk) },
    { id: 'slot', title: say('disks.slot'), width: '96px', cell: ({ slot }) => slot || '\u2013' },
    { id: 'size', title: say('vm.size'), width: '84px', right: true, cell: ({ sizeBytes }) => bytesText(sizeBytes) },
    { id: 'file', title: say('disks.file'), width: 'minmax(120px, 1.4fr)', cell: ({ file }) => <span title={file}>{file}</span> },
  ];
  const actions = (
    <>
      <Button onClick={() => onClose(null)}>{say('act.cancel')}</Button>
      <Button appearance="primary" onClick={() => onClose(next)}>
        {say('disks.take')}
      </Button>
    </>
  );
  return (
    <Dialog title={say('disks.title')} actions={actions} maxWidth={720} height={420} onClose={() => onClose(null)}>
      <Input
        contentBefore={<Search20Regular />}
        placeholder={say('disks.search')}
        aria-label={say('disks.search')}
        value={text}
        onChange={(_event, { value }) => setText(value)}
      />
      {error !== null && <Failure error={error} />}
      {rows.length === 0 ? (
        <div className="muted">{say('disks.unknown')}</div>
      ) : (
        <Table
          label={say('disks.title')}
          rows={shown}
          columns={columns}
          rowHeight={40}
          keyOf={keyOf}
          selected={new Set(rows.filter((row) => isExcluded(next, row)).map(keyOf))}
          onToggle={toggle}
          onOpen={toggle}
        />
      )}
      {rows.length > 0 && shown.length === 0 && <div className="muted">{say('filter.nothing')}</div>}
    </Dialog>
  );
}

function diskOf(text: string): Excluded {
  const [, vm, disk] = /^(.+):(\d{1,3})$/.exec(text) ?? [];
  return vm === undefined || Number(disk) > 255 ? [] : [{ vm, disk: Number(disk) }];
}

/** Why an entry leaves out nothing today: it is no entry, or of a VM or a disk that is not there. */
function doubtOfDisk(say: Say, here: readonly VmView[], text: string): string | null {
  const [of] = diskOf(text);
  if (of === undefined) return say('jobs.doubt.disk-form', { name: text });
  const vm = here.find((one) => isNamed(one, of.vm));
  if (vm === undefined) return say('jobs.doubt.vm', { name: of.vm });
  return of.disk < vm.disks ? null : say('jobs.doubt.disk', { name: of.vm, disk: of.disk, count: vm.disks });
}
