/** Decoders of compressed pieces that file systems keep. Pure functions: bounded by the output they are given to fill. */
export { decodeLzx } from './lzx.ts';
export { decodeXpressHuffman } from './xpress-huffman.ts';
