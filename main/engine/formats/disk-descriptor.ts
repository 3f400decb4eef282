/**
 * How to open a disk image, as plain data, so that any thread or process can open it for itself.
 * `vhdx` and `vhd` name the file to read; its parents are found through parent locators, or given in `parents`, nearest first.
 */
export type DiskDescriptor =
  | { readonly format: 'raw'; readonly path: string }
  | { readonly format: 'vhdx' | 'vhd'; readonly path: string; readonly parents?: readonly string[] };
