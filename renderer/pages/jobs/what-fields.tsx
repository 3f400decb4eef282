import { Button, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import type { JobForm, VmView } from '#contract';
import { Choice } from '../../components/choice.tsx';
import { useText } from '../../use-text.ts';
import { isNamed, sameText, specsOf } from './chosen-vms.ts';
import { ExcludedDisks } from './excluded-disks.tsx';
import { ListField } from './list-field.tsx';
import { VmPicker } from '../protect/vm-picker.tsx';

interface WhatFieldsProps {
  readonly form: JobForm;
  /** Those that are there now, of all hosts. */
  readonly vms: readonly VmView[];
  onChange(part: Partial<JobForm>): void;
}

const selections = ['all', 'tagged', 'chosen'] as const;

export function WhatFields({ form, vms, onChange }: WhatFieldsProps) {
  const say = useText();
  const hosts = [...new Set(vms.map((vm) => vm.host))];
  const here = vms.filter((vm) => vm.host === form.host);
  return (
    <>
      <Field label={say('jobs.name')} required>
        <Input value={form.name} onChange={(_event, { value }) => onChange({ name: value })} />
      </Field>
      <Choice
        label={say('vm.host')}
        value={form.host}
        values={hosts}
        textOf={(host) => host}
        onChange={(host) => onChange({ host, vms: [], excludedVms: [], excludedDisks: [] })}
      />
      <Field label={say('jobs.select')}>
        <RadioGroup value={form.select} onChange={(_event, { value }) => onChange({ select: value as JobForm['select'] })}>
          {selections.map((one) => (
            <Radio key={one} value={one} label={say(`jobs.select.${one}`)} />
          ))}
        </RadioGroup>
      </Field>
      {form.select === 'chosen' && <ChosenVms chosen={form.vms} here={here} onChange={(vms) => onChange({ vms })} />}
      {form.select === 'tagged' && (
        <ListField
          label={say('jobs.tags')}
          doubtOf={(tag) =>
            here.some((vm) => vm.tags.some((one) => sameText(one, tag))) ? null : say('jobs.doubt.tag', { name: tag })
          }
          hint={say('jobs.tags.hint', { tags: [...new Set(here.flatMap((vm) => vm.tags))].join(', ') || '\u2013' })}
          value={form.tags}
          onChange={(tags) => onChange({ tags })}
        />
      )}
      {form.select !== 'chosen' && (
        <div className="small muted" role="status">
          {say('jobs.select.now', { count: here.filter((vm) => isSelected(form, vm)).length })}
        </div>
      )}
      {form.select !== 'chosen' && (
        <ListField
          label={say('jobs.excluded-vms')}
          hint={say('jobs.excluded-vms.hint')}
          doubtOf={(name) => (here.some((vm) => isNamed(vm, name)) ? null : say('jobs.doubt.vm', { name }))}
          value={form.excludedVms}
          onChange={(excludedVms) => onChange({ excludedVms })}
        />
      )}
      <ExcludedDisks
        host={form.host}
        here={here}
        isWanted={(vm) =>
          isSelected(
            form,
            here.find(({ id }) => id === vm.id),
          )
        }
        excluded={form.excludedDisks}
        onChange={(excludedDisks) => onChange({ excludedDisks })}
      />
    </>
  );
}

interface ChosenVmsProps {
  /** By name or id. */
  readonly chosen: readonly string[];
  readonly here: readonly VmView[];
  onChange(vms: string[]): void;
}

/** A VM that was chosen and is not there now stays chosen until somebody takes it out: it may only be away. */
function ChosenVms({ chosen, here, onChange }: ChosenVmsProps) {
  const say = useText();
  const absent = chosen.filter((name) => !here.some((vm) => isNamed(vm, name)));
  return (
    <>
      <div className="column" style={{ height: 320 }}>
        <VmPicker
          vms={here}
          picked={new Set(here.filter((vm) => chosen.some((name) => isNamed(vm, name))).map((vm) => vm.id))}
          onPick={(picked) =>
            onChange([
              ...absent,
              ...specsOf(
                here.filter((vm) => picked.has(vm.id)),
                { chosen, here },
              ),
            ])
          }
        />
      </div>
      <div className="small muted">{say('jobs.select.only')}</div>
      {absent.length > 0 && (
        <div className="row wrap">
          <span className="small grow">{say('jobs.select.absent', { names: absent.join(', ') })}</span>
          <Button size="small" onClick={() => onChange(chosen.filter((name) => !absent.includes(name)))}>
            {say('jobs.select.drop-absent')}
          </Button>
        </div>
      )}
    </>
  );
}

function isSelected({ select, vms, tags, excludedVms }: JobForm, vm: VmView | undefined): boolean {
  if (vm === undefined) return false;
  if (select === 'chosen') return vms.some((name) => isNamed(vm, name));
  if (excludedVms.some((name) => isNamed(vm, name))) return false;
  return select === 'all' || vm.tags.some((tag) => tags.some((one) => sameText(one, tag)));
}
