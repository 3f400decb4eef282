/** What one command may ask for; told in the Block Limits page (SBC-3, 6.5.3). */
export const maxTransferBytes = 4 * 1024 * 1024;
export const maxCompareBlocks = 255;
export const maxWriteSameBlocks = 32_768;
export const maxUnmapBlocks = 1_048_576;
export const maxUnmapDescriptors = 256;
/** The unit in which an overlay gives space back. */
export const unmapUnitBytes = 4096;
/** How much of a disk GET LBA STATUS looks at. */
export const statusSpanBytes = 1024 * 1024 * 1024;
