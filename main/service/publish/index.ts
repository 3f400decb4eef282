/** Publications: restore points that are served as disks, each in a process of its own, remembered in the home with what was written. */
export { discardByHand, discardPublication, stopPublication } from './end-publication.ts';
export { publishRestorePoint, type PublicationEnd, type PublishWish } from './publish-point.ts';
export { listPublications, publicationOf } from '../state/publications.ts';
