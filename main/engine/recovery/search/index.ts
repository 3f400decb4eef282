/**
 * Finding what to get back: files by name over all restore points, the versions of one, what made a backup big. It reads through
 * engine/catalog, and lists the files of points where nobody did. A door of its own: who reads a file needs none of it.
 */
export { cataloguePoints, openCatalogues, type CatalogueOptions, type Catalogues } from './catalogue.ts';
export { changesOf } from './changes.ts';
export { findFiles, type FindOptions } from './find-files.ts';
export { historyOf, type HistoryOptions } from './history.ts';
