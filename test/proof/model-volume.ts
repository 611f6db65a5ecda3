/** What the model says of the day's budget and of the brake. */
import type { Purpose } from '../../src/sms/purpose.ts';
import { DAY, HOUR, SLOT, slotOf, type State } from './model.ts';

/** The settings that the model knows. */
export interface Policy {
  budget: number;
  brake: { floor: number; ratio: number } | null;
}

const slotsSince = (state: State, time: number) =>
  Object.entries(state.volume)
    .map(([slot, counts]) => ({ slot: Number(slot), ...counts }))
    .filter(({ slot }) => slot >= slotOf(time));

const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);

/** Sign-up may use four fifths of the day's budget, all else the whole of it. */
export const shareOf = ({ budget }: Policy, purpose: Purpose) =>
  purpose === 'signup' ? budget - Math.floor(budget / 5) : budget;

export function isSpent(state: State, now: number, policy: Policy, purpose: Purpose): boolean {
  const issued = sum(slotsSince(state, now - DAY).map((slot) => slot.issued));
  return issued >= shareOf(policy, purpose);
}

const codesOf = (slot: { issued: number; unjudged: number }) => slot.issued - slot.unjudged;

/** Enough sign-up codes that people could use over the last hour, and too few used of those that have had their time. */
export function isBraked(state: State, now: number, { brake }: Policy): boolean {
  if (brake === null) return false;
  const hour = slotsSince(state, now - HOUR).filter(({ slot }) => slot > slotOf(now - HOUR));
  const old = hour.filter(({ slot }) => slot <= slotOf(now) - 2);
  const recent = hour.filter(({ slot }) => slot <= slotOf(now));
  const codes = sum(recent.map(codesOf));
  const used = sum(old.map((slot) => slot.verified));
  return codes >= brake.floor && used < brake.ratio * sum(old.map(codesOf));
}

/** Milliseconds until there is room for one more, if nothing else is sent: tried out, slot by slot. */
export function untilBudgetFrees(state: State, now: number, policy: Policy, purpose: Purpose) {
  for (let slot = slotOf(now - DAY); slot <= slotOf(now); slot++) {
    const freed = (slot + 1) * SLOT + DAY;
    if (!isSpent(state, freed, policy, purpose)) return freed - now;
  }
  return (slotOf(now) + 1) * SLOT + DAY - now; // a budget of nothing never frees
}
