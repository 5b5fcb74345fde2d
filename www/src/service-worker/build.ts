/** One build of the site: which files it is made of, and their hashes. */

export interface Build {
  /** A hash over everything below and the service worker's own code. */
  readonly id: string;
  readonly files: readonly ListedFile[];
  readonly parts: readonly Part[];
}

export interface ListedFile {
  /** From the root of the site, without a leading slash. */
  readonly path: string;
  readonly bytes: number;
  /** Of the file's bytes, in hexadecimal. */
  readonly sha256: string;
}

/** What is kept or dropped as a whole. Parts may share files. */
export interface Part {
  readonly name: string;
  readonly title: string;
  readonly files: readonly string[];
}

/** The part that every reader keeps: pages without their code are no site. */
export const PAGES = 'site';

/** The files of some parts, each once. */
export function filesOf(build: Build, names: readonly string[]): ListedFile[] {
  const wanted = new Set(build.parts.filter(({ name }) => names.includes(name)).flatMap(({ files }) => files));
  return build.files.filter(({ path }) => wanted.has(path));
}

/** Whether the build has other files in the folder of `path`: then it knows that this one does not exist. */
export function knowsFolder(build: Build, path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return folder !== '' && build.files.some((file) => file.path.startsWith(folder));
}
