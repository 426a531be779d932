/** Credit is a number that the dealer knows: it takes no other, since another could be a value that it must not see. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CreditedSender, sendCredit } from '../../src/runtime/corrections.ts';
import { memoryLinks } from '../../src/transport/memory-links.ts';

const AT = { phase: 1, step: 2, round: 0 };

function pair() {
  const mesh = memoryLinks(['dealer', 'south']);
  const [dealer, south] = [mesh.get('dealer')?.get('south'), mesh.get('south')?.get('dealer')];
  if (dealer === undefined || south === undefined) throw new Error('no links');
  return { sender: new CreditedSender(dealer), south };
}

it('is taken where it is what was sent', async () => {
  const { sender, south } = pair();
  for (const bytes of [0, 1, 255, 70_000]) {
    await sender.send('correction', AT, new Uint8Array(bytes));
    sendCredit(south, AT, bytes);
    await sender.finish();
  }
});

it('is refused in any other form', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(100_000), fc.uint8Array({ minLength: 4, maxLength: 4 }), async (bytes, credit) => {
      fc.pre(new DataView(credit.slice().buffer).getUint32(0, true) !== bytes);
      const { sender, south } = pair();
      await sender.send('correction', AT, new Uint8Array(bytes));
      south.send('credit', AT, credit);
      await expect(sender.finish()).rejects.toMatchObject({
        code: 'TREFOIL_PEER',
        place: { party: 'south' },
        facts: { how: 'malformed' },
      });
    }),
  );
});
