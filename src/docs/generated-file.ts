/** A file that is written from the code, not by hand. `path` is relative to the project root. */
export interface GeneratedFile {
  path: string;
  text: string;
}
