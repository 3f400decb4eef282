import { Field, Input } from '@fluentui/react-components';
import { useText } from '../../use-text.ts';
import { ListField } from '../jobs/list-field.tsx';
import { NumberField } from '../jobs/number-field.tsx';
import { Choice } from '../../components/choice.tsx';
import type { NotifyForm } from './notify-card.tsx';
import { SecretField } from './secret-field.tsx';

type Mail = NonNullable<NotifyForm['mail']>;

const securities = ['starttls', 'tls', 'none'] as const;

export function MailFields({ mail, onChange }: { readonly mail: Mail; onChange(mail: Mail): void }) {
  const say = useText();
  const set = (part: Partial<Mail>): void => onChange({ ...mail, ...part });
  return (
    <div className="column stretch">
      <div className="halves">
        <Field label={say('mail.host')}>
          <Input value={mail.host} onChange={(_event, { value }) => set({ host: value })} />
        </Field>
        <NumberField label={say('mail.port')} value={mail.port} least={1} most={65_535} onChange={(port) => set({ port })} />
      </div>
      <Choice
        label={say('mail.security')}
        value={mail.security}
        values={securities}
        textOf={(one) => say(`mail.security.${one}`)}
        onChange={(security) => set({ security })}
      />
      <Field label={say('mail.user')} hint={say('mail.user.hint')}>
        <Input
          autoComplete="off"
          value={mail.user ?? ''}
          onChange={(_event, { value }) => set({ user: value === '' ? null : value })}
        />
      </Field>
      {mail.user !== null && (
        <SecretField
          of="mail"
          label={say('mail.password')}
          file={mail.passwordFile}
          onFile={(passwordFile) => set({ passwordFile })}
        />
      )}
      <Field label={say('mail.from')}>
        <Input type="email" value={mail.from} onChange={(_event, { value }) => set({ from: value })} />
      </Field>
      <ListField label={say('mail.to')} hint={say('mail.to.hint')} value={mail.to} onChange={(to) => set({ to })} />
    </div>
  );
}
