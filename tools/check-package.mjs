// What publint and arethetypeswrong say of a package file: nothing, where every tool finds its code and its types.
import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { file } from './once.mjs';

/** `tarball`: the bytes of the package file. */
export async function packageProblems(tarball) {
  const bytes = new Uint8Array(tarball);
  const manifest = JSON.parse(readFileSync(file('package.json'), 'utf8'));
  const { messages } = await publint({ pack: { tarball: bytes.buffer } });
  const types = await checkPackage(createPackageFromTarballData(bytes), { entrypoints: ['.'] });
  if (!types.types) return ['the package has no types'];
  // It is a package of modules for Node 20.19 and later, where CommonJS can require them; the resolution of Node 10 is not for it.
  const found = types.problems.filter(
    ({ kind, resolutionKind }) => kind !== 'CJSResolvesToESM' && resolutionKind !== 'node10',
  );
  return [
    ...messages.map((message) => formatMessage(message, manifest)),
    ...found.map((problem) => JSON.stringify(problem)),
  ];
}
