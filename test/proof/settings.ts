/** What a life of the service is set up with. */
import { vi } from 'vitest';
import type { Policy } from './model-volume.ts';

/** The policy as variables of the worker. */
export const settingsOf = ({ budget, brake }: Policy) => ({
  SMS_DAILY_BUDGET: String(budget),
  SMS_BRAKE: brake === null ? 'record' : 'enforce',
  SMS_BRAKE_FLOOR: String(brake?.floor ?? 1),
  SMS_BRAKE_RATIO: String(brake?.ratio ?? 0),
});

/** Ids, codes and coins that follow from the seed, so that a run can be played again. */
export function seedCrypto(random: () => number): void {
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((array) => {
    if (!ArrayBuffer.isView(array)) throw new Error('randomness of a kind that is not seeded');
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    bytes.forEach((_, i) => (bytes[i] = random() * 256));
    return array;
  });
  vi.spyOn(Math, 'random').mockImplementation(random);
}
