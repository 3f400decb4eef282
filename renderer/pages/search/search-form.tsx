import { Button, Dropdown, Field, Input, Option } from '@fluentui/react-components';
import { Search20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { RepositoryView, VmView } from '#contract';
import { Choice } from '../../components/choice.tsx';
import { MomentInput } from '../../components/moment-input.tsx';
import { queries, type SearchOf } from '../../queries.ts';
import { useText } from '../../use-text.ts';

interface SearchFormProps {
  readonly repositories: readonly RepositoryView[];
  readonly asked: SearchOf | null;
  onSearch(of: SearchOf): void;
}

export function SearchForm({ repositories, asked, onSearch }: SearchFormProps) {
  const say = useText();
  const vms = useQuery(queries.vms);
  const [pattern, setPattern] = useState(asked?.pattern ?? '');
  const [vm, setVm] = useState(asked?.vm ?? null);
  const [since, setSince] = useState(dayOf(asked?.since ?? null));
  const [repository, setRepository] = useState(asked?.repository ?? '');
  const known = (vms.data ?? []).filter(({ points }) => points > 0);
  return (
    <form
      className="search-form"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        if (pattern.trim() !== '' && repository !== '')
          onSearch({ repository, pattern: pattern.trim(), vm, since: timeOfDay(since) });
      }}
    >
      <Field label={say('search.pattern')} hint={say('search.pattern.hint')}>
        <Input
          autoFocus
          contentBefore={<Search20Regular />}
          value={pattern}
          maxLength={1024}
          onChange={(_event, { value }) => setPattern(value)}
        />
      </Field>
      <Field label={say('search.vm')}>
        <Dropdown
          value={known.find((one) => specOf(one) === vm)?.name ?? vm ?? say('search.vm.all')}
          selectedOptions={[vm ?? '']}
          onOptionSelect={(_event, { optionValue }) =>
            setVm(optionValue === undefined || optionValue === '' ? null : optionValue)
          }
        >
          <Option value="">{say('search.vm.all')}</Option>
          {known.map((one) => (
            <Option key={`${one.host}/${one.id}`} value={specOf(one)} text={one.name}>
              {one.name}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label={say('search.since')}>
        <MomentInput kind="date" value={since} onChange={setSince} />
      </Field>
      {repositories.length > 1 && (
        <Choice
          label={say('protect.repository')}
          value={repository}
          values={repositories.map(({ id }) => id)}
          textOf={(id) => repositories.find((one) => one.id === id)?.name ?? ''}
          onChange={setRepository}
        />
      )}
      <Button appearance="primary" type="submit" disabled={pattern.trim() === '' || repository === ''}>
        {say('search.do')}
      </Button>
    </form>
  );
}

/** By id, since names need not differ; an image that was backed up has none. */
function specOf({ id, name }: VmView): string {
  return id.startsWith('image-') ? name : id;
}

/** `2026-11-30`, on this computer's calendar. */
function dayOf(time: number | null): string {
  return time === null ? '' : new Date(time).toLocaleDateString('sv-SE');
}

function timeOfDay(day: string): number | null {
  const time = Date.parse(`${day}T00:00:00`);
  return Number.isNaN(time) || time < 0 ? null : time;
}
