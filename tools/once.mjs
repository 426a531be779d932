// What a checkout has to do once for the files that it holds, with a stamp that tells whether it did.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export const file = (name) => join(root, name);

export function filesBelow(path) {
  return readdirSync(file(path), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function digestOf(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Runs `action` unless the stamp says that it already ran on these very files, and what it made is there. */
export async function once(stamp, files, made, action) {
  const digest = digestOf(files);
  const isStamped = existsSync(file(stamp)) && readFileSync(file(stamp), 'utf8') === digest;
  if (isStamped && existsSync(file(made))) return;
  await action();
  writeFileSync(file(stamp), digest);
}
