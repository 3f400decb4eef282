/** The beginning of a file of a guest, to be looked at: text, image, or what else it is. Nothing is run, and no more than the head is read. */
export { contentType } from './content-type.ts';
export { decodeText, type Decoded } from './decode-text.ts';
export { imageHead, type ImageHead } from './image-head.ts';
export { previewFile, type PreviewOptions } from './preview-file.ts';
