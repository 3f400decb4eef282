/** Where notices go. Passwords and keys are in the keystore, or in files on machines without one; never here. */
import type { DatabaseSync } from 'node:sqlite';
import {
  array,
  boolean,
  check,
  maxLength,
  minLength,
  nullable,
  optional,
  picklist,
  pipe,
  regex,
  strictObject,
  string,
  type InferOutput,
} from 'valibot';
import { acceptJson, parseInput, text, whole } from '#contract';
import { reportLanguages } from '../report/report-texts.ts';

const address = pipe(string(), maxLength(254), regex(/^[^\s@<>,]+@[^\s@<>,]+$/, 'an e-mail address'));

const mailSettingsSchema = strictObject({
  host: pipe(string(), regex(/^[\p{L}\p{N}][\p{L}\p{N}.:-]{0,254}$/u, 'a host name')),
  port: whole(1, 65_535),
  /** `tls` from the first byte (465), `starttls` required (587), or `none` for a relay on the same machine or network. */
  security: picklist(['tls', 'starttls', 'none']),
  /** Null: no login. */
  user: nullable(text(1, 254)),
  /** File whose first line is the app password; null: the keystore has it. */
  passwordFile: optional(nullable(text(1, 4096)), null),
  /** Certificates to trust beside the system's, as a PEM file: a shop's own server. */
  certificatesFile: optional(nullable(text(1, 4096)), null),
  from: address,
  to: pipe(array(address), minLength(1), maxLength(20)),
});
export type MailSettings = InferOutput<typeof mailSettingsSchema>;

const webhookSettingsSchema = strictObject({
  name: pipe(string(), regex(/^[a-z0-9-]{1,40}$/, 'lower-case letters, digits and hyphens')),
  url: pipe(string(), maxLength(2048), check(isWebAddress, 'an http or https address without a password')),
  /** File whose first line is the key of the signature; null: the keystore has it. */
  keyFile: optional(nullable(text(1, 4096)), null),
});

export const notifySettingsSchema = strictObject({
  mail: optional(nullable(mailSettingsSchema), null),
  webhooks: optional(pipe(array(webhookSettingsSchema), maxLength(20)), []),
  eventLog: optional(boolean(), false),
  /** When the daily digest goes out, `HH:MM` on this computer's clock; null for none. */
  digestAt: optional(nullable(pipe(string(), regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day'))), null),
  /** The report of a month, by mail, on the first day of the next one. */
  monthlyReport: optional(boolean(), false),
  /** Of the report: its reader is not who set this up. */
  reportLanguage: optional(picklist(reportLanguages), 'en'),
});
export type NotifySettings = InferOutput<typeof notifySettingsSchema>;

const none: NotifySettings = {
  mail: null,
  webhooks: [],
  eventLog: false,
  digestAt: null,
  monthlyReport: false,
  reportLanguage: 'en',
};

/** @throws HostkeepError state/damaged */
export function readNotifySettings(state: DatabaseSync): NotifySettings {
  const row = state.prepare("SELECT value FROM settings WHERE name = 'notify'").get();
  return row === undefined
    ? none
    : acceptJson(notifySettingsSchema, String(row['value']), { code: 'state/damaged', details: { settings: 'notify' } });
}

/** @throws HostkeepError input/invalid */
export function writeNotifySettings(state: DatabaseSync, value: unknown): NotifySettings {
  const settings = parseInput(notifySettingsSchema, value);
  state
    .prepare("INSERT INTO settings (name, value) VALUES ('notify', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
    .run(JSON.stringify(settings));
  return settings;
}

function isWebAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
}
