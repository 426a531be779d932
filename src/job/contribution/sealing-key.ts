/**
 * The key that contributions to a node are sealed for: `<identity>.seal.key`, and `<identity>.seal.pub`, which contributors need. It is another key than
 * that of the node's certificate, so that neither can be used in place of the other.
 * @module
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TrefoilError } from '../../errors.ts';
import { fileErrorCode, readProblem } from '../../file-problem.ts';
import { readKey } from '../../transport/identity.ts';
import { placeTogether } from '../../transport/place-together.ts';

export const privateFile = (identity: string): string => `${identity}.seal.key`;
export const publicFile = (identity: string): string => `${identity}.seal.pub`;

const MAKE = 'run `trefoil identity --config FILE --sealing` with this node’s configuration';

/** The key that contributions to a node are sealed for: two PEM texts. */
export interface SealingKey {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A fresh key for a node, that contributors seal for. `saveSealingKey` writes it. */
export function createSealingKey(): SealingKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { privateKey, publicKey };
}

/** Writes `<identity>.seal.key`, readable by its owner alone, and `<identity>.seal.pub`, which contributors need: both or none. Earlier ones stay under names with their own time, which are given back. Throws `TREFOIL_IDENTITY`. */
export function saveSealingKey(identity: string, { privateKey, publicKey }: SealingKey): Promise<string[]> {
  return placeTogether('TREFOIL_IDENTITY', [
    { path: privateFile(identity), text: privateKey, mode: 0o600 },
    { path: publicFile(identity), text: publicKey, mode: 0o644 },
  ]);
}

const isOnCurve = (key: KeyObject) => key.asymmetricKeyDetails?.namedCurve === 'prime256v1';

/** SHA-256 of a public key in PEM, as certificates have theirs: 'AA:BB:…'. */
export function keyFingerprint(publicPem: string): string {
  const der = createPublicKey(publicPem).export({ format: 'der', type: 'spki' });
  const hex = createHash('sha256').update(der).digest('hex').toUpperCase();
  return hex.match(/../g)?.join(':') ?? '';
}

/** The key of a node, whose files nobody else may read. Throws `TREFOIL_IDENTITY`. */
export async function loadSealingKey(identity: string): Promise<SealingKey> {
  const file = privateFile(identity);
  const problems: string[] = [];
  try {
    const privateKey = await readKey(file, problems, 'who could open what contributors have sealed for this node');
    if (problems.length === 0) {
      const key = createPrivateKey(privateKey);
      if (isOnCurve(key)) {
        const publicKey = createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString();
        return { privateKey, publicKey };
      }
      problems.push(`${file} is no key to seal for; ${MAKE} --replace, and send contributors the new .seal.pub`);
    }
  } catch (error) {
    problems.push(
      fileErrorCode(error) === 'ENOENT'
        ? `${file} does not exist, and contributions are sealed for it; ${MAKE} and send contributors the .seal.pub`
        : `${file} can not be used: ${fileProblem(error)}; ${MAKE} --replace, and send contributors the new .seal.pub`,
    );
  }
  throw new TrefoilError('TREFOIL_IDENTITY', 'the key for contributions has a problem:', { problems });
}

/** The public key of a node at a contributor. Gives nothing where there is a problem, which goes to `problems`. */
export function readPublicKey(node: string, file: string, problems: string[]): string | undefined {
  try {
    const pem = readFileSync(file, 'utf8');
    // A private key and a certificate have a public key, too, which is not one to seal for.
    if (pem.startsWith('-----BEGIN PUBLIC KEY-----') && isOnCurve(createPublicKey(pem))) return pem;
    problems.push(`${file} is no public key to seal for; ask ${node} for its .seal.pub`);
  } catch (error) {
    problems.push(`${file} can not be used: ${fileProblem(error)}; ask ${node} for its .seal.pub`);
  }
  return undefined;
}

/** What the parser of keys says is no sentence for anybody. */
const fileProblem = (error: unknown): string =>
  fileErrorCode(error)?.startsWith('E') === true && !fileErrorCode(error)?.startsWith('ERR_')
    ? readProblem(error)
    : 'it is no key in PEM';
