/** Files on this computer, written so that they survive a power loss. A leaf beside the contract: it knows nothing of what is in them. */
export { errnoOf } from './errno-of.ts';
export { flushFolder } from './flush-folder.ts';
export { makeFolders, makeFoldersSync } from './make-folders.ts';
export { renameBusy } from './rename-busy.ts';
export { retryBusy, type BusyCalls } from './retry-busy.ts';
export { writeDurably } from './write-durably.ts';
