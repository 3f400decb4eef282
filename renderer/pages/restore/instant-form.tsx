import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Choice } from '../../components/choice.tsx';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { CommandButton } from '../../components/command-button.tsx';
import { Failure } from '../../components/states.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';
import { useHostOf } from './host-of.ts';
import type { PointPlace } from '../restore-point.tsx';

interface InstantFormProps {
  readonly place: PointPlace;
  readonly vm: string;
  /** Where it was backed up. */
  readonly host: string | null;
}

const nothing = { folder: '', vmName: '', switch: '', listen: '' };

/** A VM at once, on disks that are served from the repository. */
export function InstantForm({ place, vm, host }: InstantFormProps) {
  const say = useText();
  const [, go] = useLocation();
  const hosts = useQuery(queries.hosts).data ?? [];
  const [typed, setTyped] = useState(nothing);
  const usual = useHostOf(vm, host);
  const [picked, setPicked] = useState<string | null>(null);
  const chosen = picked ?? usual ?? '';
  const [rebuild, setRebuild] = useState(false);
  const onHost = hosts.find(({ name }) => name === chosen);
  const isElsewhere = onHost !== undefined && onHost.address !== null;
  const given = (text: string): string | null => (text.trim() === '' ? null : text.trim());
  const wish = {
    host: chosen,
    folder: typed.folder.trim(),
    vmName: given(typed.vmName),
    switch: given(typed.switch),
    listen: isElsewhere ? given(typed.listen) : null,
    rebuild,
  };
  const act = useAct(() => api.recoveries.start.mutate({ ...place, ...wish }), {
    silent: true,
    onDone: ({ run }) => go(`/runs/${run}`),
  });
  const isComplete = onHost !== undefined && wish.folder !== '' && (!isElsewhere || wish.listen !== null);
  const field = (name: keyof typeof nothing) => ({
    value: typed[name],
    onChange: (_event: unknown, { value }: { readonly value: string }) => setTyped({ ...typed, [name]: value }),
  });
  return (
    <>
      <div className="muted">{say('instant.lead')}</div>
      <Choice
        label={say('vm.host')}
        value={chosen}
        values={hosts.map(({ name }) => name)}
        textOf={(name) => name}
        onChange={setPicked}
      />
      <Field label={say('restore.host.folder')} hint={say('instant.folder.hint')} required>
        <Input {...field('folder')} />
      </Field>
      <Field label={say('restore.host.name')} hint={say('instant.name.hint', { vm })}>
        <Input maxLength={100} {...field('vmName')} />
      </Field>
      <Field label={say('instant.switch')} hint={say('instant.switch.hint')}>
        <Input maxLength={256} {...field('switch')} />
      </Field>
      {isElsewhere && (
        <Field label={say('instant.listen')} hint={say('instant.listen.hint')} required>
          <Input maxLength={80} {...field('listen')} />
        </Field>
      )}
      <Checkbox
        label={say('instant.rebuild')}
        checked={rebuild}
        onChange={(_event, { checked }) => setRebuild(checked === true)}
      />
      {act.isError && <Failure error={act.error} />}
      <div className="actions">
        <Button appearance="primary" disabled={!isComplete || act.isPending} onClick={() => act.mutate(undefined)}>
          {say('instant.do')}
        </Button>
        <CommandButton
          command={[
            'hostkeep',
            'recover',
            'start',
            place.point,
            '--host',
            wish.host,
            '--folder',
            wish.folder,
            ...(wish.vmName === null ? [] : ['--name', wish.vmName]),
            ...(wish.switch === null ? [] : ['--switch', wish.switch]),
            ...(wish.listen === null ? [] : ['--listen', wish.listen]),
            ...(rebuild ? ['--rebuild'] : []),
          ]}
        />
      </div>
    </>
  );
}
