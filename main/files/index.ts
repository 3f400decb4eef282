/** Small files of our own on this computer. A leaf beside the contract: it knows nothing of what is in them. */
export { writeDurably } from './write-durably.ts';
