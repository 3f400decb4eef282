/** Seals with a key of this process's user data; which backend it claims to be is for the test to say. */
import { createHash } from 'node:crypto';

const backend = (process.env['STAND_IN_KEYRING'] ?? 'gnome_libsecret') as ReturnType<
  Electron.SafeStorage['getSelectedStorageBackend']
>;

function mixed(bytes: Buffer): Buffer {
  const key = createHash('sha512').update('stand-in').digest();
  return Buffer.from(bytes.map((byte, at) => byte ^ key[at % key.length]!));
}

export const safeStorage = {
  isAsyncEncryptionAvailable: async (): Promise<boolean> => process.env['STAND_IN_KEYRING'] !== 'none',
  getSelectedStorageBackend: () => backend,
  encryptStringAsync: async (text: string): Promise<Buffer> => Buffer.concat([Buffer.from('v1'), mixed(Buffer.from(text))]),
  decryptStringAsync: async (sealed: Buffer): Promise<Electron.DecryptStringAsyncReturnValue> => {
    if (sealed.subarray(0, 2).toString() !== 'v1') throw new Error('Error while decrypting the ciphertext');
    return { result: mixed(sealed.subarray(2)).toString(), shouldReEncrypt: false };
  },
};
