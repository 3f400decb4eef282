import { readFile } from 'node:fs/promises';
import { HostkeepError } from '#contract';
import type { Notice } from './message.ts';
import type { MailSettings } from './settings.ts';

const timeoutMs = 20_000;

/** @throws HostkeepError notify/mail-refused, notify/mail-unreachable */
export async function sendMail(
  settings: MailSettings,
  password: string | undefined,
  notice: Pick<Notice, 'subject' | 'text' | 'html'>,
): Promise<void> {
  const { host, port, security, user, from, to } = settings;
  const extra = settings.certificatesFile === null ? {} : { ca: await certificates(settings, settings.certificatesFile) };
  // Most commands send no mail: the library is loaded by the first that does.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    tls: { minVersion: 'TLSv1.2', ...extra },
    ...(user === null ? {} : { auth: { user, pass: password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    // Nothing is fetched: no file and no address is ever read for a mail.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  try {
    const { text, html } = notice;
    const subject = notice.subject.replaceAll(/[\r\n]+/g, ' ');
    await transport.sendMail({ from, to: [...to], subject, text, ...(html === undefined ? {} : { html }) });
  } catch (cause) {
    throw refusal(cause, settings);
  } finally {
    transport.close();
  }
}

async function certificates({ host, port }: MailSettings, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new HostkeepError('notify/mail-unreachable', { host, port, certificates: file }, cause);
  }
}

function refusal(cause: unknown, { host, port }: MailSettings): HostkeepError {
  const { code, responseCode } = cause as { readonly code?: string; readonly responseCode?: number };
  // A server that answers with 5xx, or refuses the login, will do so again; everything else may pass.
  const final = code === 'EAUTH' || (responseCode !== undefined && responseCode >= 500);
  const details = { host, port, reason: code ?? '', answer: responseCode ?? null };
  return new HostkeepError(final ? 'notify/mail-refused' : 'notify/mail-unreachable', details, cause);
}
