/**
 * Where repository files lie. A storage promises atomic, durable publishing of whole files and nothing else: it knows no
 * encryption and no format. Every implementation passes `test/conformance/storage`.
 */
import { folderStorage } from './folder-storage.ts';
import type { Storage, StorageDescriptor } from './storage.ts';

export type { Storage, StorageAnchor, StorageDescriptor, StoredFile, StorageWriter } from './storage.ts';
export { folderStorage } from './folder-storage.ts';
export { memoryStorage } from './memory-storage.ts';

export function openStorage(descriptor: StorageDescriptor): Storage {
  return folderStorage(descriptor.path, { anchor: descriptor.anchor });
}
