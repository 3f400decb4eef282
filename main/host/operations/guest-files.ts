import { object, picklist } from 'valibot';
import { count } from '#contract';
import type { CopiedToGuest, GuestFilesRequest, GuestWay } from '#engine/ports';
import { list, text } from '../answer.ts';
import type { Operation } from '../operation.ts';

const minutes = 60_000;
const hours = 60 * minutes;

interface OfGuest {
  readonly run: string;
  readonly ledger: string;
  /** Empty where nobody gave credentials of the guest. */
  readonly user: string;
  readonly password: string;
}

export const beginGuestFiles: Operation<
  OfGuest & Pick<GuestFilesRequest, 'vmId' | 'folder' | 'bytes'>,
  { readonly folder: string; readonly way: GuestWay; readonly name: string }
> = {
  name: 'begin-guest-files',
  timeoutMs: 3 * minutes,
  failures: [
    'host/vm-not-found',
    'host/guest-unreachable',
    'host/guest-credentials',
    'host/guest-closed',
    'host/no-space',
    'input/invalid',
    'secrets/unprotected',
  ],
  answer: object({ folder: text, way: picklist(['powershell-direct', 'guest-service']), name: text }),
};

export const copyToGuest: Operation<
  OfGuest & Pick<GuestFilesRequest, 'folder' | 'conflict'> & { readonly way: GuestWay },
  Omit<CopiedToGuest, 'way'>
> = {
  name: 'copy-to-guest',
  timeoutMs: 12 * hours,
  failures: ['host/restore-gone', 'host/vm-not-found', 'host/guest-unreachable', 'host/guest-credentials', 'host/ledger-damaged'],
  answer: object({
    files: count,
    kept: count,
    renamed: list(object({ path: text, to: text })),
    failed: list(object({ path: text, says: text })),
    incomplete: list(object({ path: text, says: text })),
  }),
};
