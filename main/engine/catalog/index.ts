/**
 * Catalogues: which files a restore point holds, searched by name without opening it. It reads file systems and writes catalogues
 * through the repository. It promises that a catalogue is made from what the volume says, damage left out and counted; what a catalogue
 * says is never used for reading a file. It does not decide when one is made.
 */
export { type VolumeAbout } from './about.ts';
export { catalogPoint, type Catalogued, type CatalogWanted, type VolumeToCatalog } from './catalog-point.ts';
export { changedFiles, type ChangedFile, type ChangedFiles } from './changed-files.ts';
export { exactPattern, parsePattern, type Pattern } from './pattern.ts';
export type { CatalogRow } from './row.ts';
export { searchPoints, type Found, type FoundFile, type FoundVersion, type SearchedPoint } from './search.ts';
export { catalogViews, rowsOf, type CatalogView, type CatalogViews, type VolumeView } from './view.ts';
