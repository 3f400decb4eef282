/** A table of Windows Installer's database, with the types of its columns as the database has them. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly types: readonly string[];
  readonly keys: readonly string[];
  readonly rows: readonly (readonly string[])[];
}
