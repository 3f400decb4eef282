import { existsSync } from 'node:fs';

export interface StandInImage {
  readonly path: string;
  isEmpty(): boolean;
}

/** A file that is not there gives an empty image, as in Electron; nobody would see it. */
export const nativeImage = {
  createFromPath: (path: string): StandInImage => ({ path, isEmpty: () => !existsSync(path) }),
};
