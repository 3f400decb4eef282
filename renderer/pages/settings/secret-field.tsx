import { Button, Field, Input } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

interface SecretFieldProps {
  /** `mail`, or the name of a webhook. */
  readonly of: string;
  readonly label: string;
  readonly file: string | null;
  readonly required?: boolean;
  onFile(file: string | null): void;
}

/** Into the keystore, from where it never comes back here; a file on systems that have none. */
export function SecretField({ of, label, file, required = false, onFile }: SecretFieldProps) {
  const say = useText();
  const { data: session } = useQuery(queries.session);
  const [secret, setSecret] = useState('');
  const keep = useAct(() => api.notify.secret.mutate({ of, secret }), { onDone: () => setSecret('') });
  if (session?.keystore !== true)
    return (
      <Field label={say('secret.file', { what: label })} hint={say('secret.file.hint')} required={required}>
        <Input size="small" value={file ?? ''} onChange={(_event, { value }) => onFile(value === '' ? null : value)} />
      </Field>
    );
  return (
    <div className="row" style={{ alignItems: 'flex-end' }}>
      <Field label={label} className="grow" required={required}>
        <Input
          size="small"
          type="password"
          autoComplete="off"
          value={secret}
          onChange={(_event, { value }) => setSecret(value)}
        />
      </Field>
      <Button size="small" disabled={secret === '' || keep.isPending} onClick={() => keep.mutate(undefined)}>
        {say(keep.isSuccess && secret === '' ? 'secret.kept' : 'secret.keep')}
      </Button>
    </div>
  );
}
