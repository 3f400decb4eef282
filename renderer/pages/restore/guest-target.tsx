import { Dropdown, Field, Input, Option } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { VmView } from '#contract';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

/** Where in which guest files go. */
export interface GuestTarget {
  readonly host: string;
  /** Its id. */
  readonly vm: string;
  /** In the guest. */
  readonly folder: string;
}

/** VMs whose guests can be reached: those that run, on hosts whose guests take files. */
export function useReachableGuests(): readonly VmView[] {
  const vms = useQuery(queries.vms).data ?? [];
  const hosts = useQuery(queries.hosts).data ?? [];
  return vms.filter(({ state, host }) => state === 'running' && hosts.some((one) => one.name === host && one.kind !== 'lab'));
}

interface GuestTargetFieldsProps {
  readonly guests: readonly VmView[];
  readonly value: GuestTarget;
  onChange(value: GuestTarget): void;
}

export function GuestTargetFields({ guests, value, onChange }: GuestTargetFieldsProps) {
  const say = useText();
  const keyOf = (vm: { readonly host: string; readonly id: string }): string => `${vm.host}/${vm.id}`;
  const chosen = guests.find((vm) => vm.id === value.vm && vm.host === value.host);
  return (
    <>
      <Field label={say('guest.vm')} hint={say('guest.vm.hint')} required>
        <Dropdown
          value={chosen === undefined ? '' : say('guest.vm.of', { vm: chosen.name, host: chosen.host })}
          selectedOptions={chosen === undefined ? [] : [keyOf(chosen)]}
          onOptionSelect={(_event, { optionValue }) => {
            const found = guests.find((vm) => keyOf(vm) === optionValue);
            if (found !== undefined) onChange({ ...value, host: found.host, vm: found.id });
          }}
        >
          {guests.map((vm) => (
            <Option key={keyOf(vm)} value={keyOf(vm)}>
              {say('guest.vm.of', { vm: vm.name, host: vm.host })}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label={say('guest.folder')} hint={say('guest.folder.hint')} required>
        <Input value={value.folder} onChange={(_event, data) => onChange({ ...value, folder: data.value })} />
      </Field>
    </>
  );
}
