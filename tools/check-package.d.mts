/** What publint and arethetypeswrong say of a package file. */
export function packageProblems(tarball: Uint8Array): Promise<string[]>;
