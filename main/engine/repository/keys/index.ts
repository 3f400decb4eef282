/**
 * The master key, wrapped in slots: by passphrase, and by printable recovery keys. A slot is a small text file that says by
 * itself whether it is damaged, so that damage is told from a wrong passphrase.
 */
export { changePassphrase, listKeys, removeKey, type RepositoryKey } from './change-keys.ts';
export { addRecoverySlot, createKeyring, openMasterKey, verifyKeyFiles, type UnlockOptions } from './keyring.ts';
export { parseRemembered } from './remembered.ts';
