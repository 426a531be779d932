import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, TrefoilError } from '../../src/errors.ts';
import { abortedBy, abortOf, heard, type Known } from '../../src/transport/abort.ts';
import { lost, malformed, stalled, stoppedBy } from '../../src/transport/faults.ts';
import { type Abort, loadServices } from '../../src/transport/frames.ts';
import { memoryLinks } from '../../src/transport/memory-links.ts';
import { COLUMN_RULES, isErrorCode } from '../../src/transport/public-reasons.ts';
import { failureOf } from './nodes.ts';

const KNOWN: Known = {
  nodes: ['north', 'east', 'south'],
  keys: ['training', 'data'],
  phases: ['training'],
  columns: ['age', 'sex'],
};
const { Evaluators, DealerService, DealerParty } = loadServices();
const CODECS = [Evaluators, DealerService, DealerParty].flatMap(({ fromDialer, fromAcceptor }) => [
  fromDialer,
  fromAcceptor,
]);

/** A record so that the compiler asks for a new code here too. */
const CODES = Object.keys({
  TREFOIL_USAGE: 0,
  TREFOIL_JOB: 0,
  TREFOIL_CONFIG: 0,
  TREFOIL_DATA: 0,
  TREFOIL_IDENTITY: 0,
  TREFOIL_CONTRIBUTION: 0,
  TREFOIL_PLAN: 0,
  TREFOIL_UNREACHABLE: 0,
  TREFOIL_DISAGREEMENT: 0,
  TREFOIL_PEER: 0,
  TREFOIL_ABORTED: 0,
  TREFOIL_RANGE: 0,
  TREFOIL_PRIVACY: 0,
  TREFOIL_LEDGER: 0,
  TREFOIL_OUTPUT: 0,
  TREFOIL_WITHHELD: 0,
  TREFOIL_AUDIT: 0,
  TREFOIL_INTERNAL: 0,
} satisfies Record<ErrorCode, 0>) as ErrorCode[];

const onTheWire = (abort: Abort) => CODECS.map((codec) => Buffer.from(codec.encode({ abort })).toString('latin1'));
const roundTrip = (abort: Abort) => CODECS[0].decode(CODECS[0].encode({ abort })).abort as Abort;

describe('what peers hear of an error', () => {
  it.each(CODES)('%s: nothing of its message, its problems and its cause', (code) => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{12,40}$/), fc.nat(2), (marker, where) => {
        const secret = `ε 3.1 of 3.2 spent by ${marker}`;
        const problems = where > 0 ? [secret, `/home/${marker}/data.csv`] : [];
        // A fault of ours might put something anywhere.
        const place =
          where > 1 ? { party: marker, phase: marker } : { party: 'east', phase: 'training', step: 3, round: 1 };
        const facts =
          where > 1
            ? { nodes: [marker], keys: [marker], broken: [{ column: marker, rule: 'range' as const }] }
            : { nodes: ['south'], keys: ['data'], seconds: 20 };
        const error = new TrefoilError(code, secret, { problems, place, facts, cause: new Error(secret) });
        const abort = abortOf('north', error, KNOWN);
        for (const bytes of onTheWire(abort)) expect(bytes).not.toContain(marker);
        const { message } = abortedBy(heard(roundTrip(abort), KNOWN));
        expect(message).not.toContain(marker);
        expect(message).toMatch(new RegExp(`^north stopped the run: .+ \\(${code}\\)$`));
        if (where < 2) expect(abortedBy(heard(roundTrip(abort), KNOWN)).place).toEqual(place);
      }),
      { numRuns: 30 },
    );
  });

  it.each<[error: TrefoilError, sentence: RegExp]>([
    [
      lost('east', 'is gone: ECONNRESET 10.0.0.7', { phase: 3, step: 1, round: 0 }),
      /east is gone: it ended or froze, or the network broke \(phase 3, step 1, round 1\)/,
    ],
    [malformed('east', 'sent 17 bytes'), /east sent what it must not/],
    [
      stalled('east', 240, { phase: 3, step: 1, round: 0 }),
      /east is connected but has sent nothing that was due within 240 seconds; raise stallSeconds/,
    ],
    [stoppedBy('north', 'SIGTERM'), /north was stopped by SIGTERM/],
    [stoppedBy('north', 'the end of its terminal /dev/pts/7'), /north was stopped; the screen/],
    [
      new TrefoilError('TREFOIL_UNREACHABLE', '', { facts: { nodes: ['south', 'east'], seconds: 2.5 } }),
      /not all nodes were there within 2.5 seconds: it waited for east, south; start all nodes within the connectSeconds/,
    ],
    [
      new TrefoilError('TREFOIL_DATA', '17 bytes of 3 rows', {
        facts: {
          broken: [
            { column: 'sex', rule: 'levels' },
            { column: 'Patientenalter', rule: 'range' },
            { column: 'age', rule: 'range' },
            { column: 'age', rule: 'missing' },
            { column: 'sex', rule: 'levels' },
          ],
        },
      }),
      /: north can not use its records: age \(a missing value; a value outside the declared range, or another unit\), sex \(a level that is not agreed on\); the screen/,
    ],
    [
      new TrefoilError('TREFOIL_DISAGREEMENT', '', { place: { party: 'east' }, facts: { keys: ['data', 'other'] } }),
      /north and east do not agree in data; /,
    ],
  ])('is what is public and of use to them', (error, sentence) => {
    const { message } = abortedBy(heard(roundTrip(abortOf('north', error, KNOWN)), KNOWN));
    expect(message).toMatch(sentence);
    expect(message).not.toMatch(/ECONNRESET|17 bytes|pts/);
  });

  it('is the same between nodes in one process', async () => {
    const links = memoryLinks(['north', 'east']);
    const waiting = failureOf(
      links.get('east')?.get('north')?.receive('ready', { phase: 0, step: 0, round: 0 }, 1) ?? Promise.resolve(),
    );
    links.get('north')?.get('east')?.abort(new TrefoilError('TREFOIL_INTERNAL', 'secret'));
    const failure = await waiting;
    expect(failure.code).toBe('TREFOIL_ABORTED');
    expect(failure.message).not.toContain('secret');
  });
});

describe('what a node makes of an abort', () => {
  it('has no word of a peer in it that the node does not know itself, whatever the peer sent', () => {
    const text = fc.oneof(
      fc.constantFrom(
        'north',
        'east',
        'training',
        'data',
        'age',
        'range',
        'gone',
        'TREFOIL_PEER',
        '7',
        '__proto__',
        'constructor',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    const abort = fc.record({
      ...{ origin: text, code: text, party: text, phase: text, how: text },
      ...{ nodes: fc.array(text, { maxLength: 3 }), keys: fc.array(text, { maxLength: 3 }) },
      broken: fc.array(fc.record({ column: text, rule: text }), { maxLength: 3 }),
      ...{ step: fc.nat(), round: fc.nat(), seconds: fc.double() },
    });
    fc.assert(
      fc.property(abort, (sent) => {
        const kept = heard(roundTrip(sent), KNOWN);
        const words = [kept.origin, kept.party, ...kept.nodes];
        expect(words.every((word) => word === '' || KNOWN.nodes.includes(word))).toBe(true);
        expect(kept.keys.every((key) => KNOWN.keys.includes(key))).toBe(true);
        expect(kept.broken.every(({ column }) => KNOWN.columns.includes(column))).toBe(true);
        expect(kept.broken.every(({ rule }) => COLUMN_RULES.some((known) => known === rule))).toBe(true);
        expect(kept.phase).toMatch(/^(training|\d*)$/);
        expect(kept.code === '' || isErrorCode(kept.code)).toBe(true);
        const { message } = abortedBy(kept);
        expect(message).toMatch(/^(north|east|south|another node) stopped the run: [ -~]+$/);
        expect(heard(kept, KNOWN)).toEqual(kept);
      }),
    );
  });

  it('is a sentence also where its code is of another version', () => {
    const sent = { ...abortOf('east', new TrefoilError('TREFOIL_DATA', 'x'), KNOWN), code: 'TREFOIL_WEATHER' };
    expect(abortedBy(heard(sent, KNOWN)).message).toBe(
      'east stopped the run: east stopped for a reason that this version of Trefoil does not know; the screen of east says more',
    );
  });
});
