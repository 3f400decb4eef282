/** Credentials of guests that may be asked for their writers and histories; in the keystore, one per VM. */
import { object, string } from 'valibot';
import { acceptJson, type Schema } from '#contract';
import type { Secrets } from '#engine/ports';
import type { GuestCredential } from '#host';

const credentialSchema: Schema<GuestCredential> = object({ user: string(), password: string() });

export interface GuestCredentials {
  get(vmId: string): Promise<GuestCredential | undefined>;
  set(vmId: string, credential: GuestCredential): Promise<void>;
  remove(vmId: string): Promise<void>;
}

export function guestCredentials(secrets: Secrets): GuestCredentials {
  const nameOf = (vmId: string): string => `guest-${vmId.toLowerCase()}`;
  return {
    async get(vmId) {
      const kept = await secrets.get(nameOf(vmId));
      const otherwise = { code: 'secrets/missing', details: { vm: vmId } } as const;
      return kept === undefined ? undefined : acceptJson(credentialSchema, kept, otherwise);
    },
    set: (vmId, { user, password }) => secrets.set(nameOf(vmId), JSON.stringify({ user, password })),
    remove: (vmId) => secrets.delete(nameOf(vmId)),
  };
}
