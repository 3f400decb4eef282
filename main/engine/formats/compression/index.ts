/** Decoders of compressed pieces that file systems keep. Pure functions: bounded by the output they are given to fill. */
export { decodeLzo1x } from './lzo1x.ts';
export { decodeLzx } from './lzx.ts';
export { decodeXpress } from './xpress.ts';
export { decodeXpressHuffman } from './xpress-huffman.ts';
export { zstdFrameBytes } from './zstd-frame.ts';
