/**
 * Catalogues: what somebody wants to remember of a restore point, sealed, in files of their own beside it. A point is whole without
 * one; a catalogue that is lost or damaged costs only the time to make it anew. What the parts mean, engine/catalog knows.
 */
export { catalogFile, type CatalogName } from './layout.ts';
export { isCatalogLost, listCatalogs, openCatalog, type CatalogReader } from './read-catalog.ts';
export { sweepCatalogs } from './sweep-catalogs.ts';
export { verifyCatalogs } from './verify-catalogs.ts';
export { catalogWriter, type CatalogWriter, type PackedPart } from './write-catalog.ts';
