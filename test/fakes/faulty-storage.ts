import type { Storage, StorageWriter } from '#engine/storage';

/** Called before and after every act that changes the storage. */
export type StorageHook = (act: string, name: string) => void;

/** A storage whose writes can be watched, failed or cut off. It cannot be opened by other threads, so all work stays in this one. */
export function faultyStorage(storage: Storage, hook: StorageHook): Storage {
  const around = async <Result>(act: string, name: string, run: () => Promise<Result>): Promise<Result> => {
    hook(`before ${act}`, name);
    const result = await run();
    hook(`after ${act}`, name);
    return result;
  };
  return {
    ...storage,
    descriptor: undefined,
    write: (name, bytes) => around('write', name, () => storage.write(name, bytes)),
    replace: (name, bytes) => around('replace', name, () => storage.replace(name, bytes)),
    remove: (name) => around('remove', name, () => storage.remove(name)),
    async create(name) {
      const writer = await around('create', name, () => storage.create(name));
      return watched(writer, name, around);
    },
  };
}

function watched(
  writer: StorageWriter,
  name: string,
  around: <Result>(act: string, name: string, run: () => Promise<Result>) => Promise<Result>,
): StorageWriter {
  return {
    append: (bytes) => around('append', name, () => writer.append(bytes)),
    publish: () => around('publish', name, () => writer.publish()),
    discard: () => writer.discard(),
  };
}
